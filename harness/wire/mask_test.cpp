#include "harness/wire/mask.hpp"

#include <gtest/gtest.h>

#include "harness/base/random.hpp"

namespace wsproof::wire {

namespace {

// The sentence of the RFC, octet by octet. [6455-5.3-5]
void mask_naively(std::span<std::uint8_t> data, const MaskingKey& key, std::uint64_t offset) {
  for (std::size_t index = 0; index < data.size(); ++index) {
    data[index] = static_cast<std::uint8_t>(data[index] ^ key[(offset + index) % 4]);
  }
}

}  // namespace

TEST(Mask, GivesTheExampleOfTheRfc) {
  base::Octets hello = base::octets("Hello");  // RFC 6455 §5.7
  mask(hello, {0x37, 0xFA, 0x21, 0x3D});
  EXPECT_EQ(base::to_hex(hello), "7f9f4d5158");
}

TEST(Mask, IsTheNaiveLoopAtEveryOffsetAlignmentAndSize) {
  constexpr std::size_t border = 8;  // octets on either side that must not be touched
  const MaskingKey key{0x12, 0x34, 0x56, 0x78};
  const base::Octets pristine = base::Random(1).octets(32 + 300 + 2 * border);
  base::Octets masked = pristine;
  base::Octets expected = pristine;
  for (std::uint64_t offset = 0; offset < 8; ++offset) {
    for (std::size_t alignment = 0; alignment < 32; ++alignment) {
      for (std::size_t size = 0; size <= 300; ++size) {
        masked = pristine;
        expected = pristine;
        mask(std::span(masked).subspan(border + alignment, size), key, offset);
        mask_naively(std::span(expected).subspan(border + alignment, size), key, offset);
        ASSERT_EQ(masked, expected)
            << "offset " << offset << ", alignment " << alignment << ", size " << size;
      }
    }
  }
}

TEST(Mask, CopiesWhatItWouldMaskInPlace) {
  const MaskingKey key{0x12, 0x34, 0x56, 0x78};
  const base::Octets from = base::Random(4).octets(100);
  for (std::size_t size = 0; size <= from.size(); ++size) {
    base::Octets expected = from;
    mask(std::span(expected).first(size), key, 3);
    base::Octets to = from;
    mask_copy(to, base::OctetView(from).first(size), key, 3);
    EXPECT_EQ(to, expected) << "size " << size;
  }
}

TEST(Mask, MaskingTwiceIsNothing) {
  const base::Octets pristine = base::Random(2).octets(1'000);
  base::Octets octets = pristine;
  mask(octets, {1, 2, 3, 4}, 3);
  EXPECT_NE(octets, pristine);
  mask(octets, {1, 2, 3, 4}, 3);
  EXPECT_EQ(octets, pristine);
}

TEST(Mask, PiecesAreMaskedAsTheWholeWhereverItIsCut) {
  const MaskingKey key{0xDE, 0xAD, 0xBE, 0xEF};
  const base::Octets pristine = base::Random(3).octets(67);
  base::Octets whole = pristine;
  mask(whole, key);
  for (std::size_t cut = 0; cut <= pristine.size(); ++cut) {
    base::Octets pieces = pristine;
    mask(std::span(pieces).first(cut), key, 0);
    mask(std::span(pieces).subspan(cut), key, cut);
    EXPECT_EQ(pieces, whole) << "cut at " << cut;
  }
}

TEST(Mask, OffsetsReachToTheLastOctetThatAFrameCanAnnounce) {
  base::Octets octets(6, 0);
  mask(octets, {1, 2, 3, 4}, ~std::uint64_t{0} - 1);
  EXPECT_EQ(octets, (base::Octets{3, 4, 1, 2, 3, 4}));
}

}  // namespace wsproof::wire
