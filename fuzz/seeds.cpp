// Writes seeds for the fuzz targets: what the peer and the reference say to each other in every
// case.
//
// Usage: fuzz_seeds FOLDER      a folder below it for each corpus; docs/fuzzing.md says how they
// are made small
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <variant>

#include "fuzz/conversation.hpp"
#include "harness/base/check.hpp"
#include "harness/base/relay.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/lab/lab.hpp"
#include "harness/result/journal.hpp"
#include "harness/result/json.hpp"
#include "harness/result/sample_run.hpp"
#include "harness/script/catalogue.hpp"
#include "harness/wire/http.hpp"
#include "harness/wire/mask.hpp"

using namespace wsproof;

namespace {

constexpr std::size_t largest = 1500;  // octets of a seed; what is larger shows nothing more

// Passes everything on, and keeps what was said on each link: by the party, and to it.
class Recorder final : public base::Relay<base::Party&> {
 public:
  explicit Recorder(base::Party& party) : Relay(party) {}

  void received(base::Link link, base::OctetView octets, base::Time now) override {
    base::append(heard[link], octets);
    Relay::received(link, octets, now);
  }
  std::vector<base::Action> take_actions() override {
    auto actions = Relay::take_actions();
    for (const base::Action& action : actions) {
      if (const auto* write = std::get_if<base::Write>(&action)) {
        base::append(said[write->link], write->octets);
      }
    }
    return actions;
  }

  std::map<base::Link, base::Octets> said, heard;
};

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& corpus, base::OctetView octets) {
    if (octets.size() > largest) return;
    const auto [at, fresh] = known_[corpus].insert(base::Octets(octets.begin(), octets.end()));
    if (!fresh) return;
    std::filesystem::create_directories(folder_ / corpus);
    const auto name = std::to_string(known_[corpus].size());
    std::ofstream file(folder_ / corpus / name, std::ios::binary);
    file << base::as_text(octets);
    CHECK(file.good());
  }

  void tell() const {
    for (const auto& [corpus, seeds] : known_) {
      std::cout << corpus << ": " << seeds.size() << " seeds\n";
    }
  }

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::set<base::Octets>> known_;
};

base::Octets with_settings(std::uint8_t settings, base::OctetView octets,
                           const base::Octets& cuts = {}) {
  base::Octets input{settings, static_cast<std::uint8_t>(cuts.size())};
  base::append(input, cuts);
  base::append(input, octets);
  return input;
}

void add_payloads(Seeds& seeds, const fuzz::Conversation& conversation) {
  for (const fuzz::Frame& frame : conversation.frames) {
    const base::OctetView payload = frame.payload;
    const bool compressed = (frame.header.rsv & 4U) != 0;
    if (frame.header.opcode == wire::opcode::text && !compressed) {
      seeds.add("utf8", with_settings(0, payload, {0, 2}));
    }
    if (compressed) seeds.add("deflate", with_settings(conversation.settings, payload, {5}));
    if (frame.header.key && payload.size() < 300) {
      base::Octets input(frame.header.key->begin(), frame.header.key->end());
      base::append(input, base::octets(std::string(8, '\1')));
      base::append(input, base::Octets{3, 99});
      base::append(input, payload);
      seeds.add("masking", input);
    }
  }
}

// What one side said on a link: its head, and the frames behind it.
void add_stream(Seeds& seeds, base::OctetView octets, bool from_server, bool upgraded,
                bool deflate) {
  const auto size = wire::head_size(octets);
  const base::OctetView head = octets.first(size.value_or(octets.size()));
  seeds.add("http", with_settings(0, head, {9}));
  for (const std::string& value :
       wire::values(wire::decode_head(head), "Sec-WebSocket-Extensions")) {
    seeds.add("extensions", base::as_octets(value));
  }
  if (!upgraded || !size) return;
  const auto settings =
      static_cast<std::uint8_t>((from_server ? fuzz::Conversation::server_speaks : 0U) |
                                (deflate ? fuzz::Conversation::deflate : 0U));
  const base::Octets input = with_settings(settings, octets.subspan(*size), {1, 6, 30});
  seeds.add("conversations", input);
  add_payloads(seeds, fuzz::decode(input));
}

bool upgrades(base::OctetView response) {
  return base::as_text(response).starts_with("HTTP/1.1 101");
}

