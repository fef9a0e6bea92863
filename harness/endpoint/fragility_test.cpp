#include "harness/endpoint/fragility.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "harness/endpoint/quirk_tables.hpp"
#include "harness/wire/frame.hpp"

namespace wsproof::endpoint {
namespace {

std::string text_of(const base::Octets& octets) { return std::string(base::as_text(octets)); }

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string request(const std::string& fields = "") {
  return "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

std::string header(std::uint8_t opcode, bool fin, std::uint64_t length) {
  wire::FrameHeader made;
  made.opcode = opcode;
  made.fin = fin;
  made.length = length;
  made.form = wire::shortest_form(length);
  return text_of(wire::encode_frame(made, {}));
}

struct Row {
  std::string_view fault;
  std::string deadly;    ///< what it dies of
  std::string harmless;  ///< what it just survives
};

const std::vector<Row>& rows() {
  const std::string small = header(wire::opcode::binary, true, 0);
  const std::string part = header(wire::opcode::text, false, 0);
  const std::string more = header(wire::opcode::continuation, false, 0);
  const std::uint64_t huge = std::uint64_t{1} << 30U;
  static const std::vector<Row> all{
      {"dies-of-an-absurd-length", request() + header(wire::opcode::text, true, huge),
       request() + header(wire::opcode::text, true, huge - 1)},
      {"dies-of-an-absurd-sum", request() + part + header(wire::opcode::continuation, true, huge),
       request() + header(wire::opcode::text, true, huge)},
      {"dies-of-many-fields", request(times(1000, "a: b\r\n")), request(times(999, "a: b\r\n"))},
      {"dies-of-a-large-head", request(times(2000, "a: b\r\n")), request(times(1000, "a: b\r\n"))},
      {"dies-of-many-fragments", request() + part + times(8192, more),
       request() + part + times(8191, more)},
      {"dies-of-many-control-frames", request() + times(2049, header(wire::opcode::pong, true, 0)),
       request() + times(2048, header(wire::opcode::pong, true, 0)) + small},
      {"dies-of-inherited-names", request("Sec-WebSocket-Extensions: a, constructor\r\n"),
       request("Sec-WebSocket-Extensions: a, constructors\r\n")},
      {"dies-of-an-early-bad-frame", request() + "\xA1\x80", request() + "\x81\x80"},
  };
  return all;
}

Fragility fragile(std::string_view fault) {
  Quirks quirks;
  for (const Quirk& quirk : server_quirks()) {
    if (quirk.name == fault) quirk.apply(quirks);
  }
  return Fragility(quirks.server);
}

TEST(Fragility, EachFaultHasItsDeath) {
  for (const Row& row : rows()) {
    EXPECT_TRUE(fragile(row.fault).dies_of(base::octets(row.deadly))) << row.fault;
    EXPECT_FALSE(fragile(row.fault).dies_of(base::octets(row.harmless))) << row.fault;
    EXPECT_FALSE(fragile("").dies_of(base::octets(row.deadly))) << row.fault;
  }
}

TEST(Fragility, TheCutDoesNotMatter) {
  for (const Row& row : rows()) {
    if (row.fault == "dies-of-an-early-bad-frame") continue;  // which is about the cut
    Fragility watching = fragile(row.fault);
    bool dead = false;
    for (const char octet : row.deadly) {
      dead = dead || watching.dies_of(base::octets(std::string_view(&octet, 1)));
    }
    EXPECT_TRUE(dead) << row.fault;
  }
}

}  // namespace
}  // namespace wsproof::endpoint
