#include "harness/net/pump.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "harness/base/check.hpp"
#include "harness/net/driver.hpp"
#include "harness/net/loop.hpp"
#include "harness/net/signals.hpp"

namespace wsproof::net {

struct Pump::State {
  State(Destination to, Limits most, std::array<const StopSource*, 2> told_by)
      : limits(most), stops(told_by), route{.destination = std::move(to)}, ask_timer(loop, [this] {
          ask_again.reset();
          fill();
        }) {
    CHECK(!route.destination.addresses.empty());
    for (const StopSource* stop : stops) {
      if (stop != nullptr)
        watches.push_back(
            std::make_unique<Watch>(loop, stop->descriptor(), [this] { stop_all(); }));
    }
  }

  bool stopped() const {
    return std::ranges::any_of(
        stops, [](const StopSource* stop) { return stop != nullptr && stop->stopped(); });
  }

  void start(Play play);
  void retire(std::uint64_t number);
  void fill();
  void stop_all();
  void run();

  struct InFlight {
    Play play;
    std::unique_ptr<Driver> driver;
  };

  Limits limits;
  std::array<const StopSource*, 2> stops;
  Route route;
  Loop loop;
  std::vector<std::unique_ptr<Watch>> watches;
  std::map<std::uint64_t, InFlight> in_flight;
  std::uint64_t next_number = 0;

  std::size_t slots = 1;
  const std::function<Offer()>* next = nullptr;
  std::optional<base::Time> ask_again;
  Timer ask_timer;
};

void Pump::State::start(Play play) {
  CHECK(play.party != nullptr && play.on_finished);
  const std::uint64_t number = next_number++;
  Driver::Setting setting{
      .limits = limits,
      .pause_above = std::nullopt,
      .route = &route,
      .tls = nullptr,
      .tell_links = true,
      // Not at once: the driver is still on the stack.
      .on_done = [this, number] { loop.post([this, number] { retire(number); }); },
      .on_link_closed = {}};
  auto driver = std::make_unique<Driver>(loop, *play.party, std::move(setting));
  Driver& started = *driver;
  in_flight.emplace(number, InFlight{std::move(play), std::move(driver)});
  started.start();
  if (stopped()) started.cut_short(Cut::stopped, "stopped");
}

void Pump::State::retire(std::uint64_t number) {
  InFlight over = std::move(in_flight.extract(number).mapped());
  const PartyReport report = over.driver->report();
  over.driver.reset();
  over.play.on_finished(report);
  fill();
}

void Pump::State::fill() {
  while (next != nullptr && !stopped() && in_flight.size() < slots) {
    Offer offer = (*next)();
    if (Play* play = std::get_if<Play>(&offer)) {
      start(std::move(*play));
      continue;
    }
    ask_again = std::get<Nothing>(offer).ask_again;
    ask_timer.set(ask_again);
    return;
  }
}

void Pump::State::stop_all() {
  ask_again.reset();
  ask_timer.set(std::nullopt);
  for (auto& [_, each] : in_flight) each.driver->cut_short(Cut::stopped, "stopped");
}

void Pump::State::run() {
  fill();
  loop.run_until([this] { return in_flight.empty() && (!ask_again || stopped()); });
}

Pump::Pump(Destination destination, Limits limits, const StopSource* stop, const StopSource* also)
    : state_(std::make_unique<State>(std::move(destination), limits, std::array{stop, also})) {}

Pump::~Pump() = default;

void Pump::add(Play play) { state_->start(std::move(play)); }

void Pump::run() { state_->run(); }

void Pump::run(std::size_t slots, const std::function<Offer()>& next) {
  state_->next = &next;
  set_slots(slots);
  state_->run();
  state_->next = nullptr;
}

void Pump::set_slots(std::size_t slots) { state_->slots = std::max<std::size_t>(slots, 1); }

std::size_t Pump::in_flight() const { return state_->in_flight.size(); }

PartyReport play(base::Party& party, const Destination& destination, const Limits& limits,
                 const StopSource* stop) {
  PartyReport result;
  Pump pump(destination, limits, stop);
  pump.add(
      {.party = &party, .on_finished = [&result](const PartyReport& report) { result = report; }});
  pump.run();
  return result;
}

}  // namespace wsproof::net
