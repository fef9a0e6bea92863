#include "harness/wire/body.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace wsproof::wire {
namespace {

struct Example {
  std::string_view name;
  std::string_view head;
  std::string_view body;    ///< belongs to the content
  std::string_view behind;  ///< does not
  bool complete;
  bool lacks = false;  ///< octets that were announced
};

constexpr Example examples[] = {
    {"counted", "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n", "hello", "HTTP/1.1", true},
    {"nothing", "HTTP/1.1 426 x\r\nContent-Length: 0\r\n\r\n", "", "HTTP/1.1", true},
    {"too short", "HTTP/1.1 404 x\r\nContent-Length: 5\r\n\r\n", "hell", "", false, true},
    {"no last chunk", "HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", "",
     false, true},
    {"no content", "HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\n", "", "hello", true},
    {"chunked", "HTTP/1.1 404 x\r\nTransfer-Encoding: Chunked\r\n\r\n",
     "5;a=b\r\nhello\r\n0a\r\n0123456789\r\n0\r\nX: y\r\n\r\n", "HTTP/1.1", true},
    {"chunked, plain end", "HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\n\r\n", "H",
     true},
    {"no chunk size", "HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\n\r\n", "xyz\r\n\r\n", "",
     false},
    {"a size without end", "HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\n\r\n",
     "fffffffffffffffffffff\r\n0\r\n\r\n", "", false},
    {"until the end", "HTTP/1.1 404 x\r\n\r\n", "anything HTTP/1.1", "", false},
    {"both", "HTTP/1.1 404 x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
     "0\r\n\r\n", "", false},
    {"two lengths", "HTTP/1.1 404 x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "abc", "",
     false},
    {"no number", "HTTP/1.1 404 x\r\nContent-Length: +3\r\n\r\n", "abc", "", false},
};

TEST(BodyEnd, IsFoundWhateverTheCut) {
  for (const Example& example : examples) {
    const Head head = decode_head(base::octets(example.head));
    const std::string all = std::string(example.body) + std::string(example.behind);
    for (std::size_t step = 1; step <= all.size() + 1; ++step) {
      BodyEnd end = BodyEnd::after(head);
      std::size_t taken = 0;
      for (std::size_t at = 0; at < all.size(); at += step) {
        const base::Octets piece = base::octets(std::string_view(all).substr(at, step));
        const std::size_t some = end.feed(piece);
        taken += some;
        if (some < piece.size()) break;
      }
      EXPECT_EQ(taken, example.body.size()) << example.name << " in steps of " << step;
      EXPECT_EQ(end.complete(), example.complete) << example.name << " in steps of " << step;
      EXPECT_EQ(end.lacks_octets(), example.lacks) << example.name << " in steps of " << step;
    }
  }
}

}  // namespace
}  // namespace wsproof::wire
