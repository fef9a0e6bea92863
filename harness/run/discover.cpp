#include "harness/run/discover.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/base/escape.hpp"
#include "harness/base/relay.hpp"
#include "harness/net/pump.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/parser.hpp"
#include "harness/wire/frame.hpp"

namespace wsproof::run {

namespace {

/// What comes this soon behind a 101 is a greeting; what comes later comes by itself.
constexpr base::Duration greeting_time = std::chrono::milliseconds(250);
/// Of a greeting, so much goes into a pattern at most.
constexpr std::size_t longest_pattern = 60;
/// Subprotocols that many a server insists on, and that answer to a plain offer.
constexpr std::array<std::string_view, 10> well_known = {"graphql-transport-ws",
                                                         "graphql-ws",
                                                         "mqtt",
                                                         "v12.stomp",
                                                         "wamp.2.json",
                                                         "ocpp1.6",
                                                         "ocpp2.0.1",
                                                         "socket.io",
                                                         "xmpp",
                                                         "chat"};
/// Messages of which a server may say something back; {n} is told apart from other numbers. JSON
/// readers pass over keys that they do not know.
constexpr std::array<std::string_view, 5> openers = {
    "wsproof {n}", R"({"Num":{n},"num":{n},"id":{n},"n":{n},"value":{n}})",
    R"({"type":"message","message":"{n}","text":"{n}","data":"{n}"})", R"(42["message","{n}"])",
    R"(42["echo","{n}"])"};

// ── Small plays ──────────────────────────────────────────────────────────────────────────────────

/// Whether a play, which still goes on, has told all that was asked.
using Enough = std::function<bool(const script::Play&)>;

// A peer that need not come to its end.
class Look final : public base::Relay<script::Peer&> {
 public:
  Look(script::Peer& peer, const Enough& enough) : Relay(peer), enough_(enough) {}

  bool finished() const override { return inner_.finished() || enough_(inner_.play()); }

 private:
  const Enough& enough_;
};

// Silence tells only after a while; what is looked for tells at once.
script::Play play(
    const std::string& lines, const Reach& reach, const net::StopSource* stop,
    const Enough& enough = [](const script::Play&) { return false; }) {
  const std::string text =
      "section doctor \"What the target wants\"\n\ncase look\n"
      "  \"A look.\"\n  checks 6455-4.1-48\n" +
      lines;
  const script::ParseResult parsed = script::parse(text, "the doctor", "");
  CHECK(parsed.errors.empty());
  const script::Case c = script::expand(parsed.file.cases.front()).front();
  script::PlaySettings settings = play_settings(reach);
  settings.fences = false;
  settings.echo = true;  // so that $m is something; whether it comes back is seen here
  settings.seed = base::derive_seed(reach.seed, lines);
  script::Peer peer(c, settings);
  Look look(peer, enough);
  net::play(look, reach.destination, {}, stop);
  return peer.play();
}

bool upgraded(const script::Play& play) {
  const auto status = play.answer ? wire::status_line(*play.answer) : std::nullopt;
  return status && status->code == 101;
}

// A message that the target sent on its own, as far as the transcript keeps it.
struct Heard {
  base::Link link = 0;
  base::Duration at{};  // since the 101
  std::string text;
  bool binary = false;
};

std::vector<Heard> heard(const script::Play& play) {
  std::vector<Heard> out;
  base::Duration upgrade{};
  for (const result::Entry& entry : play.evidence.transcript.entries) {
    if (entry.kind != result::Entry::Kind::received) continue;
    if (entry.header_size == 0) {
      upgrade = entry.at;
      continue;
    }
    const unsigned opcode = entry.octets.empty() ? 0U : entry.octets[0] & 15U;
    if (opcode != wire::opcode::text && opcode != wire::opcode::binary) continue;
    const base::OctetView octets(entry.octets);
    out.push_back({entry.link, entry.at - upgrade,
                   std::string(base::as_text(octets.subspan(entry.header_size))),
                   opcode == wire::opcode::binary});
  }
  return out;
}

// ── Patterns ─────────────────────────────────────────────────────────────────────────────────────

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

bool is_of_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// A regular expression for this text and no other, with no more backslashes than it takes.
std::string literally(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(".^$|()[]{}*+?\\").contains(c)) out += '\\';
    out += c;
  }
  return out;
}

// A regular expression for what both begin with, up to the last word that is whole in both; empty
// when that is nothing.
std::string common_pattern(std::string_view one, std::string_view other) {
  std::size_t size = 0;
  while (size < std::min({one.size(), other.size(), longest_pattern}) && one[size] == other[size] &&
         is_plain(one[size]))
    ++size;
  const bool whole = one == other && size == one.size();
  const auto goes_on = [&](std::string_view text) {
    return size < text.size() && is_of_a_word(text[size]);
  };
  if (goes_on(one) || goes_on(other)) {
    std::size_t words = size;
    while (words > 0 && is_of_a_word(one[words - 1])) --words;
    if (words > 0) size = words;
  }
  if (size == 0) return {};
  return "^" + literally(one.substr(0, size)) + (whole ? "$" : "");
}

