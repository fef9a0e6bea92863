#include "harness/run/probe.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/base/escape.hpp"
#include "harness/net/clock.hpp"
#include "harness/net/pump.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::run {

namespace {

// The probe's own scripts, in the language of the cases.
constexpr std::string_view scripts = R"(section probe "What the target can do"

case handshake
  "The baseline handshake is answered by a 101."
  checks 6455-4.1-48
  connect

case ping
  "A ping is answered."
  checks 6455-5.5.2-2
  > ping "wsproof probe"
  < pong "wsproof probe"

case reply
  "The message of the profile is answered."
  checks 6455-5.6-1
  let $m = message
  > text $m
  < answer $m

case text
  "A text message comes back."
  checks 6455-5.6-1
  needs echo
  > text "wsproof probe"
  < text "wsproof probe"

# A short one: whoever goes wrong with longer or odder ones has a broken echo, not none.
case binary
  "A binary message comes back."
  checks 6455-5.6-3
  needs echo
  > binary count(64)
  < binary count(64)

case size
  "A larger message comes back."
  checks 6455-5.2-14
  needs echo
  sweep n = 1024, 4096, 16384, 65536
  > text repeat("x", $n)
  < text repeat("x", $n)

case deflate
  "An offer of permessage-deflate is accepted."
  checks 6455-9-1
  handshake
    Sec-WebSocket-Extensions: permessage-deflate
  < status 101

case close
  "A Close is answered, and TCP closed."
  checks 6455-5.5.1-8
  manual
  > close 1000
  < close
  < eof
)";

std::vector<script::Case> probe_cases() {
  const script::ParseResult parsed = script::parse(scripts, "the probe", "");
  CHECK(parsed.errors.empty());
  std::vector<script::Case> out;
  for (const script::Case& c : parsed.file.cases) {
    for (script::Case& expanded : script::expand(c)) out.push_back(std::move(expanded));
  }
  return out;
}

bool accepted_deflate(const script::Play& play) {
  if (!play.answer) return false;
  const auto offers = wire::list_values(*play.answer, "Sec-WebSocket-Extensions");
  return std::ranges::any_of(
      offers, [](const std::string& offer) { return offer.starts_with("permessage-deflate"); });
}

// Reads the plays, by name, into what they say of the target.
Probed interpret(const std::map<std::string, script::Play>& plays, const script::Budgets& budgets) {
  Probed out;
  result::Probe& probe = out.probe;
  const auto passed = [&](const std::string& name) {
    return plays.at(name).verdict.word == result::Word::pass;
  };
  const script::Play& handshake = plays.at("handshake");
  const auto status = handshake.answer ? wire::status_line(*handshake.answer) : std::nullopt;
  probe.upgrades = status && status->code == 101;
  const bool busy = status && (status->code == 429 || status->code == 503);
  if (!probe.upgrades && status && !busy) {
    out.obstacle =
        fmt::format("answers the opening handshake by HTTP status {} instead of 101", status->code);
  }
  // What follows the 101 may be a greeting, which nobody has asked for.
  if (probe.upgrades && handshake.spoke_unasked) {
    out.obstacle = fmt::format("says something before it is asked ({}), and no profile says so",
                               handshake.evidence.observed);
  }
  probe.pong = passed("ping");
  probe.echo_text = passed("text");
  probe.echo_binary = passed("binary");
  probe.deflate = accepted_deflate(plays.at("deflate"));
  probe.closes = passed("close");
  for (const std::uint64_t size : {1024U, 4096U, 16384U, 65536U}) {
    if (passed(fmt::format("size/n={}", size))) probe.largest_echo = size;
  }
  for (const auto& [name, play] : plays) {
    probe.ready = probe.ready || play.answer.has_value();
    const bool shorter = probe.round_trip == base::Duration{} || play.reaction < probe.round_trip;
    if (play.reaction > base::Duration{} && shorter) probe.round_trip = play.reaction;
  }
  probe.quiet = std::max(budgets.quiet, 20 * probe.round_trip);
  if (handshake.answer) {
    const auto server = wire::values(*handshake.answer, "Server");
    if (!server.empty()) out.server_field = base::cut(base::for_terminal(server.front()), 120);
    if (status) out.status = status->code;
    const auto location = wire::values(*handshake.answer, "Location");
    if (!location.empty()) out.location = base::cut(base::for_terminal(location.front()), 200);
    const auto chosen = wire::values(*handshake.answer, "Sec-WebSocket-Protocol");
    if (!chosen.empty()) out.subprotocol = base::cut(base::for_terminal(chosen.front()), 120);
  }
  return out;
}

// What cannot be asked of the target; `replies`: the message of a profile was answered.
void remark(result::Probe& probe, bool replies) {
  if (probe.upgrades && !probe.pong)
    probe.notes.emplace_back("Pings are not answered, so they are no fences.");
  if (probe.upgrades && !(probe.echo_text && probe.echo_binary)) {
    probe.notes.emplace_back(replies ? "Messages are not echoed; that of the profile is answered."
                                     : "Messages are not echoed.");
  }
  if (probe.echo_text && probe.largest_echo < 65536) {
    probe.notes.push_back(
        fmt::format("The largest message that came back had {} octets.", probe.largest_echo));
  }
}

}  // namespace

namespace {

// The conversations of the probe, in its pace. What is turned away is played again, one at a time.
class Probing {
 public:
  Probing(const Reach& reach, const net::StopSource* stop)
      : reach_(reach), stop_(stop), throttle_(reach.pace), cases_(probe_cases()) {}

