#include "harness/script/reason.hpp"

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"
#include "harness/wire/close.hpp"

namespace wsproof::script {
namespace {

// The `<` line of a case that has only that.
Expect line(const std::string& text) {
  const ParseResult parsed = parse(
      "section s \"S\"\n\ncase c\n  \"C.\"\n  checks 6455-5.5.2-2\n  < " + text + "\n", "c", "");
  EXPECT_TRUE(parsed.errors.empty()) << text;
  return std::get<Expect>(parsed.file.cases.front().steps.back());
}

Event event(Event::Kind kind, base::Octets payload = {}) {
  Event out;
  out.kind = kind;
  out.payload = std::move(payload);
  return out;
}

TEST(Reason, SaysWhatCameAndWhatWasWanted) {
  using Kind = Event::Kind;
  struct Row {
    Event came;
    std::string wanted, code;
  };
  const Row rows[] = {
      {event(Kind::close, wire::encode({.code = 1000})), "close 1002",
       "unexpected-close-1000-for-close-1002"},
      {event(Kind::close, wire::encode({.code = 1000})), "close 1002 1007",
       "unexpected-close-1000-for-close"},
      {event(Kind::close), "close 4000..4999", "unexpected-close-empty-for-close"},
      {event(Kind::close, {3}), "eof", "unexpected-close-of-one-octet-for-end"},
      {event(Kind::eof), "text \"x\"", "unexpected-end-for-text"},
      {event(Kind::reset), "text \"x\"", "unexpected-end-for-text"},
      {event(Kind::message), "pong any", "unexpected-text-for-pong"},
      {event(Kind::strange), "status 400", "unexpected-strange-for-status-400"},
  };
  for (const Row& row : rows) {
    const Expect wanted = line(row.wanted);
    EXPECT_EQ(unexpected(&row.came, &wanted), row.code);
  }
  const Event text = event(Kind::message);
  EXPECT_EQ(unexpected(&text, nullptr), "unexpected-text");
  EXPECT_EQ(unexpected(nullptr, nullptr), "unexpected");
}

TEST(Reason, CutsNotesAtWords) {
  EXPECT_EQ(slug("Another legal Close code!"), "another-legal-close-code");
  EXPECT_EQ(slug("waits for the whole frame, or drops the connection"),
            "waits-for-the-whole-frame-or-drops-the-connection");
  EXPECT_EQ(slug("accepts the request, and loses the message that came with it, as it seems"),
            "accepts-the-request-and-loses-the-message-that-came-with-it-as");
  EXPECT_EQ(slug(std::string(100, 'x')), std::string(64, 'x'));
  EXPECT_EQ(slug(" … "), "");
}

}  // namespace
}  // namespace wsproof::script