std::string line_for(const Heard& one, const std::string& pattern) {
  const std::string_view type = one.binary ? "binary" : "text";
  return pattern.empty()
             ? fmt::format("< {} any", type)
             : script::print(script::Expect{
                   "a",
                   script::ExpectMessage{one.binary ? script::ExpectMessage::Type::binary
                                                    : script::ExpectMessage::Type::text,
                                         {.matching = pattern}},
                   false,
                   std::nullopt,
                   std::nullopt,
                   {}});
}

std::string shown(const std::string& text) { return base::for_terminal(base::cut(text, 60)); }

bool update(Reach& reach, const Terms& terms) { return apply(terms, reach).has_value(); }

// ── What it says by itself ───────────────────────────────────────────────────────────────────────

// Engine.IO, which Socket.IO stands on: greets with 0{…}, and pings with "2".
bool find_engine_io(const std::vector<Heard>& first, const Reach& reach, Terms& terms,
                    std::vector<Finding>& out) {
  if (first.empty() || !first.front().text.starts_with("0{\"sid\"")) return false;
  const bool socket = reach.url.resource.find("/socket.io/") != std::string::npos;
  terms.profile.greeting = "< text matching \"^0\\\\{\"\n";
  if (socket) terms.profile.greeting += "> text \"40\"\n< text matching \"^40\"\n";
  terms.profile.whenever = {"< text \"2\" > text \"3\""};
  out.push_back({true,
                 fmt::format("It speaks {}: it greets, and pings by itself.",
                             socket ? "Socket.IO" : "Engine.IO"),
                 ""});
  return true;
}

void find_greeting(Reach& reach, Terms& terms, const net::StopSource* stop,
                   std::vector<Finding>& out) {
  if (!reach.profile.greeting.empty() || !reach.profile.pushes.empty()) return;
  const std::string look = "  connect\n  pause 1500 ms\n";
  const auto first = heard(play(look, reach, stop));
  if (first.empty() || find_engine_io(first, reach, terms, out)) return;
  const auto second = heard(play(look + "  pause 1 ms\n", reach, stop));
  const std::size_t count = std::min(first.size(), second.size());
  std::size_t greeting = 0;
  while (greeting < count && first[greeting].at < greeting_time &&
         second[greeting].at < greeting_time)
    ++greeting;
  for (std::size_t i = 0; i < greeting; ++i) {
    terms.profile.greeting +=
        line_for(first[i], common_pattern(first[i].text, second[i].text)) + "\n";
  }
  if (greeting > 0)
    out.push_back({true, fmt::format("It greets: \"{}\".", shown(first.front().text)), ""});
  for (const auto* all : {&first, &second}) {
    for (std::size_t i = greeting; i < all->size(); ++i) {
      const Heard& one = (*all)[i];
      const bool again = i + 1 < all->size();
      std::string push =
          line_for(one, common_pattern(one.text, again ? (*all)[i + 1].text : one.text));
      auto& ignore = terms.profile.ignore;
      if (std::ranges::find(ignore, push) != ignore.end()) continue;
      if (ignore.size() < 8) ignore.push_back(std::move(push));
      out.push_back({true, fmt::format("It says by itself: \"{}\".", shown(one.text)), ""});
    }
  }
}

// ── What it answers ──────────────────────────────────────────────────────────────────────────────

// Whether a message of this type comes back as it was.
bool echoes(std::string_view type, const Reach& reach, const net::StopSource* stop) {
  const std::string lines = fmt::format("  > {} \"wsproof 1234\"\n  pause 700 ms\n", type);
  const Enough came = [&](const script::Play& played) {
    return std::ranges::any_of(heard(played), [&](const Heard& one) {
      return one.text == "wsproof 1234" && one.binary == (type == "binary");
    });
  };
  return came(play(lines, reach, stop, came));
}

std::string with_number(std::string text, std::string_view number) {
  for (std::size_t at = text.find("{n}"); at != std::string::npos; at = text.find("{n}", at))
    text.replace(at, 3, number);
  return text;
}

