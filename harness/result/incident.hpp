// An incident: the target's process died, hung, or a sanitizer spoke up in it, and what is known of
// it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wsproof::result {

/// Texts of the process are escaped for terminals, line by line.
struct Incident {
  enum class Kind {
    death,  ///< the process ended
    alarm,  ///< a sanitizer reported something, and the process went on
    hang,   ///< it went on and served nobody
  };
  Kind kind = Kind::death;
  std::uint32_t signal = 0;       ///< that ended it; 0: none
  std::string signal_name = {};   ///< "SIGSEGV"; empty where it has no name
  std::uint32_t exit_status = 0;  ///< of a death without signal
  std::string reporter = {};      ///< who explained it: "AddressSanitizer", "Go"; empty: nobody
  std::string headline = {};      ///< its first sentence: "heap-buffer-overflow on address 0x602…"
  std::vector<std::string> report = {};    ///< the first lines of what it said
  std::vector<std::string> output = {};    ///< the last lines that the process wrote to stderr
  std::uint32_t played_alone = 0;          ///< how often the case to blame was played again alone
  std::uint32_t reproduced = 0;            ///< and how often that brought the same about
  std::vector<std::string> suspects = {};  ///< ids of the cases that may have done it, where none
                                           ///< of them does it alone

  bool operator==(const Incident&) const = default;
};

/// "signal 6 (SIGABRT)", "exit status 1", "it reported and went on", "it served nobody any more".
std::string ending(const Incident& incident);

/// One sentence: what happened, who explained it, how often it was reproduced.
std::string summary(const Incident& incident);

}  // namespace wsproof::result
