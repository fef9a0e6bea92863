// How to reach a target: its URL, the addresses behind it, and what its operator says about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/net/address.hpp"
#include "harness/net/pump.hpp"
#include "harness/net/tls.hpp"
#include "harness/run/request.hpp"
#include "harness/run/throttle.hpp"
#include "harness/run/url.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::run {

/// How to reach the target, and what its operator says about it.
struct Reach {
  Url url;
  net::Destination destination;
  script::Budgets budgets;
  std::uint64_t seed = 1;
  double time_scale = 1.0;  ///< how much longer than usual everything may take
  Pace pace;
  Request request;          ///< in every opening handshake
  script::Profile profile;  ///< how to talk with it where it does not echo
};

/// What a conversation with it may use: net's limits, in its time.
net::Limits limits(const Reach& reach);

/// How to get from a URL to its server, beyond what the URL says.
struct Way {
  net::IpVersion version = net::IpVersion::any;
  std::vector<std::string> resolve = {};  ///< HOST:PORT:ADDRESS[,ADDRESS]… instead of a resolver
  std::string unix_socket = {};           ///< path or @NAME: dialled instead of the host
  net::TlsClientOptions tls = {};         ///< of wss
};

/// Whether the way makes sense for the URL, as far as that can be told without looking a name up;
/// files are read. The error shows what would do.
base::Result<void> check_way(const Url& url, const Way& way);

/// What is dialled for the URL. The error says which name could not be resolved, or which file of
/// the TLS options is wrong.
base::Result<net::Destination> destination_of(const Url& url, const Way& way = {});

}  // namespace wsproof::run
