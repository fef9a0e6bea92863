#include "harness/run/doctor.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/net/ready.hpp"

namespace wsproof::run {

namespace {

// "(given: an Origin, -u)", so that nobody is told to try what he tried.
std::string given(const RequestWords& words) {
  std::vector<std::string> out;
  if (!words.user.empty()) out.emplace_back("credentials");
  for (const std::string& header : words.headers)
    out.push_back(base::for_terminal(header.substr(0, header.find_first_of(":;"))));
  if (!words.cookies.empty()) out.emplace_back("cookies");
  if (!words.origin.empty()) out.push_back("Origin " + base::for_terminal(words.origin));
  if (!words.subprotocols.empty()) out.emplace_back("a subprotocol");
  return out.empty() ? std::string() : fmt::format(" Given were: {}.", fmt::join(out, ", "));
}

// What a refusal of the baseline handshake usually means.
std::string hint_for(const Probed& probed, const RequestWords& words) {
  const bool credentials = !words.user.empty() || !words.cookies.empty() ||
                           std::ranges::any_of(words.headers, is_secret_header);
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
      return "The server did not like the request; some want another path" +
             std::string(words.origin.empty() ? ", an Origin (--origin)" : ", another Origin") +
             (words.subprotocols.empty() ? " or a subprotocol (--subprotocol) of their own."
                                         : " or another subprotocol.") +
             given(words);
    case 401:
      return credentials ? "The server does not take the credentials." + given(words)
                         : std::string(
                               "The server wants credentials: -u NAME:PASSWORD, or -H "
                               "'Authorization: …', or -b.");
    case 403:
      return fmt::format("The server wants {} or {}.{}",
                         credentials ? "other credentials" : "credentials (-u, -H, -b)",
                         words.origin.empty() ? "an Origin (--origin)" : "another Origin",
                         given(words));
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

void look_at_abilities(const Reach& reach, const Probed& probed, const net::StopSource* stop,
                       Diagnosis& out) {
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
        probe.echo_text ? "Text comes back, binary does not."
                        : "Messages do not come back, and no message is known that is answered.",
        probe.echo_text ? "Cases that need an echo do not apply; the others still do."
                        : "Say one with --reply 'MESSAGE' 'REGEX', a regular expression that its "
                          "answer has; {n} in both is the same fresh number. Cases that need no "
                          "answer are played all the same.");
  } else {
    const std::string answer = probed.replies ? "" : answer_to_reply(reach, stop);
    add(probed.replies, "The message of --reply is answered.",
        answer.empty() ? std::string("The message of --reply is not answered.")
                       : fmt::format("The message of --reply is answered by {}.", answer),
        "Its second part is a regular expression that is searched for in the answer; {n} in it is "
        "the number that stands for {n} in the first.");
  }
  add(probe.closes, "A Close is answered, and TCP is closed.",
      probe.closes ? "" : what_a_close_does(reach, stop),
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
    const std::string body = probed.status != 0 ? body_of_refusal(reach, stop) : std::string();
    out.findings.push_back(
        {false,
         probed.status != 0
             ? fmt::format("The handshake was answered by HTTP status {}{}.", probed.status,
                           body.empty() ? "" : fmt::format(": \"{}\"", body))
             : std::string("The handshake was not answered by a 101."),
         hint_for(probed, terms.request)});
    return out;
  }
  out.findings.push_back(
      {true,
       probed.server_field.empty()
           ? "The handshake is accepted."
           : fmt::format("The handshake is accepted (Server: {}).", probed.server_field),
       ""});
  if (tell(find_manners(reach, terms, stop))) probed = probe(reach, stop);
  look_at_abilities(reach, probed, stop, out);
  out.healthy = true;
  out.terms = std::move(terms);
  return out;
}

}  // namespace wsproof::run