// Looks for a message whose answer repeats a number of it.
void find_reply(Reach& reach, Terms& terms, const net::StopSource* stop,
                std::vector<Finding>& out) {
  if (reach.profile.reply) return;
  if (echoes("text", reach, stop)) {
    if (echoes("binary", reach, stop)) return;
    terms.profile.reply = {"wsproof {n}", "\\bwsproof {n}\\b"};
    out.push_back({true, "It echoes text, and binary messages not as such.", ""});
    return;
  }
  for (const std::string_view opener : openers) {
    const std::string number = "271828182";
    const std::string sent = with_number(std::string(opener), number);
    script::FrameSpec frame;
    frame.payload = script::Expression{base::octets(sent), {}};
    const std::string text = script::print(script::Step(script::Send{"a", frame, {}}));
    std::string answer;
    play(fmt::format("  {}\n  pause 700 ms\n", text), reach, stop, [&](const script::Play& played) {
      for (const Heard& one : heard(played)) {
        if (one.text.find(number) != std::string::npos) answer = one.text;
      }
      return !answer.empty();
    });
    if (answer.empty()) continue;
    terms.profile.reply = {std::string(opener), "\\b{n}\\b"};
    out.push_back({true,
                   fmt::format("It does not echo, but answers \"{}\" with \"{}\".", shown(sent),
                               shown(answer)),
                   ""});
    return;
  }
}

// The messages that came on the first and on the second connection.
std::set<std::string> on_both(const std::vector<Heard>& all) {
  std::set<std::string> on[2], out;
  for (const Heard& one : all) {
    if (one.link < 2) on[one.link].insert(one.text);
  }
  std::ranges::set_intersection(on[0], on[1], std::inserter(out, out.end()));
  return out;
}

void find_sharing(Reach& reach, Terms& terms, const net::StopSource* stop,
                  std::vector<Finding>& out) {
  if (reach.profile.shared) return;
  const std::string look =
      "  connect\n  @b connect\n  pause 100 ms\n  let $m = message\n  > text $m\n  pause 700 ms\n";
  const std::set<std::string> once = on_both(heard(play(look, reach, stop)));
  if (once.empty()) return;
  const std::set<std::string> again = on_both(heard(play(look + "  pause 1 ms\n", reach, stop)));
  // What comes on both every time is a greeting; our message is another one each time.
  const bool shared =
      std::ranges::any_of(once, [&](const std::string& text) { return !again.contains(text); });
  if (!shared) return;
  terms.profile.isolation = "shared";
  out.push_back({true, "Its connections hear one another, so cases are played one by one.", ""});
}

// A chat may write what waits for a client in one message. It takes some to be waiting.
void find_joining(const Reach& reach, Terms& terms, const net::StopSource* stop,
                  std::vector<Finding>& out) {
  if (!reach.profile.joined.empty() || !terms.profile.joined.empty()) return;
  constexpr int count = 40;
  std::string look = "  together\n";
  for (int i = 0; i < count; ++i) look += fmt::format("    > text \"wsproof {}.\"\n", i);
  const std::string last = fmt::format("wsproof {}.", count - 1);
  const Enough all_came = [&](const script::Play& played) {
    return std::ranges::any_of(
        heard(played), [&](const Heard& one) { return one.text.find(last) != std::string::npos; });
  };
  for (const Heard& one : heard(play(look + "  pause 700 ms\n", reach, stop, all_came))) {
    const std::size_t end = one.text.find('.');
    const std::size_t next = one.text.find("wsproof", end == std::string::npos ? end : end + 1);
    if (one.binary || next == std::string::npos || next == end + 1 || next > end + 9) continue;
    terms.profile.joined = one.text.substr(end + 1, next - end - 1);
    out.push_back({true,
                   fmt::format("It joins messages that wait, with \"{}\" between them.",
                               base::for_terminal(terms.profile.joined)),
                   ""});
    return;
  }
}

// As it stands, where TOML has a way for that; else with escapes.
std::string toml_string(std::string_view text) {
  const auto has = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  const bool literal = std::ranges::all_of(text, [](char c) {
    return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\n';
  });
  const bool lines = text.size() > 1 && text.ends_with('\n');
  if (literal && lines && !has("'''")) return fmt::format("'''\n{}'''", text);
  if (literal && !has("\n") && !has("'") && (has("\"") || has("\\")))
    return fmt::format("'{}'", text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string toml_list(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const std::string& word : words) out += (out.size() > 1 ? ", " : "") + toml_string(word);
  return out + "]";
}

}  // namespace

