// The corpus of the endpoint's tests: what is said to an endpoint, and what the reference answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/endpoint/conversation_test.hpp"

namespace wsproof::endpoint {

inline constexpr wire::Role both_roles[] = {wire::Role::server, wire::Role::client};

/// What is sent to an open endpoint, and everything that comes back. A client leaves the end of
/// TCP to the server after a closing handshake, so "end" stands for "eof" or "open" by role.
struct Talk {
  const char* name;
  std::vector<TestFrame> frames;
  std::string answer;
};
const std::vector<Talk>& talks();

/// The answer as it is expected from this role.
std::string expected(const Talk& talk, wire::Role role);

/// A request to a server that understands chat and superchat: the status, and how the link stands.
struct Asked {
  const char* name;
  base::Octets request;
  std::string answer;
};
const std::vector<Asked>& requests();

/// A response to a client that offered chat and superchat: changes of a good one, and whether it
/// opens the connection.
struct Answered {
  const char* name;
  std::vector<wire::Field> fields;
  bool opens;
  std::string_view start = "HTTP/1.1 101 Switching Protocols";
};
const std::vector<Answered>& responses();

/// Settings with the two subprotocols.
Settings two_subprotocols();

/// Frames that are wrong in one respect.
TestFrame coded(std::uint8_t opcode, std::string payload = "");
TestFrame announced(TestFrame frame, std::uint64_t length);

}  // namespace wsproof::endpoint
