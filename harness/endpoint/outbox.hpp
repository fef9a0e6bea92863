// Outbox: what an endpoint has decided to send, until it is sent: order, delays, and how writes are
// cut.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/base/time.hpp"
#include "harness/endpoint/quirks.hpp"

namespace wsproof::endpoint {

/// A queue of answers. Each leaves when it is due and nothing stands in front of it; only a pong
/// does not wait for data that is not due yet. `quirks` must outlive the outbox.
class Outbox {
 public:
  enum class Kind {
    data,
    slow_data,  ///< other answers to the same read overtake it
    pong,
    last,  ///< handshake and Close: waits for everything in front of it
  };

  explicit Outbox(const Quirks& quirks) : quirks_(quirks) {}

  void put(Kind kind, base::Octets octets, base::Time due);

  /// Forgets the data and the pongs that have not been sent.
  void lose_answers();

  /// Forgets everything.
  void clear();

  /// The read is over: puts its answers into the order that the quirks want.
  void end_read();

  /// The writes that are due, in order.
  std::vector<base::Octets> take(base::Time now);

  /// Makes everything due at once.
  void hurry();

  /// When something will be due; nothing when the outbox is empty.
  std::optional<base::Time> due() const;

  bool empty() const { return answers_.empty(); }

 private:
  struct Answer {
    Kind kind = Kind::data;
    base::Octets octets;
    base::Time due;
  };

  void sort_fresh();
  void overtake();
  void thin_out_pongs();
  std::vector<base::Octets> cut(std::vector<base::Octets> frames) const;

  const Quirks& quirks_;
  std::vector<Answer> answers_;
  std::size_t old_ = 0;                         ///< answers to earlier reads, at the front
  base::Time latest_ = base::Time::min();       ///< when the last of all is due
  base::Time latest_data_ = base::Time::min();  ///< of data and what data waits for
  base::Time latest_last_ = base::Time::min();
};

}  // namespace wsproof::endpoint
