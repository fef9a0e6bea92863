#include "harness/endpoint/quirks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/endpoint/closing.hpp"
#include "harness/endpoint/corpus_test.hpp"
#include "harness/endpoint/receiver.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_blocks.hpp"

namespace wsproof::endpoint {
namespace {

using wire::Role;

Quirks with(const Quirk& quirk) {
  Quirks quirks;
  quirk.apply(quirks);
  return quirks;
}

std::size_t count(Kind kind) {
  return static_cast<std::size_t>(std::ranges::count(quirks(), kind, &Quirk::kind));
}

TEST(Quirks, ThereAreEnough) {
  EXPECT_GE(count(Kind::fault), 45U);
  EXPECT_GE(count(Kind::liberty), 20U);
}

TEST(Quirks, NamesAreUniqueWords) {
  std::set<std::string_view> names;
  for (const Quirk& quirk : quirks()) {
    EXPECT_TRUE(names.insert(quirk.name).second) << quirk.name;
    EXPECT_TRUE(std::regex_match(std::string(quirk.name), std::regex("[a-z0-9]+(-[a-z0-9]+)*")))
        << quirk.name;
    EXPECT_EQ(find_quirk(quirk.name), &quirk);
  }
  EXPECT_EQ(find_quirk("no-such-quirk"), nullptr);
}

TEST(Quirks, DescriptionsAreSentences) {
  std::set<std::string_view> descriptions;
  for (const Quirk& quirk : quirks()) {
    const std::string_view text = quirk.description;
    EXPECT_TRUE(descriptions.insert(text).second) << text;
    EXPECT_TRUE(text.size() > 10 && text.front() >= 'A' && text.front() <= 'Z' &&
                text.ends_with('.'))
        << text;
  }
}

TEST(Quirks, EachTurnsAKnob) {
  for (const Quirk& quirk : quirks()) EXPECT_NE(with(quirk), Quirks{}) << quirk.name;
}

/// One conversation: the head that is sent (none: a good one), and what is sent behind it.
struct Scene {
  Role role;
  base::Octets head;
  std::vector<base::Octets> reads;
  std::string offer = {};  ///< a client's, of extensions
};

/// Everything that an endpoint does in a scene, with the borders of its writes and their times.
std::string play(const Scene& scene, const Quirks& quirks) {
  Settings settings = two_subprotocols();
  settings.extension_offer = scene.offer;
  Driver driver(scene.role, settings, quirks);
  std::size_t shown = 0;
  std::string all;
  const auto note = [&] {
    const Seen& seen = driver.seen();
    for (; shown < seen.writes.size(); ++shown) {
      all += std::string(base::as_text(seen.writes[shown])) + "|";
    }
    all += shown_end(seen) + std::to_string(seen.drops.size()) + "\n";
  };
  note();
  scene.head.empty() ? static_cast<void>(shake_hands(driver, scene.role)) : driver.send(scene.head);
  note();
  for (const base::Octets& read : scene.reads) {
    driver.send(read);
    note();
  }
  for (int step = 0; step < 20; ++step) {
    driver.pass(std::chrono::milliseconds(50));
    note();
  }
  EXPECT_FALSE(driver.stuck());
  return all;
}

std::string repeated(std::string_view part, int times) {
  std::string all;
  for (int time = 0; time < times; ++time) all += part;
  return all;
}

/// Conversations beyond those of the talks, in which quirks show.
std::vector<std::vector<TestFrame>> more_talks() {
  const std::uint64_t top_bit = std::uint64_t{1} << 63U;
  return {
      {ping("one"), ping("two"), text("a"), ping("three")},
      {text("before"), close(1000)},
      {text("before"), coded(3)},
      {text(std::string("a\0b", 3)), text("\xEF\xBF\xBE"), text(" a\r\nb\t")},
      {binary(std::string(70000, 'x'))},
      {binary(std::string(4088, 'x')), text("behind a full read")},
      std::vector<TestFrame>(17, ping("again")),
      {text("a" + repeated("\xF0\x9F\x98\x80", 600))},
      {ping(std::string(125, 'p')), close(1000), close(1001)},
      {announced({.opcode = 2, .payload = "hello", .form = wire::LengthForm::sixty_four},
                 top_bit + 5)},
      {start(text("\xC3")), last("A")},
      {start(text("\xE2\x82")), close(1000, "why")},
      {start(text("abc")), more("\xC3\xA4"), last("fgh")},
  };
}

/// The talks, frame by frame, in one read, and octet by octet.
void add_talks(Role role, std::vector<Scene>& scenes) {
  std::vector<std::vector<TestFrame>> frames = more_talks();
  for (const Talk& talk : talks()) frames.push_back(talk.frames);
  for (const auto& talk : frames) {
    const auto parts = reads(role, talk);
    const base::Octets whole = joined(parts);
    scenes.push_back({role, {}, parts});
    scenes.push_back({role, {}, {whole}});
    if (whole.size() > 40) continue;
    std::vector<base::Octets> single;
    for (const std::uint8_t octet : whole) single.push_back({octet});
    scenes.push_back({role, {}, single});
  }
}

/// Conversations with compressed messages, in which quirks of permessage-deflate show.
std::vector<std::vector<TestFrame>> compressed_talks() {
  const auto with_bit = [](TestFrame frame) {
    frame.rsv = 4;
    return frame;
  };
  const auto packed = [&](std::string_view content) {
    const base::Octets payload = wire::Deflater().message(base::as_octets(content));
    return with_bit(text(std::string(base::as_text(payload))));
  };
  const auto hex = [&](std::string_view digits) {
    return with_bit(text(std::string(base::as_text(*base::from_hex(digits)))));
  };
  std::string varied;
  for (int number = 0; varied.size() < 6000; ++number) varied += std::to_string(number * number);
  const std::vector<wire::Token> far{base::octets(varied), wire::Match{9, 5000}};
  base::Random random(3);
  base::Octets tail_inside = random.octets(400);
  base::append(tail_inside, wire::deflate_tail);
  base::append(tail_inside, random.octets(400));
  const base::Octets far_match = wire::BlockWriter().fixed(far).take_message();
  return {
      {text("Hello"), text("Hello"), text(""), ping("p"), text(varied + varied), text("Hello")},
      {hex("f248cdc9c90700"), text("Hallo"), hex("f200110000"), hex("f200110000")},
      {packed(varied), packed(varied), hex("00"), hex("")},
      {with_bit(text(std::string(base::as_text(far_match))))},
      {hex("f348cdc9c9070000"), hex("f200110000")},
      {hex("f348cdc9c90700f348cdc9c90700f248cdc9c90700")},
      {hex("f348cdc9c90700f248cdc9c90700")},
      {hex("06"), text("x")},
      {binary(std::string(base::as_text(tail_inside)))},
      {hex("f248cd"), text("x")},
      {packed("\xC3(")},
      {packed(std::string(70000, 'x')), hex("f200110000")},
      {start(hex("f248cd")), last("\xC9\xC9\x07" + std::string(1, '\0'))},
      {start(text("a")), with_bit(last("b"))},
      {with_bit(ping("p"))},
      {packed("one"), text("two"), close(1000)},
      {text(repeated(varied, 7))},
  };
}

void add_compressed(Role role, std::string_view key, std::vector<Scene>& scenes) {
  const std::string name = "permessage-deflate";
  std::vector<std::string> values{
      "",
      name,
      name + "; server_no_context_takeover",
      name + "; client_no_context_takeover",
      name + "; x",
      name + "; server_no_context_takeover=1",
      "Permessage-Deflate",
      name + "; client_no_context_takeover; client_no_context_takeover"};
  for (const char* bits : {"", "=8", "=9", "=09", "=15", "=16"}) {
    for (const char* side : {"server", "client"}) {
      values.push_back(name + "; " + side + "_max_window_bits" + bits);
    }
  }
  if (role == Role::server) values.push_back(name + "; x, " + name);
  for (const std::string& value : values) {
    const std::vector<wire::Field> field{{"Sec-WebSocket-Extensions", value}};
    for (const auto& talk : compressed_talks()) {
      scenes.push_back({role,
                        role == Role::server ? request(field) : response(std::string(key), field),
                        reads(role, talk), name + "; client_max_window_bits=10"});
      if (value == name) {
        Scene glued = scenes.back();
        glued.reads = {joined(glued.reads)};
        scenes.push_back(std::move(glued));
      }
    }
  }
}

/// A large message and the beginning of a frame in one read.
Scene cut_behind_large(Role role) {
  const std::string content(70000, 'x');
  base::Octets first = encode(role, binary(content));
  const base::Octets next = encode(role, text("behind"));
  base::append(first, base::OctetView(next).first(3));
  const base::OctetView rest = base::OctetView(next).subspan(3);
  return {role, {}, {first, base::Octets(rest.begin(), rest.end())}};
}

std::vector<Scene> scenes(Role role) {
  std::vector<Scene> all;
  add_talks(role, all);
  all.push_back(cut_behind_large(role));
  const auto add_head = [&](base::Octets head) {
    const base::Octets frame = encode(role, text("a"));
    all.push_back({role, head, {frame}});
    base::append(head, frame);
    all.push_back({role, std::move(head), {}});
  };
  if (role == Role::server) {
    for (const Asked& asked : requests()) add_head(asked.request);
    add_compressed(role, {}, all);
    return all;
  }
  const Settings settings = two_subprotocols();
  const auto head = wire::decode_head(Driver(role, settings, {}).seen().octets);
  const std::string key = wire::values(head, "Sec-WebSocket-Key").front();
  for (const Answered& answered : responses())
    add_head(response(key, answered.fields, answered.start));
  add_compressed(role, key, all);
  return all;
}

// Seen from one connection, what concerns all of them, or only a server, is no different:
// server_test.cpp and fragility_test.cpp show it.
bool concerns_the_server(const Quirk& quirk) {
  Quirks without = with(quirk);
  without.server = {};
  without.resources = {};
  without.failure.survival = Check::on;
  without.deflate.own_context = Check::on;
  return without == Quirks{};
}

TEST(Quirks, EachShowsInItsRoles) {
  for (const Role role : both_roles) {
    const std::vector<Scene> all = scenes(role);
    std::vector<std::string> reference;
    reference.reserve(all.size());
    for (const Scene& scene : all) reference.push_back(play(scene, {}));
    const Scope other = role == Role::server ? Scope::client : Scope::server;
    for (const Quirk& quirk : quirks()) {
      if (concerns_the_server(quirk)) continue;
      const Quirks bent = with(quirk);
      bool shows = false;
      for (std::size_t index = 0; index < all.size() && !shows; ++index) {
        shows = play(all[index], bent) != reference[index];
      }
      EXPECT_EQ(shows, quirk.scope != other)
          << quirk.name << " as " << (role == Role::server ? "server" : "client");
    }
  }
}

/// What the other side understands of an endpoint's frames: the messages, and what is wrong.
struct Understood {
  std::vector<std::string> messages;
  std::string wrong;
};

Understood understand(const Scene& scene, const Quirks& quirks) {
  Driver driver(scene.role, two_subprotocols(), quirks);
  const std::size_t head = shake_hands(driver, scene.role);
  for (const base::Octets& read : scene.reads) driver.send(read);
  driver.pass(std::chrono::seconds(1));
  const Quirks reference;
  Receiver receiver(wire::other(scene.role), std::size_t{1} << 20U, reference);
  base::OctetView rest = base::OctetView(driver.seen().octets).subspan(head);
  Understood result;
  bool closed = false;
  while (true) {
    const Incoming incoming = receiver.next(rest);
    if (incoming.kind == Incoming::Kind::need_more) break;
    if (closed) result.wrong = "something behind the Close";
    if (incoming.kind == Incoming::Kind::violation) result.wrong = incoming.violation.why;
    if (incoming.kind == Incoming::Kind::close) {
      closed = true;
      if (const auto wrong = judge_close(incoming.payload, reference)) result.wrong = wrong->why;
    }
    if (incoming.kind != Incoming::Kind::message) continue;
    result.messages.push_back(std::to_string(incoming.type) +
                              std::string(base::as_text(incoming.payload)));
  }
  if (receiver.in_message()) result.wrong = "an unfinished message";
  return result;
}

TEST(Quirks, LibertiesAreLegalToTheOtherSide) {
  for (const Role role : both_roles) {
    std::vector<Scene> all;
    add_talks(role, all);
    std::vector<Understood> reference;
    reference.reserve(all.size());
    for (const Scene& scene : all) reference.push_back(understand(scene, {}));
    for (const Quirk& quirk : quirks()) {
      if (quirk.kind == Kind::fault) continue;
      const Quirks bent = with(quirk);
      for (std::size_t index = 0; index < all.size(); ++index) {
        const Understood understood = understand(all[index], bent);
        EXPECT_EQ(understood.wrong, "") << quirk.name;
        const bool may_lose =
            quirk.name == "small-message-limit" || quirk.name.starts_with("loses-echo");
        EXPECT_TRUE(may_lose || understood.messages == reference[index].messages) << quirk.name;
      }
    }
  }
}

/// Octets that are mostly frames, with a seed.
base::Octets nonsense(base::Random& random, Role role) {
  base::Octets all;
  const std::uint64_t frames = 1 + random.below(12);
  for (std::uint64_t count = 0; count < frames; ++count) {
    TestFrame frame;
    constexpr std::uint8_t opcodes[] = {0, 0, 0, 1, 1, 1, 2, 2, 8, 9, 9, 10, 3, 11};
    frame.opcode = opcodes[random.below(std::size(opcodes))];
    const base::Octets payload = random.octets(random.below(random.below(8) == 0 ? 300 : 9));
    frame.payload = base::as_text(payload);
    frame.fin = random.below(3) != 0;
    if (random.below(16) == 0) frame.rsv = static_cast<std::uint8_t>(random.below(8));
    if (random.below(16) == 0) frame.length = random.next() >> random.below(64);
    if (frame.length) frame.form = wire::LengthForm::sixty_four;
    frame.wrong_mask = random.below(32) == 0;
    base::append(all, encode(role, frame, static_cast<std::uint8_t>(random.next())));
  }
  for (std::uint64_t flips = random.below(3); flips > 0 && !all.empty(); --flips) {
    all[random.below(all.size())] = static_cast<std::uint8_t>(random.next());
  }
  return all;
}

void expect_sound(Driver& driver, std::string_view name) {
  driver.pass(std::chrono::seconds(5));
  driver.end(base::Ending::eof);
  driver.pass(std::chrono::seconds(60));
  EXPECT_FALSE(driver.stuck()) << name;
  EXPECT_TRUE(driver.endpoint().finished()) << name;
  EXPECT_EQ(driver.seen().drops.size(), 1U) << name;
  EXPECT_FALSE(driver.seen().after_end) << name;
  EXPECT_FALSE(driver.endpoint().deadline()) << name;
}

TEST(Quirks, NoneIsUpsetByNonsense) {
  base::Random random(1);
  const Settings settings = two_subprotocols();
  for (const Quirk& quirk : quirks()) {
    const Quirks bent = with(quirk);
    for (int round = 0; round < 16; ++round) {
      for (const Role role : both_roles) {
        Driver driver(role, settings, bent);
        if (round % 8 == 7) {
          driver.send(random.octets(random.below(200)));
        } else {
          shake_hands(driver, role);
        }
        for (int read = 0; read < 3; ++read) driver.send(nonsense(random, role));
        expect_sound(driver, quirk.name);
      }
    }
  }
}

TEST(Quirks, AnyTwoGoTogether) {
  base::Random random(2);
  const Settings settings = two_subprotocols();
  for (const Quirk& first : quirks()) {
    for (int round = 0; round < 20; ++round) {
      const Quirk& second = quirks()[random.below(quirks().size())];
      Quirks bent = with(first);
      second.apply(bent);
      const Role role = both_roles[random.below(2)];
      Driver driver(role, settings, bent);
      shake_hands(driver, role);
      driver.send(nonsense(random, role));
      expect_sound(driver, std::string(first.name) + " and " + std::string(second.name));
    }
  }
}

}  // namespace
}  // namespace wsproof::endpoint
