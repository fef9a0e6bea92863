// Sessions over real sockets against servers of this process that are busy, waver or fail.
#include "harness/run/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "harness/endpoint/quirks.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/net/listener.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::run {
namespace {

using namespace std::chrono_literals;
using result::Word;

// How a connection is served.
enum class Served { well, badly, busy, not_at_all };

// An echo server that decides at every connection how to serve it: right, with a fault, with the
// answer 429, or not at all. `choose` hears the number of the connection and how many there are
// now.
class Moody final : public base::Party {
 public:
  using Choose = std::function<Served(base::Link number, std::size_t open)>;

  Moody(Choose choose, const std::string& fault) : choose_(std::move(choose)) {
    endpoint::Quirks quirks;
    if (!fault.empty()) endpoint::find_quirk(fault)->apply(quirks);
    good_ = std::make_unique<endpoint::EchoServer>(endpoint::Settings{}, endpoint::Quirks{});
    bad_ = std::make_unique<endpoint::EchoServer>(endpoint::Settings{}, quirks);
  }

  void start(base::Time) override {}
  void opened(base::Link link, base::Time now) override {
    served_[link] = choose_(link, served_.size() + 1);
    if (base::Party* party = by(link)) party->opened(link, now);
    collect();
  }
  void refused(base::Link, const std::string&, base::Time) override {}
  void received(base::Link link, base::OctetView octets, base::Time now) override {
    if (!served_.contains(link)) return;
    if (base::Party* party = by(link)) {
      party->received(link, octets, now);
    } else if (served_.at(link) == Served::busy) {
      actions_.emplace_back(base::Write{
          link, base::octets("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")});
      drop(link);
    }
    collect();
  }
  void ended(base::Link link, base::Ending ending, base::Time now) override {
    if (!served_.contains(link)) return;
    if (base::Party* party = by(link))
      party->ended(link, ending, now);
    else
      drop(link);
    collect();
  }
  void woken(base::Time now) override {
    good_->woken(now);
    bad_->woken(now);
    collect();
  }
  std::vector<base::Action> take_actions() override { return std::exchange(actions_, {}); }
  std::optional<base::Time> deadline() const override {
    const auto good = good_->deadline();
    const auto bad = bad_->deadline();
    return good && bad ? std::min(good, bad) : good ? good : bad;
  }
  bool finished() const override { return false; }

 private:
  base::Party* by(base::Link link) {
    const Served served = served_.at(link);
    if (served == Served::busy || served == Served::not_at_all) return nullptr;
    return served == Served::well ? good_.get() : bad_.get();
  }
  void drop(base::Link link) {
    actions_.emplace_back(base::Drop{link, false});
    served_.erase(link);
  }
  void collect() {
    for (base::Party* party : {good_.get(), bad_.get()}) {
      for (base::Action& action : party->take_actions()) {
        if (const auto* gone = std::get_if<base::Drop>(&action)) served_.erase(gone->link);
        actions_.push_back(std::move(action));
      }
    }
  }

  Choose choose_;
  std::unique_ptr<endpoint::EchoServer> good_, bad_;
  std::map<base::Link, Served> served_;  // those that are open
  std::vector<base::Action> actions_;
};

class Server {
 public:
  explicit Server(Moody::Choose choose, const std::string& fault = {})
      : party_(std::move(choose), fault), listener_(net::Listener::open("127.0.0.1", 0).value()) {
    thread_ = std::thread([this] { report_ = listener_.serve(party_, stop_); });
  }
  ~Server() { end(); }
  net::ListenerReport end() {
    stop_.stop();
    if (thread_.joinable()) thread_.join();
    return report_;
  }
  SessionSettings settings(std::uint32_t jobs) const {
    SessionSettings out;
    out.reach.url = {"127.0.0.1", listener_.port(), "/"};
    out.reach.destination = listener_.destination();
    out.reach.pace.jobs = jobs;
    out.probe = {.ready = true,
                 .upgrades = true,
                 .pong = true,
                 .echo_text = true,
                 .echo_binary = true,
                 .quiet = 200ms,
                 .notes = {}};
    out.play = play_settings(out.reach, out.probe);
    out.play.budgets = {5s, 1s, 1s, 200ms};
    out.back_off.first = 2ms;
    out.back_off.most = 20ms;
    return out;
  }

