#include "reports/markup.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "harness/base/check.hpp"
#include "harness/base/octets.hpp"
#include "reports/embedded.hpp"
#include "reports/xml.hpp"

namespace wsproof::reports {

namespace {

// `'sha256-…'` as a content security policy wants it.
std::string csp_hash(std::string_view text) {
  std::array<std::uint8_t, 32> digest{};
  CHECK(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return "'sha256-" + base::to_base64(digest) + "'";
}

bool is_number_path(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

Anchor::Anchor(std::string_view text) {
  constexpr std::string_view kept =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/=+-";
  for (const char character : text.substr(0, 300)) {
    if (kept.find(character) != std::string_view::npos) {
      text_ += character;
    } else {
      text_ += '~';
      text_ += base::to_hex(base::as_octets({&character, 1}));
    }
  }
  if (text_.empty()) text_ = "~";
}

Inline page_style() { return Inline(embedded_style()); }

Inline page_script() { return Inline(embedded_script()); }

Html::Html(std::string_view title, Assets assets) : assets_(assets) {
  const Inline style = page_style();
  const Inline script = page_script();
  // Nothing in them may end the element that they stand in.
  CHECK(style.text().find("</") == std::string_view::npos);
  CHECK(script.text().find("</") == std::string_view::npos);
  const bool inside = assets == Assets::inside;
  const std::string policy =
      inside ? "style-src " + csp_hash(style.text()) + "; script-src " + csp_hash(script.text())
             : "style-src 'self' file:; script-src 'self' file:";
  written_ =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; " +
      policy +
      "; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>";
  text(title);
  written_ += "</title>\n";
  if (inside) {
    written_ += "<style>";
    written_ += style.text();
    written_ += "</style>\n</head>\n<body>\n";
  } else {
    written_ +=
        "<link rel=\"stylesheet\" href=\"style.css\">\n<script src=\"script.js\" "
        "defer></script>\n</head>\n<body>\n";
  }
}

Html::Scope::~Scope() { page_.close(); }

Html::Scope Html::in(ElementName name, Attributes attributes) {
  open(name, {attributes.begin(), attributes.size()}, nullptr);
  return Scope(*this);
}

Html::Scope Html::in(ElementName name, const Anchor& here, Attributes attributes) {
  open(name, {attributes.begin(), attributes.size()}, &here);
  return Scope(*this);
}

Html::Scope Html::in(ElementName name, const Anchor& here,
                     const std::vector<Attribute>& attributes) {
  open(name, attributes, &here);
  return Scope(*this);
}

Html& Html::element(ElementName name, std::string_view anything) {
  return element(name, {}, anything);
}

Html& Html::element(ElementName name, Attributes attributes, std::string_view anything) {
  open(name, {attributes.begin(), attributes.size()}, nullptr);
  text(anything);
  close();
  return *this;
}

Html& Html::text(std::string_view anything) {
  append_escaped(written_, anything);
  return *this;
}

Html& Html::link(const Anchor& to, std::string_view anything) {
  written_ += "<a href=\"#" + to.text() + "\">";
  text(anything);
  written_ += "</a>";
  return *this;
}

Html& Html::file_link(std::string_view file, std::string_view anything) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._=+,-";
  if (!file.ends_with(".html") || file.find_first_not_of(plain) != std::string_view::npos)
    return text(anything);
  written_ += "<a href=\"";
  written_ += file;
  written_ += "\">";
  text(anything);
  written_ += "</a>";
  return *this;
}

Html& Html::rfc_link(std::string_view rfc, std::string_view section, std::string_view anything) {
  if (!is_number_path(rfc) || !is_number_path(section)) return text(anything);
  written_ += "<a href=\"https://www.rfc-editor.org/rfc/rfc";
  written_ += rfc;
  written_ += "#section-";
  written_ += section;
  written_ += "\" rel=\"noopener noreferrer\">";
  text(anything);
  written_ += "</a>";
  return *this;
}

Html& Html::line() {
  written_ += '\n';
  return *this;
}

std::string Html::take() && {
  CHECK(inside_.empty());
  if (assets_ == Assets::inside) {
    written_ += "<script>";
    written_ += page_script().text();
    written_ += "</script>\n";
  }
  written_ += "</body>\n</html>\n";
  return std::move(written_);
}

void Html::open(ElementName name, std::span<const Attribute> attributes, const Anchor* here) {
  written_ += '<';
  written_ += name.text();
  if (here != nullptr && places_.insert(here->text()).second)
    written_ += " id=\"" + here->text() + "\"";
  for (const Attribute& attribute : attributes) {
    written_ += ' ';
    written_ += attribute.name.text();
    if (attribute.value.empty()) continue;  // as in `open`
    written_ += "=\"";
    append_escaped(written_, attribute.value);
    written_ += '"';
  }
  written_ += '>';
  inside_.push_back(name.text());
}

void Html::close() {
  CHECK(!inside_.empty());
  written_ += "</";
  written_ += inside_.back();
  written_ += '>';
  inside_.pop_back();
}

}  // namespace wsproof::reports
