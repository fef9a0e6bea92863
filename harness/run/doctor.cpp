#include "harness/run/doctor.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "harness/net/ready.hpp"

namespace wsproof::run {

namespace {

// What a refusal of the baseline handshake usually means.
std::string hint_for(const Probed& probed) {
  const int status = probed.status;
  if (status >= 300 && status < 400) {
    return probed.location.empty()
               ? std::string("The server redirects, but does not say where to.")
               : fmt::format("The server redirects; try {} (http is ws, https is wss).",
                             probed.location);
  }
  switch (status) {
    case 200:
      return "This looks like an ordinary web page; the WebSocket endpoint probably has another "
             "path.";
    case 400:
      return "The server did not like the request; some want another path, an Origin (--origin) or "
             "a subprotocol (--subprotocol) of their own.";
    case 401:
      return "The server wants credentials: -u NAME:PASSWORD, or -H 'Authorization: …', or -b.";
    case 403:
      return "The server wants credentials (-u, -H, -b) or another Origin (--origin).";
    case 404:
      return "Nothing is there; the WebSocket endpoint probably has another path.";
    case 426:
      return "The server wants another version or protocol, which its answer names.";
    case 429:
    case 503:
      return "The server is busy; try again, or with fewer connections.";
    default:
      return "A WebSocket server answers 101.";
  }
}

void look_at_connection(const Reach& reach, const Probed& probed, const net::StopSource* stop,
                        Diagnosis& out) {
  const net::HttpAnswer answer =
      net::answers_http(reach.destination, first_answer(reach), reach.url.resource, stop);
  if (probed.probe.ready || answer.http) {
    out.findings.push_back(
        {true, fmt::format("{} answers in HTTP.", net::to_string(reach.destination)), ""});
    return;
  }
  std::string hint = "Is the server running, and is this its port?";
  if (answer.saw.find("TLS") != std::string::npos) {
    hint.clear();  // what it saw says it all
  } else if (!answer.saw.starts_with("cannot connect")) {
    hint =
        "Something listens there but does not speak HTTP; is it another service, or TLS "
        "(wss://)?";
  }
  if (reach.url.host == "localhost" && reach.url.socket.empty() && !hint.empty())
    hint += " In a container, localhost is the container itself.";
  out.findings.push_back({false, answer.saw + ".", hint});
}

void look_at_abilities(const Reach& reach, const Probed& probed, Diagnosis& out) {
  const result::Probe& probe = probed.probe;
  const auto add = [&](bool good, std::string yes, std::string no, std::string hint) {
    out.findings.push_back(
        {good, good ? std::move(yes) : std::move(no), good ? "" : std::move(hint)});
  };
  add(probe.pong, "A ping is answered.", "A ping is not answered.",
      "RFC 6455 §5.5.2 asks for a pong; is something in between swallowing control frames?");
  const bool echo = probe.echo_text && probe.echo_binary;
  if (echo || !reach.profile.reply) {
    add(echo,
        fmt::format("Messages come back, up to {} octets (65536 were tried).", probe.largest_echo),
        probe.echo_text ? "Text comes back, binary does not." : "Messages do not come back.",
        "Cases that need an echo do not apply; the others still do.");
  } else {
    add(probed.replies, "The message of --reply is answered.",
        "The message of --reply is not answered as it says.",
        "Its second part is a regular expression that is searched for in the answer.");
  }
  add(probe.closes, "A Close is answered, and TCP is closed.",
      "A Close is not answered, or TCP stays open.",
      "See `wsproof show rfc6455/5.5.1` for what is expected.");
  out.findings.push_back(
      {true,
       probe.deflate ? "permessage-deflate is accepted." : "permessage-deflate is not accepted.",
       ""});
  out.findings.push_back(
      {true,
       fmt::format("Round trip {:.1f} ms; silence counts as such after {} ms.",
                   std::chrono::duration<double, std::milli>(probe.round_trip).count(),
                   std::chrono::duration_cast<std::chrono::milliseconds>(probe.quiet).count()),
       ""});
}

}  // namespace

Diagnosis diagnose(Reach reach, Terms terms, const net::StopSource* stop) {
  Diagnosis out;
  Probed probed = probe(reach, stop);
  const auto tell = [&](std::vector<Finding> found) {
    std::ranges::move(found, std::back_inserter(out.findings));
    return !found.empty();
  };
  look_at_connection(reach, probed, stop, out);
  if (!probed.probe.ready) return out;
  if (!probed.probe.upgrades && tell(find_way_in(probed.status, reach, terms, stop)))
    probed = probe(reach, stop);
  if (!probed.probe.upgrades) {
    out.findings.push_back(
        {false,
         probed.status != 0
             ? fmt::format("The handshake was answered by HTTP status {}.", probed.status)
             : std::string("The handshake was not answered by a 101."),
         hint_for(probed)});
    return out;
  }
  out.findings.push_back(
      {true,
       probed.server_field.empty()
           ? "The handshake is accepted."
           : fmt::format("The handshake is accepted (Server: {}).", probed.server_field),
       ""});
  if (tell(find_manners(reach, terms, stop))) probed = probe(reach, stop);
  look_at_abilities(reach, probed, out);
  out.healthy = true;
  out.terms = std::move(terms);
  return out;
}

}  // namespace wsproof::run
