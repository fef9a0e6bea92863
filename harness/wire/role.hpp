// The two roles of RFC 6455.
#pragma once

namespace wsproof::wire {

/// Who somebody is in a conversation: the side that sends the opening handshake and masks its
/// frames, or the side that answers.
enum class Role { client, server };

constexpr Role other(Role role) { return role == Role::client ? Role::server : Role::client; }

}  // namespace wsproof::wire