std::vector<Finding> find_way_in(int status, Reach& reach, Terms& terms,
                                 const net::StopSource* stop) {
  std::vector<Finding> out;
  if (status != 400 && status != 401 && status != 403) return out;
  const Terms given = terms;
  const auto works = [&](const Terms& tried) {
    if (!update(reach, tried)) return false;
    const script::Play played = play("  connect\n", reach, stop);
    if (!upgraded(played)) return false;
    terms = tried;
    const auto chosen = wire::values(*played.answer, "Sec-WebSocket-Protocol");
    if (given.request.subprotocols.empty() && !tried.request.subprotocols.empty() &&
        !chosen.empty())
      terms.request.subprotocols = {chosen.front()};
    return update(reach, terms);
  };
  Terms with_origin = given;
  if (given.request.origin.empty()) {
    with_origin.request.origin = (reach.url.tls ? "https://" : "http://") + host_field(reach.url);
    if (works(with_origin)) {
      out.push_back(
          {true, fmt::format("It wants an Origin; {} will do.", terms.request.origin), ""});
      return out;
    }
  }
  if (given.request.subprotocols.empty()) {
    for (Terms tried : {given, with_origin}) {
      tried.request.subprotocols.assign(well_known.begin(), well_known.end());
      if (!works(tried)) continue;
      out.push_back({true,
                     fmt::format("It wants a subprotocol; {} will do{}.",
                                 base::for_terminal(
                                     fmt::format("{}", fmt::join(terms.request.subprotocols, ","))),
                                 terms.request.origin.empty() ? "" : ", with an Origin"),
                     ""});
      return out;
    }
  }
  update(reach, given);
  return out;
}

std::string body_of_refusal(const Reach& reach, const net::StopSource* stop) {
  // What is told of it stands in the transcript, where secrets are hidden.
  const script::Play played = play("  connect\n", reach, stop);
  bool behind_head = false;
  for (const result::Entry& entry : played.evidence.transcript.entries) {
    if (entry.kind != result::Entry::Kind::received) continue;
    if (!std::exchange(behind_head, true)) continue;
    std::string_view text = base::as_text(entry.octets);
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) continue;
    text.remove_prefix(begin);
    return base::for_terminal(base::cut(text.substr(0, text.find_first_of("\r\n")), 160));
  }
  return {};
}

std::string answer_to_reply(const Reach& reach, const net::StopSource* stop) {
  CHECK(reach.profile.reply);
  const auto back = heard(play("  let $m = message\n  > text $m\n  pause 700 ms\n", reach, stop));
  if (back.empty()) return {};
  const Heard& last = back.back();
  return fmt::format("{} \"{}\"", last.binary ? "binary" : "text", shown(last.text));
}

std::string what_a_close_does(const Reach& reach, const net::StopSource* stop) {
  const script::Play played = play("  manual\n  > close 1000\n  < close\n  < eof\n", reach, stop);
  bool answered = false, ended = false;
  for (const result::Entry& entry : played.evidence.transcript.entries) {
    ended = ended || entry.kind == result::Entry::Kind::ended;
    answered = answered || (entry.kind == result::Entry::Kind::received && entry.header_size > 0 &&
                            (entry.octets.front() & 15U) == wire::opcode::close);
  }
  if (answered)
    return ended ? "A Close is answered, but not as it should be: " + played.evidence.observed + "."
                 : std::string("A Close is answered, but TCP stays open.");
  return ended ? "A Close is not answered; TCP is closed without." : "A Close is not answered.";
}

std::vector<Finding> find_manners(Reach& reach, Terms& terms, const net::StopSource* stop) {
  std::vector<Finding> out;
  find_greeting(reach, terms, stop, out);
  if (!update(reach, terms)) return out;
  find_reply(reach, terms, stop, out);
  find_sharing(reach, terms, stop, out);
  find_joining(reach, terms, stop, out);
  update(reach, terms);
  return out;
}

std::string to_toml(const Url& url, const Terms& terms) {
  std::string out = "# Written by wsproof doctor; docs/configuration.md tells all keys.\n";
  for (const TomlEntry& entry : toml_entries(url, terms)) out += entry.text;
  return out;
}

std::vector<TomlEntry> toml_entries(const Url& url, const Terms& terms) {
  std::vector<TomlEntry> out;
  const auto add = [&](std::string_view key, const std::string& value) {
    out.push_back({std::string(key), fmt::format("{} = {}\n", key, value)});
  };
  const auto text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) add(key, toml_string(value));
  };
  const auto list = [&](std::string_view key, const std::vector<std::string>& values) {
    if (!values.empty()) add(key, toml_list(values));
  };
  text("url", to_string(url));
  text("origin", terms.request.origin);
  std::vector<std::string> headers;
  bool secret = !terms.request.user.empty() || !terms.request.cookies.empty();
  for (const std::string& header : terms.request.headers) {
    const bool hidden = is_secret_header(header);
    secret = secret || hidden;
    if (!hidden) headers.push_back(header);
  }
  list("headers", headers);
  list("subprotocol", terms.request.subprotocols);
  if (secret) {
    out.push_back(
        {"",
         "# Credentials are not written here: WSPROOF_USER, WSPROOF_COOKIE, WSPROOF_HEADERS.\n"});
  }
  text("profile", terms.profile_file);
  list("reply", terms.profile.reply);
  text("greeting", terms.profile.greeting);
  list("whenever", terms.profile.whenever);
  list("ignore", terms.profile.ignore);
  text("isolation", terms.profile.isolation);
  text("joined", terms.profile.joined);
  return out;
}

}  // namespace wsproof::run
