// The peer: plays one case against a target, sans-I/O, and says how it ended and why.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/party.hpp"
#include "harness/base/random.hpp"
#include "harness/base/secrets.hpp"
#include "harness/base/usage.hpp"
#include "harness/result/verdict.hpp"
#include "harness/rfc/monitor.hpp"
#include "harness/script/case.hpp"
#include "harness/script/expression.hpp"
#include "harness/script/link.hpp"
#include "harness/script/matcher.hpp"
#include "harness/script/opening.hpp"
#include "harness/script/profile.hpp"

namespace wsproof::script {

/// How long the peer waits for what (DESIGN.md §2 "Waiting has named budgets"). Only these scale.
struct Budgets {
  /// For the answer to an opening handshake. What waits for more of it often gives up after ten.
  base::Duration handshake = std::chrono::seconds(15);
  base::Duration react = std::chrono::seconds(5);  ///< without any octet, for what a line wants
  /// For the end after a Close. Some servers wait five seconds for an answer that they have not
  /// understood, and end then (libwebsockets), which is legal.
  base::Duration eof = std::chrono::seconds(10);
  base::Duration quiet = std::chrono::milliseconds(200);  ///< of silence before a fence is sent

  Budgets scaled(double factor) const;
};

/// What a target has to take. Above it a Close with 1009 or 1008 tells of a limit, and is no
/// failure (DESIGN.md §3.5).
struct SizeLimits {
  std::uint64_t octets = 4096;   ///< of a message
  std::uint64_t fragments = 64;  ///< of a message
};

/// That many times longer.
base::Duration scaled(base::Duration duration, double factor);

/// What the peer knows of the target and of the run.
struct PlaySettings {
  wire::Role role = wire::Role::client;  ///< of the peer; the target has the other one
  std::string host = "localhost";        ///< for the Host field
  std::string resource = "/";
  std::vector<wire::Field> fields;   ///< the user's own of every opening handshake (opening.hpp)
  std::vector<std::string> without;  ///< standard fields that the user does not want
  base::Secrets secrets;             ///< what must not be in the transcript nor in any sentence
  Budgets budgets;
  bool echo = true;    ///< the target echoes messages, so the answer to any is known
  Profile profile;     ///< how it answers where it does not echo, and what it says by itself
  bool pong = true;    ///< the target answers pings, so a ping can be a fence
  bool fences = true;  ///< false: wait the whole budgets (when one was in doubt)
  /// What the target's process uses now; empty where that cannot be known. Called when a case that
  /// asks for it begins, and at its `< memory …` lines.
  std::function<std::optional<base::Usage>()> usage;
  SizeLimits limits;
  Delivery delivery = Delivery::whole;  ///< how the octets get onto the wire
  std::uint64_t seed = 1;  ///< of this case; masking keys, nonces and payloads follow from it
};

/// What a case came to.
struct Play {
  result::Verdict verdict;
  result::Evidence evidence;
  std::vector<rfc::Finding> findings;  ///< of the monitor, over all connections
  bool connected = false;              ///< some connection was opened
  bool reset_behind_fence = false;     ///< a reset came when a fence had been sent
  bool met_behind_fence = false;       ///< what a line wants came when a fence had been sent for it
  bool spoke_unasked = false;          ///< at the end a message came that no line had asked for
  std::optional<wire::Head> answer;    ///< the last HTTP answer
  int busy = 0;  ///< 429 or 503 if the target ever answered so: it has too much to do for a verdict
  std::optional<base::Duration> retry_after;  ///< its wish then, where it is a number of seconds
  base::Duration reaction{};  ///< from the last octets sent to the first ones back, at the shortest

  /// Whether the verdict may be due to a fence: it met a closed socket, or woke up a target that
  /// had read everything before. Then the case is to be played without fences before one believes
  /// it.
  bool doubts_fences() const {
    return verdict.word == result::Word::pass ? met_behind_fence : reset_behind_fence;
  }
};

/// One playing of one case. Never reads a clock or draws a random number that does not come from
/// the seed. Ends by itself: every wait has a budget, everything from the target has a limit.
class Peer final : public base::Party {
 public:
  /// `played` must be expanded; its macros are spelled out here.
  Peer(const Case& played, PlaySettings settings);
  ~Peer() override;

  void start(base::Time now) override;
  void opened(base::Link link, base::Time now) override;
  void refused(base::Link link, const std::string& why, base::Time now) override;
  void received(base::Link link, base::OctetView octets, base::Time now) override;
  void ended(base::Link link, base::Ending ending, base::Time now) override;
  void woken(base::Time now) override;
  std::vector<base::Action> take_actions() override;
  std::optional<base::Time> deadline() const override;
  bool finished() const override { return state_ == State::finished; }

