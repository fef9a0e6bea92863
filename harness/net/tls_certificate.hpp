// Inside net: a self-signed certificate, made on the spot.
#pragma once

#include <string>
#include <vector>

#include "harness/base/error.hpp"

struct ssl_ctx_st;

namespace wsproof::net {

/// Gives the context a new P-256 key and a certificate for these names and IP addresses, valid from
/// yesterday for thirty days.
base::Result<void> use_self_signed_certificate(ssl_ctx_st* context,
                                               const std::vector<std::string>& names);

}  // namespace wsproof::net
