// The profile: what one has to know to talk with a target that does not simply echo.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/script/parser.hpp"
#include "harness/script/step.hpp"

namespace re2 {
class RE2;
}

namespace wsproof::script {

/// A message whose answer is known: `reply "hello {n}" matching "hello {n}"`.
struct Reply {
  std::string send;   ///< `{n}` stands for a fresh number of nine digits, so that answers are told
                      ///< apart
  std::string match;  ///< an RE2 regular expression that is searched for in the answer; `{n}` is
                      ///< the same number

  /// Whether answers are told apart.
  bool numbered() const;
  bool operator==(const Reply&) const = default;
};

/// One use of a reply: what is sent, and what is searched for in what comes back.
struct Exchange {
  std::string send, match;
};
Exchange exchange(const Reply& reply, base::Random& random);

/// What is known of a target. The default is one that says nothing by itself.
struct Profile {
  std::string title;
  std::optional<Reply> reply;         ///< in a text message
  std::optional<Reply> binary_reply;  ///< in a binary one
  std::vector<Step> greeting;         ///< Expect (of messages) and Send: played on every connection
                                      ///< behind its 101, before the case's own first frame
  std::vector<Whenever> rules;        ///< on every connection
  std::vector<Expect> pushes;         ///< messages that may come at any time
  bool shared = false;                ///< what is sent on one connection may be heard on the others
  std::string joined;  ///< what stands between messages that the target joined to one; empty: it
                       ///< does not

  /// Whether the peer has something to say in the greeting, so that frames cannot be glued to the
  /// handshake.
  bool greets_back() const;
  bool operator==(const Profile&) const = default;
};

struct ProfileResult {
  Profile profile;
  std::vector<Diagnostic> errors;  ///< when there is one, `profile` is not to be used
};

/// Parses the text of a profile file (cases/README.md, "Profiles"). Total.
ProfileResult parse_profile(std::string_view text, std::string_view file_name);

/// The text of a profile file: parse_profile(print(p)) == p.
std::string print(const Profile& profile);

/// The parts of a profile as options say them.
struct ProfileWords {
  std::vector<std::string> reply = {};     ///< two: what to send, what to search for
  std::string greeting = {};               ///< `<` and `>` lines
  std::vector<std::string> whenever = {};  ///< `< text "2" > text "3"`
  std::vector<std::string> ignore = {};    ///< a regular expression, or a `<` line
  std::string isolation = {};              ///< "shared" or "none"
  std::string joined = {};

  bool empty() const;
};

/// `profile` with the words in it: what they give takes the place of what was there, rules and
/// pushes are added. The error shows the mistake as for a case file.
base::Result<Profile> with_words(Profile profile, const ProfileWords& words);

/// Whether it is found in these octets.
bool found_in(base::OctetView octets, const re2::RE2& pattern);

/// The regular expression, which mistake_in_pattern() has nothing against.
std::shared_ptr<const re2::RE2> compiled(const std::string& pattern);

/// Whether RE2 takes it; else what is wrong with it.
std::optional<std::string> mistake_in_pattern(const std::string& pattern);

}  // namespace wsproof::script
