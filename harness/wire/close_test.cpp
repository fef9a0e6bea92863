#include "harness/wire/close.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace wsproof::wire {

void PrintTo(const ClosePayload& close, std::ostream* out) {
  *out << (close.code ? std::to_string(*close.code) : "no code") << ", tail "
       << base::to_hex(close.tail);
}

namespace {

struct Row {
  base::Octets payload;
  ClosePayload close;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {{}, {std::nullopt, {}}},   {{0x03}, {std::nullopt, {0x03}}},
      {{0x03, 0xE8}, {1000, {}}}, {{0x03, 0xE9, 'b', 'y', 'e'}, {1001, {'b', 'y', 'e'}}},
      {{0x00, 0x00}, {0, {}}},    {{0xFF, 0xFF, 0xFF}, {65535, {0xFF}}},
  };
  return table;
}

}  // namespace

TEST(ClosePayload, IsNothingOrAStrayOctetOrABigEndianCodeWithAReason) {
  for (const Row& row : rows()) EXPECT_EQ(decode_close(row.payload), row.close);
}

TEST(ClosePayload, EncodesWhatWasDecoded) {
  for (const Row& row : rows()) EXPECT_EQ(encode(row.close), row.payload);
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const ClosePayload close{static_cast<std::uint16_t>(code), {'x'}};
    ASSERT_EQ(decode_close(encode(close)), close);
  }
}

TEST(ClosePayload, ALongReasonIsKeptWhole) {
  base::Octets payload(100'000, 'r');
  const ClosePayload close = decode_close(payload);
  EXPECT_EQ(close.tail.size(), payload.size() - 2);
  EXPECT_EQ(encode(close), payload);
}

}  // namespace wsproof::wire