 private:
  Moody party_;
  net::Listener listener_;
  net::StopSource stop_;
  net::ListenerReport report_;
  std::thread thread_;
};

Served always_well(base::Link, std::size_t) { return Served::well; }

const script::Catalogue& catalogue() {
  static const script::Catalogue loaded = script::load(script::embedded_sources()).value();
  return loaded;
}

std::vector<const script::Case*> selected(const std::string& prefix) {
  std::vector<const script::Case*> out;
  for (const script::Case& c : catalogue().cases) {
    if (script::id(c).starts_with(prefix) && c.roles != script::Roles::client) out.push_back(&c);
  }
  return out;
}

std::size_t count(const SessionResult& result, Word word) {
  const auto counts = result::count(result.cases);
  const auto found = counts.find(word);
  return found == counts.end() ? 0 : found->second;
}

TEST(Session, ATargetThatServesTwoAtATimeIsPlayedToTheEnd) {
  Server server(
      [](base::Link, std::size_t open) { return open > 2 ? Served::busy : Served::well; });
  const auto cases = selected("rfc6455/5.4");
  const SessionResult result = play_all(cases, server.settings(16), {}, nullptr);
  EXPECT_EQ(count(result, Word::pass), cases.size());
  EXPECT_EQ(result.stopped, "");
}

TEST(Session, ATargetThatIsAlwaysBusyEndsItSoon) {
  Server server([](base::Link, std::size_t) { return Served::busy; });
  const auto cases = selected("rfc6455/5");
  const SessionResult result = play_all(cases, server.settings(16), {}, nullptr);
  EXPECT_EQ(count(result, Word::inconclusive), cases.size());
  EXPECT_EQ(result.cases.front().verdict.reason, "busy");
  EXPECT_NE(result.cases.front().evidence.observed.find("HTTP status 429"), std::string::npos);
  EXPECT_NE(result.stopped.find("turned away (HTTP status 429)"), std::string::npos);
  EXPECT_LT(server.end().accepted, 40U);
}

TEST(Session, ATargetThatIsBusyNowAndThenIsPlayedToTheEnd) {
  Server server(
      [](base::Link number, std::size_t) { return number % 3 == 1 ? Served::busy : Served::well; });
  const auto cases = selected("rfc6455/4");
  const SessionResult result = play_all(cases, server.settings(8), {}, nullptr);
  EXPECT_EQ(count(result, Word::pass), cases.size());
}

// Connection 0 is the first control's, 1 and 2 are the case's.
TEST(Session, WhatPassesOnlyWhenItIsPlayedAgainIsFlaky) {
  const auto cases = selected("rfc6455/5.5.2/").front();
  Server server(
      [](base::Link number, std::size_t) { return number == 1 ? Served::badly : Served::well; },
      "never-pongs");
  SessionSettings settings = server.settings(1);
  settings.plan.retries = 2;
  settings.plan.deliveries.emplace();  // whole
  const SessionResult result = play_all({&cases, 1}, settings, {}, nullptr);
  const result::CaseResult& played = result.cases.front();
  EXPECT_EQ(played.verdict.word, Word::flaky);
  ASSERT_EQ(played.evidence.history.size(), 2U);
  EXPECT_EQ(played.evidence.history[0].word, Word::fail);
  EXPECT_EQ(played.evidence.history[1].word, Word::pass);
  EXPECT_FALSE(played.evidence.failed_text.empty());
}

TEST(Session, WhoseHandshakeIsNotAnsweredIsPlayedAgainWhereControlsAreServed) {
  const auto cases = selected("rfc6455/5.5.2/").front();
  const auto played = [&](base::Link last) {
    Server server([last](base::Link number, std::size_t) {
      return number == 1 || number == last ? Served::not_at_all : Served::well;
    });
    SessionSettings settings = server.settings(1);
    settings.play.budgets.handshake = 300ms;
    settings.plan.deliveries.emplace();  // whole
    return play_all({&cases, 1}, settings, {}, nullptr).cases.front();
  };
  const result::CaseResult once = played(1);
  EXPECT_EQ(once.verdict.word, Word::pass) << once.evidence.observed;
  EXPECT_EQ(once.evidence.attempts, 2U);
  const result::CaseResult twice = played(3);  // behind the control
  EXPECT_EQ(twice.verdict.word, Word::inconclusive);
  EXPECT_EQ(twice.verdict.reason, "no-handshake");
}

TEST(Session, WhatFailsAlwaysFailsAfterAllRetries) {
  const auto cases = selected("rfc6455/5.5.2/").front();
  Server server(
      [](base::Link number, std::size_t) {
        return number >= 1 && number <= 3 ? Served::badly : Served::well;
      },
      "never-pongs");
  SessionSettings settings = server.settings(1);
  settings.plan.retries = 2;
  settings.plan.deliveries.emplace();  // whole
  const SessionResult result = play_all({&cases, 1}, settings, {}, nullptr);
  EXPECT_EQ(result.cases.front().verdict.word, Word::fail);
  EXPECT_EQ(result.cases.front().evidence.history.size(), 3U);
}

TEST(Session, RoundsThatDifferAreFlaky) {
  const auto cases = selected("rfc6455/5.5.2/").front();
  Server server(
      [](base::Link number, std::size_t) { return number == 2 ? Served::badly : Served::well; },
      "never-pongs");
  SessionSettings settings = server.settings(1);
  settings.plan.rounds = 3;
  settings.plan.deliveries.emplace();  // whole
  std::size_t told = 0;
  const SessionResult result = play_all(
      {&cases, 1}, settings, [&](const result::CaseResult&, std::size_t, std::size_t) { ++told; },
      nullptr);
  EXPECT_EQ(result.cases.front().verdict.word, Word::flaky);
  EXPECT_EQ(result.cases.front().evidence.history.size(), 3U);
  EXPECT_EQ(told, 1U);
}

std::vector<std::string> order(const SessionSettings& settings) {
  std::vector<std::string> out;
  play_all(
      selected("rfc6455/5.4"), settings,
      [&](const result::CaseResult& r, std::size_t, std::size_t) { out.push_back(r.id); }, nullptr);
  return out;
}

TEST(Session, AShuffledOrderFollowsFromTheSeed) {
  Server server(always_well);
  SessionSettings settings = server.settings(1);
  const auto plain = order(settings);
  settings.plan.shuffle = true;
  const auto first = order(settings);
  EXPECT_EQ(first, order(settings));
  EXPECT_NE(first, plain);
  settings.reach.seed = 2;
  EXPECT_NE(first, order(settings));
}

TEST(Session, FailFastBeginsNothingMore) {
  Server server(
      [](base::Link number, std::size_t) { return number == 0 ? Served::well : Served::badly; },
      "never-pongs");
  SessionSettings settings = server.settings(1);
  settings.plan.fail_fast = true;
  const auto cases = selected("rfc6455/5.5.2/");
  const SessionResult result = play_all(cases, settings, {}, nullptr);
  EXPECT_EQ(count(result, Word::fail), 1U);
  EXPECT_GT(count(result, Word::not_run), 0U);
  EXPECT_NE(result.stopped.find("--fail-fast, after rfc6455/5.5.2/"), std::string::npos);
}

TEST(Session, WhatNeedsMoreConnectionsThanThereMayBeIsLeftOut) {
  Server server(always_well);
  SessionSettings settings = server.settings(8);
  settings.reach.pace.connections = 1;
  const auto loaded =
      script::load({{"own.case", "",
                     "section 1 \"Two\"\n\ncase two\n  \"Two connections.\"\n  checks "
                     "6455-5.5.2-2\n  twin none\n"
                     "  connect\n  @b connect\n  > ping \"x\"\n  @b > ping \"y\"\n  < pong \"x\"\n"
                     "  @b < pong \"y\"\n"}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  const std::vector<const script::Case*> cases = {&loaded->cases.front()};
  EXPECT_EQ(play_all(cases, settings, {}, nullptr).cases.front().verdict.reason,
            "needs-connections");
  settings.reach.pace.connections = 2;
  EXPECT_EQ(play_all(cases, settings, {}, nullptr).cases.front().verdict.word, Word::pass);
}

TEST(Session, WhatWasNotReachedWhenStoppedIsNotRun) {
  Server server(always_well);
  net::StopSource stop;
  const auto cases = selected("rfc6455/5.4");
  const SessionResult result = play_all(
      cases, server.settings(2),
      [&](const result::CaseResult&, std::size_t done, std::size_t) {
        if (done == 3) stop.stop();
      },
      &stop);
  EXPECT_GE(count(result, Word::pass), 3U);
  EXPECT_GT(count(result, Word::not_run), 0U);
  EXPECT_EQ(count(result, Word::pass) + count(result, Word::not_run), cases.size());
}

// A limit is no failure, unless the target says that it takes more.
TEST(Session, ADeclaredLimitIsHeldAgainstTheTarget) {
  Server server(
      [](base::Link number, std::size_t) { return number == 0 ? Served::well : Served::badly; },
      "small-message-limit");
  const auto cases = selected("rfc6455/5.5.2/behind-large-message");
  SessionSettings settings = server.settings(1);
  result::CaseResult played = play_all({&cases.front(), 1}, settings, {}, nullptr).cases.front();
  EXPECT_EQ(played.verdict.word, Word::unsupported);
  EXPECT_EQ(played.verdict.reason, "limit");
  settings.play.limits.octets = 1 << 20;
  played = play_all({&cases.front(), 1}, settings, {}, nullptr).cases.front();
  EXPECT_EQ(played.verdict.word, Word::fail);
}

// Where neither pings nor messages are answered, nothing shows that a target went on: the whole
// budget passes, and then it is a failure all the same.
TEST(Session, WithoutAnythingThatCouldBeAFenceWaitsAreWhole) {
  for (const bool pong : {true, false}) {
    Server server(
        [](base::Link number, std::size_t) { return number == 0 ? Served::well : Served::badly; },
        "ignores-violations");
    const auto cases = selected("rfc6455/5.4/continuation-first");
    SessionSettings settings = server.settings(1);
    settings.play.echo = false;
    settings.play.pong = pong;
    const auto played = play_all({&cases.front(), 1}, settings, {}, nullptr).cases.front();
    EXPECT_EQ(played.verdict.word, Word::fail);
    const auto fence = [](const result::Entry& entry) {
      return entry.text.find("wsproof fence") != std::string::npos;
    };
    EXPECT_EQ(std::ranges::any_of(played.evidence.transcript.entries, fence), pong);
  }
}

// Lost with the handshake's read only: the result says so.
TEST(Session, AVerdictThatDependsOnDeliverySaysSo) {
  Server server(
      [](base::Link number, std::size_t) { return number == 0 ? Served::well : Served::badly; },
      "loses-glued-frames");
  const auto cases = selected("rfc6455/5.6/text");
  SessionSettings settings = server.settings(4);
  const SessionResult result = play_all({&cases.front(), 1}, settings, {}, nullptr);
  const result::Verdict& verdict = result.cases.front().verdict;
  EXPECT_EQ(verdict.word, Word::non_strict);
  EXPECT_EQ(verdict.reason, "depends-on-delivery");
  EXPECT_EQ(verdict.delivery, "with-handshake");
  const std::vector<result::Delivered> expected = {
      {"whole", Word::pass, ""},
      {"with-handshake", Word::non_strict, "early-data-lost"},
      {"octets", Word::pass, ""}};
  EXPECT_TRUE(std::ranges::is_permutation(verdict.deliveries, expected));
  settings.plan.deliveries = {script::Delivery::octets};
  EXPECT_EQ(play_all({&cases.front(), 1}, settings, {}, nullptr).cases.front().verdict.delivery,
            "octets");
}

// A refusal of what is wrong says nothing where the same thing done right is refused too, whether
// or not the right one was selected.
TEST(Session, APositiveControlThatWasNotSelectedIsPlayedAllTheSame) {
  Server server(
      [](base::Link number, std::size_t) { return number == 0 ? Served::well : Served::badly; },
      "refuses-extensions");
  const auto loaded = script::load(
      {{"own.case", "",
        "section 1 \"Twins\"\n\ncontrol good\n\ncase good\n  \"An unknown extension is passed "
        "over.\"\n  checks 6455-4.2.2-12\n  role server\n  handshake\n"
        "    Sec-WebSocket-Extensions: foo\n  < upgrade\n\n"
        "case bad\n  \"An unknown version is refused.\"\n  checks 6455-4.2.2-8\n  role server\n"
        "  twin 1/good\n  handshake\n    Sec-WebSocket-Version: 99\n  < refusal\n"}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  const script::Case* bad = &loaded->cases.back();
  SessionSettings settings = server.settings(1);
  EXPECT_EQ(play_all({&bad, 1}, settings, {}, nullptr).cases.front().verdict.word, Word::pass);
  settings.catalogue = loaded->cases;
  const SessionResult result = play_all({&bad, 1}, settings, {}, nullptr);
  ASSERT_EQ(result.cases.size(), 1U);
  EXPECT_EQ(result.cases.front().verdict.reason, "no-control");
}

TEST(Session, WhoWaitsLeavesItsPlaceSoonUnlessTheTargetHasMoreToDoThanItCan) {
  using std::chrono::milliseconds;
  EXPECT_EQ(until_waiting(milliseconds(1), milliseconds(3)), milliseconds(50));
  EXPECT_EQ(until_waiting(milliseconds(600), milliseconds(605)), milliseconds(50));
  EXPECT_EQ(until_waiting(milliseconds(600), milliseconds(400)), milliseconds(50));
  EXPECT_EQ(until_waiting(milliseconds(10), milliseconds(110)), milliseconds(800));
  EXPECT_EQ(until_waiting(milliseconds(10), milliseconds(110), script::Delivery::octets),
            milliseconds(100));
}

TEST(Session, WaitsGrowWithTheTimeOfAConversation) {
  const script::Budgets usual;
  const auto react = [&](base::Duration conversation) {
    return patient(usual, conversation).react / usual.react;
  };
  EXPECT_EQ(react(std::chrono::milliseconds(1)), 1);
  EXPECT_EQ(react(std::chrono::seconds(1)), 4);
  EXPECT_EQ(react(std::chrono::minutes(1)), 8);
  const script::Budgets longest = patient(usual, std::chrono::minutes(1));
  EXPECT_EQ(longest.quiet, usual.quiet);
  EXPECT_EQ(longest.handshake, usual.handshake);
  EXPECT_EQ(longest.eof, usual.eof);
}

}  // namespace
}  // namespace wsproof::run
