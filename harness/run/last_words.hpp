// Last words: what a dying process wrote about its own end, found in its output.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::run {

/// A report of a sanitizer, a language's runtime or libc, as much of it as tells what happened.
struct LastWords {
  std::string reporter;            ///< "AddressSanitizer", "Go race detector", "Rust", "Java", …
  std::string headline;            ///< one line of it that says the most
  std::vector<std::string> lines;  ///< the first lines, at most 16, escaped for terminals
  bool sanitizer = false;  ///< it counts although the process goes on; others count only at its end

  bool operator==(const LastWords&) const = default;
};

/// The last report that begins in `text`, which is hostile; nothing when it holds none that is
/// known: AddressSanitizer, LeakSanitizer, MemorySanitizer, ThreadSanitizer,
/// UndefinedBehaviorSanitizer, Valgrind, Go (panic, fatal error, race detector), Rust, Java (the
/// virtual machine's fatal error, an exception that nobody caught), Node, Python, C++ terminate(),
/// glibc's checks.
std::optional<LastWords> find_last_words(std::string_view text);

/// The first report of a sanitizer that begins in `text`.
std::optional<LastWords> find_alarm(std::string_view text);

/// The last lines of a hostile text that are not blank, at most `most`, escaped for terminals.
std::vector<std::string> last_lines(std::string_view text, std::size_t most);

}  // namespace wsproof::run