bool agrees_on_deflate(base::OctetView response) {
  const auto size = wire::head_size(response);
  return size && !wire::values(wire::decode_head(response.first(*size)), "Sec-WebSocket-Extensions")
                      .empty();
}

void add_case(Seeds& seeds, const script::Case& c, wire::Role target) {
  if (!lab::applies(c, target)) return;
  endpoint::Settings settings;
  script::PlaySettings playing;
  playing.role = wire::other(target);
  script::Peer peer(c, playing);
  Recorder recorder(peer);
  if (target == wire::Role::server) {
    endpoint::EchoServer server(settings);
    lab::World(recorder, server).run(recorder);
  } else {
    settings.extension_offer = "permessage-deflate; client_max_window_bits";
    endpoint::EchoClient client(settings);
    lab::World(client, recorder).run(recorder);
  }
  const bool peer_serves = target == wire::Role::client;
  for (const auto& [link, said] : recorder.said) {
    const base::Octets& heard = recorder.heard[link];
    const base::OctetView response = peer_serves ? said : heard;
    const bool upgraded = upgrades(response);
    const bool deflate = upgraded && agrees_on_deflate(response);
    add_stream(seeds, said, peer_serves, upgraded, deflate);
    add_stream(seeds, heard, !peer_serves, upgraded, deflate);
  }
}

void add_results(Seeds& seeds) {
  result::RunResult run = result::sample_run();
  run.cases.resize(1);
  run.cases.front().script.clear();
  run.cases.front().evidence.transcript.entries.resize(
      std::min<std::size_t>(run.cases.front().evidence.transcript.entries.size(), 1));
  run.controls.clear();
  run.monitor.clear();
  run.incidents.clear();
  run.environment.clear();
  run.command.clear();
  seeds.add("results", base::as_octets(result::to_json(run)));
  seeds.add("results", base::as_octets(result::journal_header(run)));
  seeds.add("results",
            base::as_octets(result::journal_header(run) + result::journal_line(run.cases.front())));
  run.cases.clear();
  seeds.add("results", base::as_octets(result::to_json(run)));
  seeds.add("results", base::as_octets(result::journal_header(run) + result::journal_end(run)));
}

// Behind what a run showed: a verdict for each case of the target, by its number.
void add_baselines(Seeds& seeds) {
  constexpr std::array<std::string_view, 4> texts{
      "",
      "# why\n\nrfc6455/5.2/reserved-bits = fail(went-on) | pass  # issue 91 until 2027-03-01\n",
      "tag:slow = flaky\r\nmonitor/6455-5.2-17 = fail # until somebody mends it\n",
      "rfc6455/* = fail\nrfc6455/5.2/length-form  =  non-strict    # so it is\n"};
  for (const std::string_view text : texts) {
    for (const base::Octets& shown :
         {base::Octets{0, 0, 0, 0, 0, 0, 0}, base::Octets{14, 0x81, 0x81, 2, 6, 3, 8},
          base::Octets{1, 1, 1, 2, 2, 9, 4}}) {
      base::Octets input = shown;
      base::append(input, base::as_octets(text));
      seeds.add("baseline", input);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  Seeds seeds{std::filesystem::path(arguments[1])};
  const auto catalogue = script::load(script::embedded_sources());
  CHECK(catalogue.has_value());
  std::size_t number = 0;
  for (const script::Case& c : catalogue->cases) {
    const auto low = static_cast<std::uint8_t>(number & 0xFFU);
    const auto high = static_cast<std::uint8_t>(number >> 8U);
    if (number++ % 40 == 0) {
      seeds.add("peer", with_settings(static_cast<std::uint8_t>(number / 40),
                                      base::Octets{high, low, 0, low, 7}));
    }
    const bool heavy = std::ranges::count(c.tags, "large") + std::ranges::count(c.tags, "bomb") > 0;
    if (heavy) continue;
    add_case(seeds, c, wire::Role::server);
    add_case(seeds, c, wire::Role::client);
  }
  const auto files = script::load_files(script::embedded_sources());
  CHECK(files.has_value());
  for (const script::CaseFile& file : *files) {
    for (const script::Case& c : file.cases) seeds.add("cases", base::as_octets(script::print(c)));
  }
  add_results(seeds);
  add_baselines(seeds);
  seeds.tell();
  return 0;
}