  /// How it ended; complete once finished() is true.
  const Play& play() const { return play_; }

 private:
  enum class State {
    stepping,
    opening,
    upgrading,
    greeting,
    matching,
    pausing,
    measuring,
    closing,
    finished
  };

  // What was sent to find out whether the target goes on, and what came back.
  struct Fences {
    std::map<base::Octets, int> pings;  // outstanding payloads, and the wait they belong to
    struct Message {
      base::Link link = 0;
      base::Octets payload;                      // its answer, of a target that echoes
      std::shared_ptr<const re2::RE2> matching;  // else what its answer has in it
      bool numbered = false;                     // no other message has the same answer
      int wait = 0;
    };
    std::vector<Message> messages;  // outstanding ones
    base::Link link = 0;            // where the latest was sent
    int wait = 0;                   // number of the present wait
    int sent = 0;                   // rounds in this wait
    int pongs = 0;                  // answers in this wait
    bool message_answered = false;  // in this wait
    bool ever = false;              // on any connection, in this case
  };

  // Steps (peer.cpp).
  void proceed(base::Time now);
  void start_step(base::Time now);
  bool begin_opening(const LinkName& name, const Step& step, base::Time now);
  void finish_opening(base::Time now);
  bool needs_upgrade(const LinkName& name, base::Time now);
  bool needs_deflate() const;
  void lacks_deflate(base::Time now);
  void take_upgrade(base::Time now);
  void take_greeting(base::Time now);
  void begin_group(base::Time now);
  void multiply(const Connect& crowd, base::Time now);
  void leave(const Leave& step);
  void set_reading(const Reading& step, base::Time now);
  bool stays_quiet(base::Link link) const { return left_.contains(link) || deaf_.contains(link); }
  void begin_fence_step(const Fence& step, base::Time now);
  void begin_wait(base::Time now);
  void take_group(base::Time now);
  void end_group(base::Time now);
  void begin_closing(base::Time now);
  void take_closing(base::Time now);
  void close_done(base::Time now);
  void finish(base::Time now);

  // What the target's process uses (peer_measure.cpp).
  std::optional<base::Usage> look();
  void begin_measuring(const Growth& step, base::Time now);
  void measure(base::Time now);

  // Reactions (peer_react.cpp).
  void take_answer(const wire::Head& head);
  void take_in(Event event, base::Time now);
  void react(const Event& event, base::Time now);
  void answer_close(PeerLink& l, const Event& event, base::Time now);
  bool is_fence_answer(const Event& event);
  bool is_fence_message(const Event& event, bool numbered);
  bool follow_rules(const Event& event, base::Time now);
  bool comes_true(const Expect& expect, const Event& event);
  bool is_push(const Event& event);
  bool greeted(base::Link link) const {
    return greeted_[link] == settings_.profile.greeting.size();
  }
  bool greet(const Event& event, base::Time now);
  void greet_back(base::Link link, base::Time now);
  void send_when_free(base::Link link, const Send& step, base::Time now);
  void send_waiting(base::Link link, base::Time now);
  bool knows_answers() const { return settings_.echo || settings_.profile.reply; }
  bool can_fence(const PeerLink& l) const;
  void send_fence(base::Link link, bool ping, bool message, base::Time now);
  struct QuietPlan {
    bool ping = false, message = false;  // send these as a fence
    bool verdict = false;                // the fence was answered: the target goes on
    bool empty() const { return !ping && !message && !verdict; }
  };
  QuietPlan quiet_plan() const;
  void on_quiet(base::Time now);
  void forget_fences();
  void fence_answered(base::Link link);
  void going_on(base::Link link);
  bool waits_for_end_only() const;
  void on_budget(base::Time now);
  base::Time wait_limit();
  void set_deadlines(base::Time now);

  // Sending (peer_send.cpp).
  std::optional<base::Octets> octets_of(const Expression& expression);
  std::optional<std::uint64_t> number_of(const Expression& expression);
  std::uint64_t number_or(const Rare<Expression>& expression, std::uint64_t otherwise);
  void let(const Let& step);
  struct Built {
    wire::FrameHeader header;
    base::Octets payload;
  };
  std::optional<Built> build(const FrameSpec& spec);
  std::vector<Built> split(Built whole, const FrameSpec& spec);
  void send_frame(base::Link link, const wire::FrameHeader& header, base::OctetView payload,
                  std::uint32_t line, base::Time now);
  void log_frame(base::Link link, const wire::FrameHeader& header, base::OctetView payload,
                 base::OctetView octets, std::uint32_t line, base::Time now);
  void send(const Send& step, base::Time now);
  void send_on(base::Link link, const Send& step, base::Time now);
  void send_raw(const SendRaw& step, base::Time now);
  void send_end(const SendEnd& step, base::Time now);
  void send_batch(const Batch& step, base::Time now);
  void send_opening(base::Link link, const std::vector<HandshakeEdit>& edits, std::uint32_t line,
                    base::Time now);
  void write(base::Link link, base::Octets octets, bool opening, base::Time now);

