#include "harness/endpoint/endpoint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "harness/endpoint/conversation_test.hpp"
#include "harness/endpoint/corpus_test.hpp"

namespace wsproof::endpoint {
namespace {

using wire::Role;

TEST(Endpoint, AnswersByTheBook) {
  for (const Role role : both_roles) {
    for (const Talk& talk : talks()) {
      EXPECT_EQ(converse(role, reads(role, talk.frames)), expected(talk, role)) << talk.name;
    }
  }
}

TEST(Endpoint, CutPositionDoesNotMatter) {
  for (const Role role : both_roles) {
    for (const Talk& talk : talks()) {
      const base::Octets all = joined(reads(role, talk.frames));
      const base::OctetView view(all);
      EXPECT_EQ(converse(role, {all}), expected(talk, role)) << talk.name;
      if (all.size() > 1000) continue;
      for (std::size_t cut = 1; cut < all.size(); ++cut) {
        const base::OctetView front = view.first(cut);
        const base::OctetView back = view.subspan(cut);
        ASSERT_EQ(converse(role, {{front.begin(), front.end()}, {back.begin(), back.end()}}),
                  expected(talk, role))
            << talk.name << ", cut at " << cut;
      }
      std::vector<base::Octets> single;
      for (const std::uint8_t octet : all) single.push_back({octet});
      EXPECT_EQ(converse(role, single), expected(talk, role)) << talk.name << ", octet by octet";
    }
  }
}

TEST(Endpoint, FramesGluedToTheHeadAreProcessed) {
  for (const Role role : both_roles) {
    for (const Talk& talk : talks()) {
      Driver driver(role, {}, {});
      const std::size_t own = driver.seen().octets.size();
      const base::Octets glued = joined(reads(role, talk.frames));
      const std::size_t head = std::max(shake_hands(driver, role, glued), own);
      driver.pass(std::chrono::seconds(1));
      const base::Octets& octets = driver.seen().octets;
      const base::Octets frames(octets.begin() + static_cast<std::ptrdiff_t>(head), octets.end());
      const std::string words = shown_frames(frames, role);
      EXPECT_EQ(words + (words.empty() ? "" : " | ") + shown_end(driver.seen()),
                expected(talk, role))
          << talk.name;
    }
  }
}

TEST(Endpoint, AnnouncedLengthsCostNothing) {
  // The limit is judged by the announced length, the memory grows with what arrives.
  Settings settings;
  settings.max_message = std::size_t{1} << 40U;
  const auto octets = encode(Role::server, announced(text("hello"), (std::uint64_t{1} << 40U) - 1));
  EXPECT_EQ(converse(Role::server, {octets}, {}, settings), "open");
}

TEST(Endpoint, FragmentsTogetherMustFitTheLimit) {
  Settings settings;
  settings.max_message = 10;
  for (const Role role : both_roles) {
    EXPECT_EQ(converse(role, reads(role, {start(text("12345")), last("67890")}), {}, settings),
              "text 1234567890 | open");
    EXPECT_EQ(converse(role, reads(role, {start(text("12345")), last("678901")}), {}, settings),
              "close 1009 | eof");
  }
}

TEST(Endpoint, ClientMasksEachFrameWithAFreshKey) {
  Driver driver(Role::client, {}, {});
  const std::size_t head = shake_hands(driver, Role::client);
  for (int count = 0; count < 100; ++count) driver.send(encode(Role::client, text("")));
  std::set<wire::MaskingKey> keys;
  base::OctetView rest = base::OctetView(driver.seen().octets).subspan(head);
  while (const auto decoded = wire::decode_header(rest)) {
    ASSERT_TRUE(decoded->header.key);
    keys.insert(*decoded->header.key);
    rest = rest.subspan(decoded->size);
  }
  EXPECT_EQ(keys.size(), 100U);
}

TEST(Endpoint, SameSeedSameOctets) {
  const auto talk = [](std::uint64_t seed) {
    Settings settings;
    settings.seed = seed;
    Driver driver(Role::client, settings, {});
    shake_hands(driver, Role::client);
    driver.send(encode(Role::client, text("hi")));
    return driver.seen().octets;
  };
  EXPECT_EQ(talk(1), talk(1));
  EXPECT_NE(talk(1), talk(2));
}

TEST(Endpoint, ServerEndsTcpFirstAndDropsWhenTheClientDoes) {
  Driver driver(Role::server, {}, {});
  shake_hands(driver, Role::server);
  driver.send(encode(Role::server, close(1000)));
  EXPECT_TRUE(driver.seen().ended);
  EXPECT_TRUE(driver.seen().drops.empty());
  driver.end(base::Ending::eof);
  EXPECT_EQ(driver.seen().drops, std::vector{base::Drop{0}});
  EXPECT_TRUE(driver.endpoint().finished());
  EXPECT_FALSE(driver.endpoint().failed());
}

TEST(Endpoint, ClientWaitsForTheServerToEndTcp) {
  Driver driver(Role::client, {}, {});
  shake_hands(driver, Role::client);
  driver.send(encode(Role::client, close(1000)));
  driver.pass(std::chrono::milliseconds(1900));
  EXPECT_FALSE(driver.seen().ended);
  driver.end(base::Ending::eof);
  EXPECT_EQ(driver.seen().drops, std::vector{base::Drop{0}});
}

TEST(Endpoint, WaitingForTheEndHasALimit) {
  for (const Role role : both_roles) {
    for (const TestFrame& frame : {close(1000), coded(3)}) {
      Driver driver(role, {}, {});
      shake_hands(driver, role);
      driver.send(encode(role, frame));
      driver.pass(std::chrono::seconds(3));
      EXPECT_EQ(driver.seen().drops, std::vector{base::Drop{0}});
    }
  }
}

TEST(Endpoint, EndOfInputEndsEverything) {
  for (const Role role : both_roles) {
    for (const base::Ending ending : {base::Ending::eof, base::Ending::reset}) {
      Driver driver(role, {}, {});
      shake_hands(driver, role);
      driver.send(encode(role, start(text("a"))));
      driver.end(ending);
      EXPECT_EQ(driver.seen().drops, std::vector{base::Drop{0}});
      EXPECT_FALSE(driver.endpoint().deadline());
      driver.send(encode(role, last("b")));
      EXPECT_FALSE(driver.seen().after_end);
    }
  }
}

TEST(Endpoint, OpenConnectionHasNoDeadline) {
  for (const Role role : both_roles) {
    Driver driver(role, {}, {});
    EXPECT_TRUE(driver.endpoint().deadline());
    shake_hands(driver, role);
    EXPECT_FALSE(driver.endpoint().deadline());
    driver.send(encode(role, text("a")));
    EXPECT_FALSE(driver.endpoint().deadline());
  }
}

}  // namespace
}  // namespace wsproof::endpoint
