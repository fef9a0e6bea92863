#include "harness/base/secrets.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace wsproof::base {
namespace {

TEST(Secrets, AreStarsOfTheSameLength) {
  Secrets secrets;
  EXPECT_TRUE(secrets.empty());
  EXPECT_EQ(secrets.hidden("open sesame"), "open sesame");
  secrets.add("sesame");
  EXPECT_EQ(secrets.hidden("open sesame, sesame!"), "open ******, ******!");
  EXPECT_EQ(secrets.hidden(octets("a\0sesame")), octets("a\0sesame"));
  EXPECT_EQ(secrets.hidden(octets("sesame\xff")), octets("******\xff"));
}

TEST(Secrets, ALongerOneGoesFirst) {
  Secrets secrets;
  secrets.add("abc");
  secrets.add("abcdef");
  EXPECT_EQ(secrets.hidden("abcdef abc"), "****** ***");
}

TEST(Secrets, TooShortOnesAreNotKept) {
  Secrets secrets;
  secrets.add("");
  secrets.add("ab");
  EXPECT_TRUE(secrets.empty());
}

// Whatever stands around the secret inside of a base64 text, nothing of its inner digits is left.
TEST(Secrets, AreHiddenInsideOfBase64) {
  Secrets secrets;
  secrets.add("a rather long secret");
  for (const std::string before : {"", "a", "ab", "abc"}) {
    for (const std::string behind : {"", "y", "yz", "xyz"}) {
      const std::string plain = to_base64(octets(before + "a rather long secret" + behind));
      const std::string shown = secrets.hidden(plain);
      ASSERT_EQ(shown.size(), plain.size());
      EXPECT_GE(std::ranges::count(shown, '*'), 25) << shown;  // of its 26 or 27 digits
    }
  }
}

}  // namespace
}  // namespace wsproof::base
