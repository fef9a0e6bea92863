#include "harness/run/request.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/base/octets.hpp"

namespace wsproof::run {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// A name of RFC 9110 §5.6.2; also what a subprotocol has to be (RFC 6455 §4.1).
bool is_token(std::string_view text) {
  static constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           signs.find(c) != std::string_view::npos;
  });
}

// Line breaks would smuggle in further fields.
bool fits_a_line(std::string_view text) { return text.find_first_of("\r\n\0", 0, 3) == text.npos; }

std::vector<std::string_view> parts(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = text.find(separator);
    out.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

// `-H` taken apart. `kind` is what stands behind the name.
struct HeaderWord {
  std::string_view name, value;
  enum class Kind { sends, leaves_out, sends_empty } kind = Kind::sends;
};

base::Result<HeaderWord> header_word(std::string_view word) {
  const std::size_t end = word.find_first_of(":;");
  // What stands in a header may be a secret, so an error never repeats it.
  const auto wrong = [](std::string_view why) { return base::fail(std::string(why)); };
  if (end == std::string_view::npos) return wrong("has no colon");
  HeaderWord out{word.substr(0, end), trimmed(word.substr(end + 1)), HeaderWord::Kind::sends};
  if (!is_token(out.name)) return wrong("has something else than a name in front of its colon");
  if (!fits_a_line(word)) return wrong("has a line break in it");
  if (word[end] == ';') {
    if (!out.value.empty()) return wrong("has text behind 'Name;', which sends the field empty");
    out.kind = HeaderWord::Kind::sends_empty;
  } else if (out.value.empty()) {
    out.kind = HeaderWord::Kind::leaves_out;
  }
  return out;
}

// A credential: all of it, what stands behind its scheme, and the password inside of Basic.
void add_credential(std::string_view value, base::Secrets& secrets) {
  secrets.add(value);
  const std::size_t blank = value.find(' ');
  if (blank == std::string_view::npos) return;
  const std::string_view token = trimmed(value.substr(blank));
  secrets.add(token);
  const auto decoded = base::from_base64(token);
  if (!decoded) return;
  const std::string_view pair = base::as_text(*decoded);
  if (const std::size_t colon = pair.find(':'); colon != pair.npos)
    secrets.add(pair.substr(colon + 1));
}

void add_cookies(std::string_view cookies, base::Secrets& secrets) {
  secrets.add(cookies);
  for (const std::string_view pair : parts(cookies, ';')) {
    const std::size_t equals = pair.find('=');
    if (equals != pair.npos) secrets.add(pair.substr(equals + 1));
  }
}

void add_field_secrets(std::string_view name, std::string_view value, base::Secrets& secrets) {
  if (wire::same_token(name, "Cookie"))
    add_cookies(value, secrets);
  else if (says_secret(name))
    add_credential(value, secrets);
}

base::Result<void> add_headers(const RequestWords& words, Request& out) {
  for (std::size_t i = 0; i < words.headers.size(); ++i) {
    const auto header = header_word(words.headers[i]);
    if (!header) {
      return base::fail(fmt::format("--header is written as 'Name: value'; {} {}",
                                    words.headers.size() == 1
                                        ? std::string("this one")
                                        : fmt::format("number {} of them", i + 1),
                                    header.error().message));
    }
    if (header->kind == HeaderWord::Kind::leaves_out) {
      out.without.emplace_back(header->name);
      continue;
    }
    out.fields.push_back({std::string(header->name), std::string(header->value)});
    add_field_secrets(header->name, header->value, out.secrets);
  }
  return {};
}

base::Result<void> add_credentials(const RequestWords& words, Request& out) {
  if (!words.cookies.empty()) {
    const std::string all = fmt::format("{}", fmt::join(words.cookies, "; "));
    if (all.find('=') == std::string::npos || !fits_a_line(all))
      return base::fail("--cookie takes cookies as 'name=value; name=value'; files are not read");
    add_cookies(all, out.secrets);
    out.fields.push_back({"Cookie", all});
  }
  if (words.user.empty()) return {};
  const std::size_t colon = words.user.find(':');
  if (colon == std::string::npos)
    return base::fail("--user takes 'name:password'; the password is not asked for");
  out.secrets.add(words.user);
  out.secrets.add(std::string_view(words.user).substr(colon + 1));
  out.fields.push_back({"Authorization", "Basic " + base::to_base64(base::as_octets(words.user))});
  return {};
}

base::Result<void> add_subprotocols(const RequestWords& words, Request& out) {
  for (const std::string& word : words.subprotocols) {
    for (const std::string_view name : parts(word, ',')) {
      if (!is_token(name))
        return base::fail(fmt::format(
            "--subprotocol: \"{}\" is no name of a subprotocol; several are written as a,b",
            base::for_terminal(name)));
      if (std::ranges::find(out.subprotocols, name) != out.subprotocols.end())
        return base::fail(fmt::format("--subprotocol: {} is offered twice", name));  // 6455-4.1-27
      out.subprotocols.emplace_back(name);
    }
  }
  if (!out.subprotocols.empty()) {
    out.fields.push_back(
        {"Sec-WebSocket-Protocol", fmt::format("{}", fmt::join(out.subprotocols, ", "))});
  }
  return {};
}

std::string starred(std::string_view text, std::size_t from) {
  std::string out(text);
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(std::min(from, out.size())), out.end(), '*');
  return out;
}

}  // namespace

