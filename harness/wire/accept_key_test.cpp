#include "harness/wire/accept_key.hpp"

#include <gtest/gtest.h>

#include "harness/base/random.hpp"

namespace wsproof::wire {

TEST(AcceptKey, GivesTheExampleOfTheRfc) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(AcceptKey, HashesTheKeyAsItWasSent) {
  // Made with `printf '%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11' KEY | openssl sha1 -binary |
  // base64`.
  struct Row {
    std::string_view key, accept;
  };
  for (const Row& row :
       {Row{"", "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w="}, Row{"not base64", "rc3DmuY+TyvICUPYnUCN7dzfBhI="},
        Row{" dGhlIHNhbXBsZSBub25jZQ==", "s3mCG3XUBfFRrUGpYOBQiHm5i8g="}}) {
    EXPECT_EQ(accept_key(row.key), row.accept) << '"' << row.key << '"';
  }
}

TEST(WellFormedKey, IsTheBase64FormOfSixteenOctets) {
  base::Random random(1);
  for (std::size_t size = 0; size < 64; ++size) {
    EXPECT_EQ(is_well_formed_key(base::to_base64(random.octets(size))), size == 16) << size;
  }
}

TEST(WellFormedKey, HasZeroPadBits) {
  // Of 64 digits in the last place before the padding four are right. [4648-3.5-1]
  std::string accepted;
  for (const char digit :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) {
    if (is_well_formed_key(std::string("AQIDBAUGBwgJCgsMDQ4PE") + digit + "==")) accepted += digit;
  }
  EXPECT_EQ(accepted, "AQgw");
}

TEST(WellFormedKey, IsStrictAboutAlphabetAndPadding) {
  for (const std::string_view key :
       {"dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", " dGhlIHNhbXBsZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZQ== ", "dGhlIHNhbXBsZSBub25jZQ==\n",
        "dGhlIHNhbXBsZSBub2-_ZQ==", "dGhlIHNhbXBs SBub25jZQ==", "dGhlIHNhbXBs*SBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZ===", "dGhlIHNhbXBsZSBub25jZQAA"}) {
    EXPECT_FALSE(is_well_formed_key(key)) << '"' << key << '"';
  }
}

}  // namespace wsproof::wire
