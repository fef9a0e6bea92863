// Matcher: a group of neighbouring `<` lines against events, with their alternatives and streams.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/script/event.hpp"
#include "harness/script/expression.hpp"
#include "harness/script/step.hpp"

namespace re2 {
class RE2;
}

namespace wsproof::script {

/// The opcode that a frame's word stands for; of `frame`, whose opcode is given by opcode=, text's.
std::uint8_t opcode_of(FrameSpec::Word word);

/// An expectation with everything that depends on the playing case worked out.
struct Wanted {
  const Expect* line = nullptr;  ///< the step it comes from; outlives the matcher
  base::Link link = 0;
  std::optional<base::Octets> payload;  ///< exact payload, reason or header value; nothing: any
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;  ///< codes
  bool binary = false;                                          ///< of an answer: its type
  std::optional<std::uint64_t> within = {};                     ///< of a message: reach of matches
  /// Of an extension: the values of each parameter that is asked about.
  std::vector<std::vector<std::pair<std::uint64_t, std::uint64_t>>> values = {};
  std::shared_ptr<const re2::RE2> matching =
      {};  ///< what is searched for in the payload; nothing: any
};

/// One way in which a group can come true: the lines, and how this way is graded.
struct Way {
  Grade grade = Grade::pass;
  std::string note;  ///< of the alternative that decided the grade
  std::vector<Wanted> lines;
};

/// What the matcher knows of a link while it compares.
struct LinkFacts {
  bool close_received = false;            ///< then a reset counts as an end
  const wire::Head* last_head = nullptr;  ///< what `< header` looks at
};

/// Which kind of thing is still missing, and where; decides how the peer may cut the wait short.
struct Awaits {
  enum class Kind { nothing, data, control, end, head };  // a later one overrides an earlier one
  Kind kind = Kind::nothing;
  base::Link link = 0;
  bool answers = false;  ///< some way waits for a message or a control frame next
};

/// Follows all ways at once. Neighbouring lines are ordered inside each of the streams data, pongs
/// and pings of a link, and unordered between them; `close`, `eof` and `reset` are barriers on all.
/// Pings, pongs and frames that no line asks for are passed over; any other unasked event ends a
/// way.
class Matcher {
 public:
  using Facts = std::function<LinkFacts(base::Link)>;

  Matcher(std::vector<Way> ways, Facts facts);

  /// Takes the next event.
  void take(Event event);

  /// Whether some way that is still possible would take this event next.
  bool wants(const Event& event) const;

  /// The way that came true, once nothing better can; nothing while that is open or impossible.
  const Way* decided() const;
  /// No way can come true any more, and none has.
  bool impossible() const;
  /// The best way that came true so far, for when waiting is over.
  const Way* best_so_far() const;

  /// What the ways that are still possible wait for next.
  Awaits awaits() const { return awaits_; }

  /// The events that the way that came true did not need: later ones, and pongs and pings that it
  /// passed over. The next group gets them first. Oldest first; they are moved out, so it is the
  /// last thing to ask for.
  std::vector<Event> take_unused();
  /// The events that met the lines of the way that came true; they live as long as the matcher.
  std::vector<const Event*> used() const;
  /// What `as $x` lines of the way that came true caught.
  std::vector<std::pair<std::string, base::Octets>> captures() const;

  /// The line that stopped the way that came furthest, and the lines of that way still to come.
  const Expect* stopped_at() const;
  std::vector<const Expect*> missing() const;
  /// The same for the best-graded way, which a worse one came before: what was wanted at heart.
  const Expect* best_way_stopped_at() const;
  std::vector<const Expect*> best_way_missing() const;
  /// The event that ended the way that came furthest; nothing when it just did not go on.
  const Event* stopped_by() const;
  /// The first that this way passed over before: a pong, ping or push that no line of it asked for.
  const Event* passed_over() const;

 private:
  struct Progress {
    std::vector<bool> met;
    std::size_t count = 0;          ///< lines met
    std::vector<std::size_t> used;  ///< events that met a line, ascending
    std::optional<std::size_t> dead_by;
    std::vector<std::pair<std::string, base::Octets>> captures;
  };

  Awaits find_awaits() const;
  bool eligible(const Way& way, const Progress& progress, std::size_t line) const;
  void advance(const Way& way, Progress& progress, const Event& event);
  void settle_headers(const Way& way, Progress& progress);
  bool complete(std::size_t way) const { return progress_[way].count == ways_[way].lines.size(); }
  std::optional<std::size_t> best() const;
  std::size_t furthest() const;
  std::size_t best_graded() const;
  std::vector<const Expect*> missing_of(std::size_t way) const;

  std::vector<Way> ways_;
  std::vector<Progress> progress_;
  std::vector<Event> events_;
  Facts facts_;
  Awaits awaits_;  ///< as of the last event: it is asked for after every read
};

}  // namespace wsproof::script