bool is_secret_header(std::string_view word) {
  return says_secret(word.substr(0, word.find_first_of(":;")));
}

bool says_secret(std::string_view name) {
  constexpr std::array<std::string_view, 9> words = {
      "auth", "cookie", "token", "secret", "password", "passwd", "apikey", "api-key", "api_key"};
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::any_of(
      words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

void add_secrets_of_query(std::string_view resource, base::Secrets& secrets) {
  const std::size_t query = resource.find('?');
  if (query == resource.npos) return;
  for (const std::string_view pair : parts(resource.substr(query + 1), '&')) {
    const std::size_t equals = pair.find('=');
    if (equals != pair.npos && says_secret(pair.substr(0, equals)))
      secrets.add(pair.substr(equals + 1));
  }
}

base::Result<Request> read_request(const RequestWords& words) {
  Request out;
  if (const auto done = add_headers(words, out); !done) return std::unexpected(done.error());
  if (!words.origin.empty()) {
    if (!fits_a_line(words.origin)) return base::fail("--origin has a line break in it");
    out.fields.push_back({"Origin", words.origin});
  }
  if (const auto done = add_credentials(words, out); !done) return std::unexpected(done.error());
  if (const auto done = add_subprotocols(words, out); !done) return std::unexpected(done.error());
  for (const std::string& secret : words.secrets) out.secrets.add(secret);
  return out;
}

std::vector<std::string> request_arguments(const RequestWords& words) {
  std::vector<std::string> out;
  for (const std::string& word : words.headers) {
    out.insert(out.end(),
               {"-H", is_secret_header(word) ? starred(word, word.find_first_of(":;") + 2) : word});
  }
  if (!words.origin.empty()) out.insert(out.end(), {"--origin", words.origin});
  for (const std::string& word : words.cookies)
    out.insert(out.end(), {"-b", starred(word, word.find('=') + 1)});
  if (!words.user.empty())
    out.insert(out.end(), {"-u", starred(words.user, words.user.find(':') + 1)});
  for (const std::string& word : words.subprotocols) out.insert(out.end(), {"--subprotocol", word});
  return out;
}

// ── Hiding ───────────────────────────────────────────────────────────────────────────────────────

namespace {

// A server may write down what it was sent.
void hide(result::Incident& incident, const base::Secrets& secrets) {
  incident.headline = secrets.hidden(incident.headline);
  for (auto* lines : {&incident.report, &incident.output}) {
    for (std::string& line : *lines) line = secrets.hidden(line);
  }
}

}  // namespace

void hide(result::CaseResult& result, const base::Secrets& secrets) {
  if (secrets.empty()) return;
  result::Evidence& evidence = result.evidence;
  for (std::string* text :
       {&result.script, &evidence.expected, &evidence.observed, &evidence.failed_text})
    *text = secrets.hidden(*text);
  for (result::Entry& entry : evidence.transcript.entries) {
    entry.text = secrets.hidden(entry.text);
    entry.octets = secrets.hidden(entry.octets);
  }
  if (evidence.incident) hide(*evidence.incident, secrets);
}

void hide(result::RunResult& result, const base::Secrets& secrets) {
  if (secrets.empty()) return;
  result::Target& target = result.target;
  for (std::string* text : {&result.command, &target.name, &target.url, &target.server})
    *text = secrets.hidden(*text);
  for (auto* list : {&target.arguments, &result.probe.notes, &result.gate.reasons}) {
    for (std::string& text : *list) text = secrets.hidden(text);
  }
  for (auto* list : {&result.cases, &result.controls}) {
    for (result::CaseResult& one : *list) hide(one, secrets);
  }
  for (result::Incident& incident : result.incidents) hide(incident, secrets);
  for (result::MonitorFinding& finding : result.monitor) {
    finding.explanation = secrets.hidden(finding.explanation);
    finding.octets = secrets.hidden(finding.octets);
  }
}

}  // namespace wsproof::run
