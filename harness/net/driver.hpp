// Inside net: one party and its connections; what Pump and Listener have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/party.hpp"
#include "harness/net/address.hpp"
#include "harness/net/connection.hpp"
#include "harness/net/loop.hpp"
#include "harness/net/pump.hpp"
#include "harness/net/report.hpp"

namespace wsproof::net {

inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

/// Where a pump's parties connect to. Remembers which address answered last, and starts with it.
struct Route {
  Destination destination;
  std::size_t preferred = 0;

  std::vector<Address> in_order() const;
  void answered(const Address& address);
};

/// Carries out a party's actions, and tells it what happens. What it calls back must not destroy it
/// there and then.
class Driver final : public Connection::Owner {
 public:
  struct Setting {
    Limits limits;
    std::optional<std::uint64_t> pause_above;  ///< see Patience
    Route* route = nullptr;                    ///< null: this side only accepts
    std::shared_ptr<const TlsContext> tls;     ///< of what is accepted; null: none
    bool tell_links = true;                    ///< keep a LinkReport of every link that was
    std::function<void()> on_done;             ///< finished or cut short, and no socket is left;
                                               ///< may come from inside start()
    std::function<void()> on_link_closed;      ///< may be empty
  };

  Driver(Loop& loop, base::Party& party, Setting setting);
  ~Driver() = default;  ///< resets what is connected
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  void start();

  /// A new link for somebody who connected.
  void adopt(int descriptor);

  /// Ends it now, because of a limit or from outside.
  void cut_short(Cut cut, std::string why);

  std::size_t links() const { return links_.size(); }

  /// Complete once on_done has been called.
  const PartyReport& report() const { return report_; }

 private:
  struct Entry {
    std::unique_ptr<Connection> connection;
    LinkReport report;
    bool accepted = false;  ///< the party hears of it when it is opened, and not before
    bool opened = false;
    bool ended = false;  ///< the party heard of the end of the other side's octets
    bool over = false;   ///< the party is done with it: dropped, reset or refused
  };

  void on_opened(base::Link link) override;
  void on_refused(base::Link link, const Refusal& refusal) override;
  void on_received(base::Link link, base::OctetView octets) override;
  void on_ended(base::Link link, base::Ending ending) override;
  void on_clogged(base::Link link, bool so) override;
  void on_closed(base::Link link) override;

  void apply(const base::Open& open);
  void apply(base::Write& write);
  void apply(const base::EndWrites& end);
  void apply(const base::Reading& reading);
  void apply(const base::Drop& drop);
  Entry* find(base::Link link);
  Entry& add_link(base::Link link);
  void settle();
  void finish();
  void done_if_empty();

  Loop& loop_;
  base::Party& party_;
  Setting setting_;
  Timer deadline_;
  Timer wall_;
  std::map<base::Link, Entry> links_;
  base::Link accepted_ = 0;
  std::uint32_t opens_ = 0;
  bool over_ = false;  ///< the party hears nothing more
  bool done_ = false;
  PartyReport report_;
};

}  // namespace wsproof::net
