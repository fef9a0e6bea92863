#include "harness/base/secrets.hpp"

#include <algorithm>
#include <array>

namespace wsproof::base {

namespace {

// Shorter pieces of base64 are too common to be told from other text.
constexpr std::size_t shortest_core = 6;

// What base64 makes of `secret` when `before` octets (0, 1 or 2) stand in front of it: only those
// digits that depend on nothing but the secret.
std::string base64_core(std::string_view secret, std::size_t before) {
  Octets all(before, 0);
  append(all, secret);
  const std::size_t bits = 8 * all.size();
  const std::size_t first = (8 * before + 5) / 6;  // the first digit without a bit from before
  const std::size_t last = bits / 6;               // the first digit with a bit from behind
  return last > first ? to_base64(all).substr(first, last - first) : std::string();
}

void hide(std::string& text, const std::string& form) {
  for (std::size_t at = text.find(form); at != std::string::npos;
       at = text.find(form, at + form.size())) {
    text.replace(at, form.size(), form.size(), '*');
  }
}

}  // namespace

void Secrets::add(std::string_view secret) {
  if (secret.size() < shortest) return;
  forms_.emplace_back(secret);
  for (const std::size_t before : std::array<std::size_t, 3>{0, 1, 2}) {
    std::string core = base64_core(secret, before);
    if (core.size() >= shortest_core) forms_.push_back(std::move(core));
  }
  std::ranges::sort(forms_, std::ranges::greater{}, &std::string::size);
}

std::string Secrets::hidden(std::string_view text) const {
  std::string out(text);
  for (const std::string& form : forms_) hide(out, form);
  return out;
}

Octets Secrets::hidden(OctetView octets) const {
  if (empty()) return {octets.begin(), octets.end()};
  const std::string out = hidden(as_text(octets));
  return base::octets(out);
}

}  // namespace wsproof::base