  // Delivery (peer_deliver.cpp).
  bool hold_opening(const LinkName& name);
  bool release_opening(const Step* step, base::Time now);
  void join(std::size_t before);
  void allow_losses(std::vector<Way>& ways, std::size_t most) const;
  void early_data_refused(std::string observed, base::Time now);
  bool still_sending(base::Time now);

  // Judging (peer_judge.cpp).
  std::vector<Way> ways_of_group(std::size_t first, std::size_t& end);
  std::optional<Wanted> wanted(const Expect& expect);
  std::optional<Wanted> wanted_on(const Expect& expect, base::Link link);
  void deviate(const Matcher& matcher, std::string_view reason, base::Time now);
  void take_alternative(const Matcher& matcher, const Way& way);
  void judge(Grade grade, std::string_view reason, const Expect* line);
  void miss(std::string_view reason, const At& at, std::string text, base::Time now);
  void inconclusive(std::string_view reason, std::string observed, base::Time now);
  void case_error(const base::Error& error, base::Time now);
  bool explained_by_limit() const;
  void conclude(base::Time now);

  std::string tell(const Event& event) const;
  void log(result::Entry::Kind kind, base::Link link, base::Time now, std::string text,
           base::OctetView octets = {}, std::uint64_t size = 0, std::size_t header_size = 0,
           std::uint32_t line = 0);
  void add_link();
  PeerLink* find_link(const LinkName& name);
  PeerLink& link(base::Link number) { return *links_[number]; }

  Case case_;
  PlaySettings settings_;
  base::Random random_;
  Variables variables_;
  struct Message {
    base::Octets payload;
    bool binary = false;
    std::shared_ptr<const re2::RE2> matching;  // what its answer has in it, where it is no echo
  };
  std::map<std::string, Message> messages_;
  std::vector<Whenever> rules_;
  std::vector<std::size_t> greeted_;  // of each link: steps of the greeting that are done
  std::vector<std::pair<base::Link, Send>> waiting_;  // until our own message is complete
  std::map<LinkName, base::Link> names_;
  std::vector<std::unique_ptr<PeerLink>> links_;
  std::vector<bool> open_;  // the transport is there, and we have not dropped it

  State state_ = State::stepping;
  std::size_t step_ = 0;
  std::deque<Event> events_;
  std::optional<Matcher> matcher_;
  std::vector<Expect> made_up_;  // lines that no file wrote: the fence step's
  Fences fence_;
  std::set<base::Link> left_;  ///< what comes there does not matter any more
  std::set<base::Link> deaf_;  ///< what comes there is not taken
  bool fence_step_ = false;
  base::Link waiting_for_ = 0;  // in opening and upgrading
  base::Duration pause_{};      // in pausing: what has not begun of it
  Growth growth_;               // in measuring

  base::Time began_{};
  base::Time wait_began_{};
  base::Time last_activity_{};
  std::optional<base::Time> last_sent_;
  std::optional<base::Time> quiet_at_;
  std::optional<base::Time> budget_at_;
  bool judged_bad_ = false;
  bool failed_by_script_ = false;  // a branch says fail: no limit explains that
  std::optional<std::uint16_t> last_close_code_;
  std::size_t event_count_ = 0;
  std::size_t logged_octets_ = 0;  // in the transcript
  bool flooded_ = false;           // more came than any case can ask for
  std::uint64_t fence_number_ = 0;

  std::vector<base::Action> actions_;
  struct Run {
    base::Link link;
    std::size_t at;  // in actions_
  };
  std::optional<Run> run_;        // the write that the next `>` line may join
  std::optional<LinkName> held_;  // whose opening handshake waits for frames; empty: it has gone
  bool early_ = false;            // frames went with it, and no group has been met since
  bool joined_ = false;           // frames were joined since the last group
  std::deque<base::Action> outgoing_;  // octet by octet
  base::Time now_{}, next_octet_{};
  Play play_;
};

}  // namespace wsproof::script
