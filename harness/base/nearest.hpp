// Nearest: what somebody may have meant who wrote a word that we do not know ("did you mean …?").
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace wsproof::base {

/// How many single-octet insertions, deletions, replacements and swaps of neighbours lead from one
/// word to the other (optimal string alignment), letters of either case being the same.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// Up to `most` of the candidates that the writer of `word` may have meant, best first; those that
/// are equally near keep their order. A candidate is near when
///   - it is the word in other letters' case, or
///   - few edits lead from one to the other: one in every three letters of the word, or
///   - it starts with the word, or the word stands in it where a segment starts: "5.2" and
///   "reserved"
///     in "rfc6455/5.2/reserved-bits". Segments are parted by any of "/.-_=: ". Only words of two
///     letters or more.
/// A word of more than 128 octets is near to nothing. The views are those that were passed.
std::vector<std::string_view> nearest(std::string_view word,
                                      std::span<const std::string_view> candidates,
                                      std::size_t most = 3);

}  // namespace wsproof::base
