#include "harness/net/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wsproof::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Address, PrintsAsInAUrl) {
  EXPECT_EQ(to_string(Address{"127.0.0.1", 80}), "127.0.0.1:80");
  EXPECT_EQ(to_string(Address{"::1", 80}), "[::1]:80");
  EXPECT_EQ(to_string(resolve("LocalHost", 9001).value()), "LocalHost:9001");
}

TEST(Address, NumbersNeedNoResolver) {
  EXPECT_THAT(resolve("127.0.0.1", 1)->addresses, ElementsAre(Address{"127.0.0.1", 1}));
  EXPECT_THAT(resolve("::1", 1)->addresses, ElementsAre(Address{"::1", 1}));
  EXPECT_THAT(resolve("[::1]", 1)->addresses, ElementsAre(Address{"::1", 1}));
  EXPECT_EQ(resolve("[::1]", 1)->host, "::1");
}

TEST(Address, LocalhostIsBothFamiliesUnlessOneIsPreferred) {
  const Address v4{"127.0.0.1", 9001};
  const Address v6{"::1", 9001};
  EXPECT_THAT(resolve("localhost", 9001)->addresses, ElementsAre(v4, v6));
  EXPECT_THAT(resolve("LOCALHOST", 9001, IpVersion::v4)->addresses, ElementsAre(v4));
  EXPECT_THAT(resolve("localhost", 9001, IpVersion::v6)->addresses, ElementsAre(v6));
}

TEST(Address, WhatCannotBeResolvedSaysWhatWasTried) {
  struct Row {
    std::string_view host;
    IpVersion version;
    std::string_view words;
  };
  for (const Row& row : {
           Row{"no-such-host.invalid", IpVersion::any, "cannot resolve no-such-host.invalid: "},
           Row{"127.0.0.1", IpVersion::v6, "cannot resolve 127.0.0.1 as IPv6 (-6): "},
           Row{"::1", IpVersion::v4, "cannot resolve ::1 as IPv4 (-4): "},
           Row{"", IpVersion::any, "cannot resolve a host name that is empty"},
           Row{std::string_view("a\0b", 3), IpVersion::any, "with a NUL in it"},
       }) {
    const auto resolved = resolve(row.host, 1, row.version);
    ASSERT_FALSE(resolved.has_value()) << row.host;
    EXPECT_THAT(resolved.error().message, HasSubstr(row.words));
  }
}

}  // namespace
}  // namespace wsproof::net
