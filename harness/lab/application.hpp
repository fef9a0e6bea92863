// Application: a server that does something else than echo; the protocol is the reference's.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/base/relay.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/wire/frame_reader.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::lab {

/// One message of an application to one of its clients.
struct Say {
  base::Link to = 0;
  std::string text;
  bool binary = false;
};

/// What an application does. Each function may be empty: nothing.
struct Manners {
  /// The status that refuses a request ("403 Forbidden"), or empty.
  std::function<std::string(const wire::Head& request)> refuses;
  /// What it says behind its 101.
  std::function<std::vector<Say>(base::Link)> greets;
  /// What it says to a message.
  std::function<std::vector<Say>(base::Link from, const std::string& text, bool binary)> answers;
};

/// The reference's echo server with the application between: every message that would be echoed is
/// handed to `answers`, and what that says goes out instead.
class Application final : public base::Relay<endpoint::EchoServer> {
 public:
  explicit Application(Manners manners, const endpoint::Quirks& quirks = {})
      : Relay(endpoint::Settings{}, quirks), manners_(std::move(manners)) {}

  void opened(base::Link link, base::Time now) override;
  void received(base::Link link, base::OctetView octets, base::Time now) override;
  void ended(base::Link link, base::Ending ending, base::Time now) override;
  std::vector<base::Action> take_actions() override;

 private:
  // A client, between the server and the wire.
  struct Client {
    base::Octets request;  // until it is complete
    bool asked = false;    // the request was let through or refused
    bool refused = false;
    base::Octets answer;  // until its head is complete
    bool upgraded = false;
    wire::FrameReader reader;
    base::Octets payload;  // of the frame that is read
    std::string message;
    bool binary = false;
  };

  void write(base::Link link, base::Octets octets);
  void say(const std::vector<Say>& words);
  void pass_on(base::Link link, base::OctetView octets);
  void read_frames(base::Link link, base::Octets octets);

  Manners manners_;
  std::map<base::Link, Client> clients_;
  std::vector<base::Action> actions_;
};

}  // namespace wsproof::lab
