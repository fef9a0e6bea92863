// Escape: text from a stranger made safe to show on a terminal, in a log or in an error message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wsproof::base {

/// What a target sent, in a form that cannot steer whatever shows it. These become visible escapes:
///   - `\x1b`: octets of the C0 controls (line breaks and tabs too) and DEL, and every octet that
///     is not part of valid UTF-8;
///   - `\u{202e}`: C1 controls, bidirectional controls (U+061C, U+200E, U+200F, U+202A..U+202E,
///     U+2066..U+2069), line and paragraph separators (U+2028, U+2029).
/// All other characters stay as they are, a backslash too: the result is for eyes and cannot be
/// read back. It is valid UTF-8 and at most four times as long as `hostile`.
std::string for_terminal(std::string_view hostile);

/// The front of `text`, at most `limit` octets, and how many octets of it are left out:
/// "Lorem ip… (1234 more octets)". A text within the limit comes back as it is. Never cuts inside a
/// valid UTF-8 character, so it may stop up to three octets before the limit. It escapes nothing;
/// use it before for_terminal(), lest it cuts inside an escape.
std::string cut(std::string_view text, std::size_t limit);

}  // namespace wsproof::base
