// For the tests of net: parties whose behaviour is a few lambdas, and a server in a thread of its
// own.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "harness/base/party.hpp"
#include "harness/net/listener.hpp"
#include "harness/net/pump.hpp"
#include "harness/net/signals.hpp"

namespace wsproof::net::test {

/// A party that does what its lambdas say, and remembers what it was told.
class Scripted : public base::Party {
 public:
  using Link = base::Link;

  std::function<void(Scripted&)> on_start = [](Scripted& me) { me.open(0); };
  std::function<void(Scripted&, Link)> on_opened = [](Scripted&, Link) {};
  std::function<void(Scripted&, Link, base::OctetView)> on_received = [](Scripted&, Link,
                                                                         base::OctetView) {};
  std::function<void(Scripted&, Link)> on_end = [](Scripted& me, Link) { me.done = true; };
  std::function<void(Scripted&, Link, bool)> on_clogged = [](Scripted&, Link, bool) {};
  std::function<void(Scripted&)> on_woken = [](Scripted&) {};

  std::string received_text;          ///< of all links
  std::vector<base::Ending> endings;  ///< in the order of telling
  std::vector<std::string> refusals;  ///< likewise
  int woken_times = 0;
  base::Time told_at;  ///< the latest time that it was told
  std::optional<base::Time> wake_at;
  bool done = false;

  void open(Link link, bool narrow = false) {
    actions_.emplace_back(base::Open{link, false, narrow});
  }
  void read(Link link, bool on) { actions_.emplace_back(base::Reading{link, on}); }
  void write(Link link, std::string_view text) {
    actions_.emplace_back(base::Write{link, base::octets(text)});
  }
  void end_writes(Link link) { actions_.emplace_back(base::EndWrites{link}); }
  void drop(Link link, bool reset = false) { actions_.emplace_back(base::Drop{link, reset}); }

  void start(base::Time now) override {
    tell(now);
    on_start(*this);
  }
  void opened(Link link, base::Time now) override {
    tell(now);
    on_opened(*this, link);
  }
  void refused(Link link, const std::string& why, base::Time now) override {
    tell(now);
    refusals.push_back(why);
    on_end(*this, link);
  }
  void received(Link link, base::OctetView octets, base::Time now) override {
    tell(now);
    received_text += base::as_text(octets);
    on_received(*this, link, octets);
  }
  void ended(Link link, base::Ending ending, base::Time now) override {
    tell(now);
    endings.push_back(ending);
    on_end(*this, link);
  }
  void clogged(Link link, bool so, base::Time now) override {
    tell(now);
    on_clogged(*this, link, so);
  }
  void woken(base::Time now) override {
    tell(now);
    EXPECT_TRUE(wake_at && now >= *wake_at);
    wake_at.reset();
    ++woken_times;
    on_woken(*this);
  }
  std::vector<base::Action> take_actions() override { return std::exchange(actions_, {}); }
  std::optional<base::Time> deadline() const override { return wake_at; }
  bool finished() const override { return done; }

 private:
  void tell(base::Time now) {
    EXPECT_GE(now, told_at);
    told_at = now;
  }

  std::vector<base::Action> actions_;
};

/// A server that sends back what it gets, and ends when the other side ends.
class Echo : public Scripted {
 public:
  Echo() {
    on_start = [](Scripted&) {};
    on_received = [](Scripted& me, Link link, base::OctetView octets) {
      me.write(link, base::as_text(octets));
    };
    on_end = [](Scripted& me, Link link) { me.drop(link); };
  }
};

/// Serves a party in a thread of its own. The party may be looked at after finish().
class Serving {
 public:
  explicit Serving(base::Party& party, std::string_view host = "127.0.0.1",
                   const ListenerLimits& limits = {})
      : Serving(party, Listener::open(host, 0, limits)) {}
  Serving(base::Party& party, base::Result<Listener> listener) : listener_(std::move(listener)) {
    if (!listener_) throw std::runtime_error(listener_.error().message);
    thread_ = std::thread([this, &party] { report_ = listener_->serve(party, stop_); });
  }
  ~Serving() { finish(); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  Destination destination() const { return listener_->destination(); }

  /// Stops, unless the party has ended it already.
  ListenerReport finish() {
    stop_.stop();
    return wait();
  }

  /// Waits until the party is finished.
  ListenerReport wait() {
    if (thread_.joinable()) thread_.join();
    return report_;
  }

 private:
  StopSource stop_;
  base::Result<Listener> listener_;
  ListenerReport report_;
  std::thread thread_;
};

/// So that a defect ends a test instead of holding it up.
inline Limits quick() {
  Limits limits;
  limits.wall_time = std::chrono::seconds(20);
  return limits;
}

/// Says `text`, waits for as many octets, and is finished.
inline void say_and_hear(Scripted& party, const std::string& text) {
  party.on_opened = [text](Scripted& me, base::Link link) { me.write(link, text); };
  party.on_received = [size = text.size()](Scripted& me, base::Link, base::OctetView) {
    me.done = me.received_text.size() >= size;
  };
}

}  // namespace wsproof::net::test
