// Targets that do not simply echo, over real sockets: the terms of a run, and what the doctor finds
// out by itself.
#include "harness/run/terms.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "harness/lab/manners_test.hpp"
#include "harness/net/listener.hpp"
#include "harness/run/doctor.hpp"
#include "harness/run/run.hpp"
#include "harness/run/select.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::run {
namespace {

// Who does not echo is waited for in vain; that need not take so long here.
constexpr double time_scale = 0.5;

// An application in a thread of its own, for as long as the object lives.
class Served {
 public:
  explicit Served(lab::Manners manners)
      : listener_(net::Listener::open("127.0.0.1", 0).value()), application_(std::move(manners)) {
    thread_ = std::jthread([this] { listener_.serve(application_, stop_); });
  }
  ~Served() { stop_.stop(); }

  Reach reach(const std::string& resource = "/") const {
    Reach out;
    out.url = parse_url("ws://127.0.0.1:" + std::to_string(listener_.port()) + resource).value();
    out.destination = listener_.destination();
    out.budgets = script::Budgets{}.scaled(time_scale);
    return out;
  }

 private:
  net::Listener listener_;
  lab::Application application_;
  net::StopSource stop_;
  std::jthread thread_;
};

// Lets in only who comes from its own pages.
lab::Manners json() {
  lab::Manners out = lab::json();
  out.refuses = [](const wire::Head& request) -> std::string {
    const auto origin = wire::values(request, "Origin");
    const auto host = wire::values(request, "Host");
    const bool own = origin.size() == 1 && host.size() == 1 && origin[0] == "http://" + host[0];
    return own ? "" : "403 Forbidden";
  };
  return out;
}

lab::Manners socket_io() {
  auto joined = std::make_shared<std::set<base::Link>>();
  lab::Manners out;
  out.greets = [](base::Link link) -> std::vector<lab::Say> {
    return {{link, "0{\"sid\":\"" + std::to_string(link) + "\"}"}, {link, "2"}};
  };
  out.answers = [joined](base::Link from, const std::string& text, bool) -> std::vector<lab::Say> {
    if (text == "40") {
      joined->insert(from);
      return {{from, "40{\"sid\":\"y\"}"}};
    }
    if (!joined->contains(from) || !text.starts_with("42")) return {};
    return {{from, text}};
  };
  return out;
}

// Says what it heard, and tells the time whether one asks or not.
lab::Manners parrot() {
  lab::Manners out;
  out.greets = [](base::Link link) -> std::vector<lab::Say> {
    return {{link, "welcome, client " + std::to_string(link)}};
  };
  out.answers = [](base::Link from, const std::string& text, bool) -> std::vector<lab::Say> {
    return {{from, "You said: " + text}};
  };
  return out;
}

// Says everything in text messages, and two at once where it has two. Who waits for another one is
// known by the number: a pair begins with an even one.
lab::Manners page() {
  auto waiting = std::make_shared<std::map<base::Link, std::string>>();
  lab::Manners out;
  out.answers = [waiting](base::Link from, const std::string& text, bool) -> std::vector<lab::Say> {
    const std::size_t size = text.size();
    const bool even = size > 1 && text.back() == '.' && (text[size - 2] - '0') % 2 == 0;
    if (even) (*waiting)[from] = text + "\n";
    if (even) return {};
    return {{from, std::exchange((*waiting)[from], {}) + text}};
  };
  return out;
}

const script::Catalogue& catalogue() {
  static const script::Catalogue loaded = script::load(script::embedded_sources()).value();
  return loaded;
}

std::vector<const script::Case*> fragmentation() {
  std::vector<const script::Case*> out;
  for (const script::Case& c : catalogue().cases) {
    if (script::id(c).starts_with("rfc6455/5.4") || script::id(c).starts_with("rfc6455/5.5"))
      out.push_back(&c);
  }
  return for_role(std::move(out), wire::Role::server);
}

struct Share {
  std::size_t played = 0, all = 0;
  std::string bad;  // what did not pass, and why
};

Share share_of(const result::RunResult& run) {
  Share out;
  for (const result::CaseResult& c : run.cases) {
    ++out.all;
    if (c.verdict.word == result::Word::unsupported) continue;
    ++out.played;
    if (c.verdict.word == result::Word::pass) continue;
    out.bad += c.id + " " + std::string(result::name(c.verdict.word)) + " " + c.verdict.reason +
               ": " + c.evidence.observed + "\n";
  }
  return out;
}

std::expected<result::RunResult, NoRun> run_on(const Served& served, const Terms& terms,
                                               const std::string& resource = "/") {
  const auto target = target_at(served.reach(resource), {});
  RunSettings settings;
  settings.pace.jobs = 4;
  settings.time_scale = time_scale;
  settings.terms = terms;
  return wsproof::run::run(*target, fragmentation(), settings, {}, nullptr);
}

TEST(Terms, EveryCaseThatNeedsSomeMessageRunsWithTheReply) {
  const Served served(json());
  Terms terms;
  terms.request.origin = "http://" + host_field(served.reach().url);
  const auto without = run_on(served, terms);
  ASSERT_TRUE(without.has_value()) << without.error().message;
  terms.profile.reply = {"{\"Num\": {n}}", "\"Num\": ?{n}\\b"};
  const auto with = run_on(served, terms);
  ASSERT_TRUE(with.has_value()) << with.error().message;
  const Share poor = share_of(*without), rich = share_of(*with);
  EXPECT_EQ(poor.bad, "");
  EXPECT_EQ(rich.bad, "");
  EXPECT_GT(poor.played, 0U);
  EXPECT_GT(rich.played, poor.played);
  EXPECT_GT(2 * rich.played, rich.all);
  EXPECT_TRUE(with->gate.passed);
  for (const result::CaseResult& c : without->cases) {
    if (c.verdict.word == result::Word::unsupported) {
      EXPECT_TRUE(c.verdict.reason.starts_with("needs-")) << c.verdict.reason;
    }
  }
}

TEST(Terms, AHubIsTestedOneByOne) {
  const Served served(lab::hub());
  Terms terms;
  terms.profile.isolation = "shared";
  const auto run = run_on(served, terms);
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_EQ(share_of(*run).bad, "");
  EXPECT_EQ(run->jobs, 1U);
  EXPECT_TRUE(run->gate.passed);
}

// What the doctor finds out is in the toml, and enough for a run.
void expect_found(lab::Manners manners, const std::string& resource, const std::string& in_toml) {
  const Served served(std::move(manners));
  const Diagnosis diagnosis = diagnose(served.reach(resource), {}, nullptr);
  std::string said;
  for (const Finding& finding : diagnosis.findings) said += finding.text + "\n";
  EXPECT_TRUE(diagnosis.healthy) << said;
  const std::string toml = to_toml(served.reach(resource).url, diagnosis.terms);
  EXPECT_NE(toml.find(in_toml), std::string::npos) << toml << said;
  const auto run = run_on(served, diagnosis.terms, resource);
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_EQ(share_of(*run).bad, "");
}

TEST(Doctor, FindsOutThatATargetWantsAnOriginAndSpeaksJson) {
  expect_found(json(), "/", "reply = ['{\"Num\":{n},");
}

TEST(Doctor, FindsOutThatConnectionsHearOneAnother) {
  expect_found(lab::hub(), "/", "isolation = \"shared\"");
}

TEST(Doctor, FindsOutThatAllComesBackAsTextAndJoined) {
  expect_found(page(), "/", "reply = [\"wsproof {n}\", '\\bwsproof {n}\\b']\njoined = \"\\u000A\"");
}

TEST(Doctor, KnowsSocketIo) {
  expect_found(socket_io(), "/socket.io/?EIO=4&transport=websocket",
               "reply = ['42[\"message\",\"{n}\"]', '\\b{n}\\b']\n"
               "greeting = '''\n< text matching \"^0\\\\{\"\n> text \"40\"\n"
               "< text matching \"^40\"\n'''\n"
               "whenever = ['< text \"2\" > text \"3\"']");
}

TEST(Doctor, FindsOutAGreetingAndAnAnswerThatIsNoEcho) {
  expect_found(parrot(), "/",
               "reply = [\"wsproof {n}\", '\\b{n}\\b']\n"
               "greeting = '''\n< text matching \"^welcome, client \"\n");
}

TEST(Terms, ASecretThatWasNotTypedIsNotSaidAgain) {
  Terms terms;
  terms.request.headers = {"Authorization: Bearer hunter2", "X-Env: ci"};
  terms.request.user = "me:hunter2";
  terms.request.origin = "http://a";
  using Words = std::vector<std::string>;
  EXPECT_EQ(arguments(terms), (Words{"-H", "Authorization: **************", "-H", "X-Env: ci",
                                     "--origin", "http://a", "-u", "me:*******"}));
  terms.elsewhere = {{"header", "WSPROOF_HEADERS"}, {"user", "WSPROOF_USER"}, {"origin", "x"}};
  EXPECT_EQ(arguments(terms), (Words{"--origin", "http://a"}));
}

TEST(Terms, TheUsersGoBeforeTheManifests) {
  Terms manifest, user;
  manifest.request.origin = "http://manifest";
  manifest.profile.reply = {"a", "b"};
  user.request.origin = "http://user";
  const Terms both = merged(manifest, user);
  EXPECT_EQ(both.request.origin, "http://user");
  EXPECT_EQ(both.profile.reply, manifest.profile.reply);
  Reach nowhere;
  user.profile.reply = {"a", "("};
  EXPECT_FALSE(apply(user, nowhere).has_value());
}

}  // namespace
}  // namespace wsproof::run
