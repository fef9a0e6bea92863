#include "harness/run/probe.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/base/escape.hpp"
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

case text
  "A text message comes back."
  checks 6455-5.6-1
  needs echo
  > text "wsproof probe"
  < text "wsproof probe"

case binary
  "A binary message comes back."
  checks 6455-5.6-3
  needs echo
  > binary count(256)
  < binary count(256)

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
  probe.upgrades = passed("handshake");
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
  const script::Play& handshake = plays.at("handshake");
  if (handshake.answer) {
    const auto server = wire::values(*handshake.answer, "Server");
    if (!server.empty()) out.server_field = base::cut(base::for_terminal(server.front()), 120);
    if (const auto status = wire::status_line(*handshake.answer)) out.status = status->code;
  }
  if (!probe.ready) out.refusal = handshake.evidence.observed;
  return out;
}

void remark(result::Probe& probe, const Probed& probed) {
  if (!probe.upgrades && probed.status != 0) {
    probe.notes.push_back(
        fmt::format("The baseline handshake was answered by HTTP status {}.", probed.status));
  }
  if (probe.upgrades && !probe.pong)
    probe.notes.emplace_back("Pings are not answered, so they are no fences.");
  if (probe.upgrades && !(probe.echo_text && probe.echo_binary)) {
    probe.notes.emplace_back("Messages are not echoed; cases that need an answer do not apply.");
  }
  if (probe.echo_text && probe.largest_echo < 65536) {
    probe.notes.push_back(
        fmt::format("The largest message that came back had {} octets.", probe.largest_echo));
  }
}

}  // namespace

Probed probe(const Reach& reach, const net::StopSource* stop) {
  std::map<std::string, script::Play> plays;
  net::Pump pump(reach.destination, {}, stop);
  const std::vector<script::Case> cases = probe_cases();
  for (const script::Case& c : cases) {
    script::PlaySettings settings;
    settings.host = host_field(reach.url);
    settings.resource = reach.url.resource;
    settings.budgets = reach.budgets;
    settings.fences = false;  // nothing is known yet of what the target answers
    settings.seed = base::derive_seed(reach.seed, script::id(c));
    auto peer = std::make_unique<script::Peer>(c, settings);
    base::Party* party = peer.get();
    pump.add({party, [&plays, &c, peer = std::move(peer)](const net::PartyReport&) {
                plays[c.name] = peer->play();
              }});
  }
  pump.run();
  for (const script::Case& c : cases) plays.try_emplace(c.name);
  Probed out = interpret(plays, reach.budgets);
  remark(out.probe, out);
  return out;
}

script::PlaySettings play_settings(const Reach& reach, const result::Probe& probe) {
  script::PlaySettings settings;
  settings.host = host_field(reach.url);
  settings.resource = reach.url.resource;
  settings.budgets = reach.budgets;
  settings.budgets.quiet = probe.quiet;
  settings.echo = probe.echo_text && probe.echo_binary;
  settings.pong = probe.pong;
  return settings;
}

}  // namespace wsproof::run
