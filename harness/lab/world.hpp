// World: two parties and the network between them, in memory and in virtual time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include "harness/base/party.hpp"
#include "harness/base/random.hpp"

namespace wsproof::lab {

/// How the network between the parties behaves.
struct Network {
  /// How a write arrives on the other side.
  enum class Cut {
    whole,   ///< as it was written
    octets,  ///< octet by octet
    random,  ///< in pieces of random sizes, joined with what is under way
  };
  Cut cut = Cut::whole;
  base::Duration latency = std::chrono::microseconds(100);  ///< of every piece, one way
  std::uint64_t seed = 1;                                   ///< of the random cuts
};

/// Why a world stood still.
enum class Stop {
  finished,  ///< the party that counts was finished
  stuck,     ///< nobody had anything left to do or to wait for
  limit,     ///< more steps than any case needs
};

/// Plays `connecting` against `accepting`. Time jumps to the
/// next delivery or deadline; nothing sleeps. What a side does not read waits; the accepting side
/// is told of more than 64 KiB, and is not read itself meanwhile, as by a net::Listener.
/// Deterministic: the same parties and the same network give the same conversation.
class World {
 public:
  World(base::Party& connecting, base::Party& accepting, Network network = {});

  /// Goes on until `until`, one of the two, is finished.
  Stop run(const base::Party& until);

  /// Virtual time that passed.
  base::Duration elapsed() const { return now_ - base::Time{}; }

 private:
  // What arrives somewhere: a link was opened, octets came, or the other side ended.
  struct Delivery {
    enum class Kind { opened, octets, eof, reset };
    base::Time at;
    bool to_accepting = false;
    Kind kind = Kind::octets;
    base::Link link = 0;
    base::Octets octets;
  };
  // One side's end of a link.
  struct End {
    bool readable = false;  // it is there, not dropped by its owner, and no end was told yet
    bool writable = false;
    bool reading = true;        // what its owner wants
    bool clogs = false;         // so much waits that the other side was told
    bool paused = false;        // the other side's end clogs
    std::deque<Delivery> held;  // that it does not read yet
    std::size_t held_octets = 0;
  };

  base::Party& party(bool accepting) { return accepting ? accepting_ : connecting_; }
  End& end(bool accepting, base::Link link) { return ends_[accepting ? 1 : 0][link]; }
  void collect(bool accepting);
  void carry_out(bool accepting, base::Action action);
  void carry_octets(bool accepting, base::Write write);
  void send(bool to_accepting, Delivery::Kind kind, base::Link link, base::Octets octets = {});
  void deliver(Delivery delivery);
  void hold(Delivery delivery, End& own);
  void hand_over(const Delivery& delivery, End& own);
  void clog(bool accepting, base::Link link, bool so);
  void catch_up(bool accepting, base::Link link);
  bool wake();

  base::Party& connecting_;
  base::Party& accepting_;
  Network network_;
  base::Random random_;
  base::Time now_{};
  std::deque<Delivery> under_way_;  // all take the same time, so they arrive in their order
  std::map<base::Link, End> ends_[2];
};

}  // namespace wsproof::lab
