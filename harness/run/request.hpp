// The user's own part of every opening handshake: fields, credentials, subprotocols; and which of
// it is secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/secrets.hpp"
#include "harness/result/run_result.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::run {

/// As it is written on a command line, in a manifest or in wsproof.toml.
struct RequestWords {
  std::vector<std::string> headers = {};  ///< curl's -H: "Name: value"; "Name:" leaves a standard
                                          ///< field out; "Name;" sends it empty
  std::vector<std::string> cookies = {};  ///< curl's -b: "name=value; name=value"
  std::string user = {};                  ///< curl's -u: "name:password"
  std::string origin = {};
  std::vector<std::string> subprotocols = {};  ///< each a name, or several apart by commas
  std::vector<std::string> secrets = {};       ///< further texts that are to be hidden
};

/// What it comes to.
struct Request {
  std::vector<wire::Field> fields;        ///< in the order in which they are sent
  std::vector<std::string> without;       ///< standard fields that are left out
  std::vector<std::string> subprotocols;  ///< those that are offered, in order
  base::Secrets secrets;
};

/// Reads the words. The error says which of them is wrong, and how it would be right.
base::Result<Request> read_request(const RequestWords& words);

/// The words as one may type them again: {"-H", "Accept: x", "-u", "me:********"}.
std::vector<std::string> request_arguments(const RequestWords& words);

/// Whether a word of -H says a secret.
bool is_secret_header(std::string_view word);

/// Whether a field, a parameter or a variable of this name holds a secret.
bool says_secret(std::string_view name);

/// Adds what is secret in a URL's query, such as `?token=…`.
void add_secrets_of_query(std::string_view resource, base::Secrets& secrets);

/// The same results without the secrets, for whatever did not go through the peer's transcript.
void hide(result::CaseResult& result, const base::Secrets& secrets);
void hide(result::RunResult& result, const base::Secrets& secrets);

}  // namespace wsproof::run
