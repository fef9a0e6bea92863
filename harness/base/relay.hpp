// Relay: a party that passes everything on to another one, for who looks in or changes something.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/party.hpp"

namespace wsproof::base {

/// Whoever derives from it overrides what it is about. `Inner` is a party, which is made of the
/// arguments and owned, or a reference to one that outlives the relay.
template <typename Inner>
class Relay : public Party {
 public:
  template <typename... Arguments>
  explicit Relay(Arguments&&... arguments) : inner_(std::forward<Arguments>(arguments)...) {}

  void start(Time now) override { inner_.start(now); }
  void opened(Link link, Time now) override { inner_.opened(link, now); }
  void refused(Link link, const std::string& why, Time now) override {
    inner_.refused(link, why, now);
  }
  void received(Link link, OctetView octets, Time now) override {
    inner_.received(link, octets, now);
  }
  void ended(Link link, Ending ending, Time now) override { inner_.ended(link, ending, now); }
  void clogged(Link link, bool so, Time now) override { inner_.clogged(link, so, now); }
  void woken(Time now) override { inner_.woken(now); }
  std::vector<Action> take_actions() override { return inner_.take_actions(); }
  std::optional<Time> deadline() const override { return inner_.deadline(); }
  bool finished() const override { return inner_.finished(); }

 protected:
  Inner inner_;
};

}  // namespace wsproof::base