  std::map<std::string, script::Play> run() {
    for (const script::Case& c : cases_) {
      if (!echoes_more(c) && (c.name != "reply" || reach_.profile.reply)) waiting_.push_back(&c);
    }
    play_waiting();
    // Who does not echo a text echoes nothing, and would be waited for in vain again.
    if (plays_["text"].verdict.word == result::Word::pass) {
      for (const script::Case& c : cases_) {
        if (echoes_more(c)) waiting_.push_back(&c);
      }
      play_waiting();
    }
    for (const script::Case& c : cases_) plays_.try_emplace(c.name);
    return std::move(plays_);
  }

 private:
  static bool echoes_more(const script::Case& c) {
    return c.name == "binary" || c.name.starts_with("size/");
  }

  // Side by side, or one after the other where connections hear one another.
  void play_waiting() {
    net::Pump pump(reach_.destination, limits(reach_), stop_);
    pump.run(reach_.profile.shared ? 1 : cases_.size(), [this] { return next(); });
  }

  net::Offer next() {
    if (waiting_.empty()) return net::Nothing{};
    const base::Time now = net::now();
    const base::Time when = throttle_.when(1, now);
    if (when == base::Time::max()) return net::Nothing{};  // asked again when one has finished
    if (when > now) return net::Nothing{when};
    const script::Case& c = *waiting_.front();
    waiting_.pop_front();
    throttle_.began(1, now);
    script::PlaySettings settings = play_settings(reach_);
    settings.fences = false;  // nothing is known yet of what the target answers
    settings.seed = base::derive_seed(reach_.seed, script::id(c));
    auto peer = std::make_unique<script::Peer>(c, settings);
    base::Party* party = peer.get();
    return net::Play{party, [this, &c, now, peer = std::move(peer)](const net::PartyReport& r) {
                       finished(c, peer->play(), now, r);
                     }};
  }

  void finished(const script::Case& c, const script::Play& play, base::Time began,
                const net::PartyReport& report) {
    throttle_.ended(1);
    const bool refused = report.first_refusal().has_value();
    if (play.busy != 0 || refused) {
      throttle_.turned_away(began, net::now(), play.retry_after);
    } else {
      throttle_.went_well();
      somebody_is_there_ = true;
    }
    if (play.busy != 0) somebody_is_there_ = true;
    // Nobody there is told at once; somebody who is busy is given time.
    const bool again = (play.busy != 0 || refused) && somebody_is_there_;
    if (again && !throttle_.given_up()) waiting_.push_back(&c);
    plays_[c.name] = play;
  }

  const Reach& reach_;
  const net::StopSource* stop_;
  Throttle throttle_;
  const std::vector<script::Case> cases_;
  std::deque<const script::Case*> waiting_;
  std::map<std::string, script::Play> plays_;
  bool somebody_is_there_ = false;
};

}  // namespace

net::Limits limits(const Reach& reach) {
  net::Limits out;
  out.wall_time = script::scaled(out.wall_time, reach.time_scale);
  out.connect = script::scaled(out.connect, reach.time_scale);
  return out;
}

base::Duration first_answer(const Reach& reach) {
  // Not less than that, however small the budgets are: a machine may be busy.
  return script::scaled(std::chrono::seconds(5), std::max(1.0, reach.time_scale));
}

Probed probe(const Reach& reach, const net::StopSource* stop) {
  const std::map<std::string, script::Play> plays = Probing(reach, stop).run();
  Probed out = interpret(plays, reach.budgets);
  const script::Play& reply = plays.at("reply");
  out.replies = reply.verdict.word == result::Word::pass;
  remark(out.probe, out.replies);
  if (out.probe.upgrades && reach.profile.reply && !out.replies && out.obstacle.empty()) {
    out.obstacle = fmt::format("does not answer the message of the profile as that says: {}",
                               reply.evidence.observed);
  }
  if (out.probe.upgrades && !reach.request.subprotocols.empty() && out.subprotocol.empty()) {
    out.probe.notes.push_back(fmt::format("None of the offered subprotocols was chosen ({}).",
                                          fmt::join(reach.request.subprotocols, ", ")));
  }
  if (!out.obstacle.empty()) out.probe.notes.push_back(fmt::format("It {}.", out.obstacle));
  out.server_field = reach.request.secrets.hidden(out.server_field);
  return out;
}

script::PlaySettings play_settings(const Reach& reach) {
  script::PlaySettings settings;
  settings.host = host_field(reach.url);
  settings.resource = reach.url.resource;
  settings.fields = reach.request.fields;
  settings.without = reach.request.without;
  settings.secrets = reach.request.secrets;
  settings.profile = reach.profile;
  settings.budgets = reach.budgets;
  return settings;
}

script::PlaySettings play_settings(const Reach& reach, const result::Probe& probe) {
  script::PlaySettings settings = play_settings(reach);
  settings.budgets.quiet = probe.quiet;
  // No wait is over before a fence can be sent and answered.
  for (base::Duration* budget :
       {&settings.budgets.handshake, &settings.budgets.react, &settings.budgets.eof}) {
    *budget = std::max(*budget, 3 * probe.quiet);
  }
  settings.echo = probe.echo_text && probe.echo_binary;
  settings.pong = probe.pong;
  return settings;
}

}  // namespace wsproof::run
