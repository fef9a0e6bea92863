#include "reports/xml.hpp"

#include "harness/base/check.hpp"
#include "harness/base/escape.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

namespace {

// U+FFFE and U+FFFF are UTF-8 like any other, and the only visible characters that XML forbids.
constexpr std::string_view noncharacters = "\xef\xbf\xbe\xef\xbf\xbf";

std::string without_noncharacters(std::string text) {
  for (std::size_t at = 0; (at = text.find("\xef\xbf", at)) != std::string::npos;) {
    const bool forbidden = noncharacters.find(text.substr(at, 3)) != std::string_view::npos;
    if (!forbidden) {
      at += 2;
      continue;
    }
    const std::string_view escape = text[at + 2] == '\xbe' ? "\\u{fffe}" : "\\u{ffff}";
    text.replace(at, 3, escape);
    at += escape.size();
  }
  return text;
}

}  // namespace

void append_escaped(std::string& to, std::string_view anything) {
  for (const char character : without_noncharacters(base::for_terminal(anything))) {
    switch (character) {
      case '&':
        to += "&amp;";
        break;
      case '<':
        to += "&lt;";
        break;
      case '>':
        to += "&gt;";
        break;
      case '"':
        to += "&quot;";
        break;
      case '\'':
        to += "&#39;";
        break;
      default:
        to += character;
    }
  }
}

Xml::Xml() : written_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

Xml::Scope::~Scope() {
  Xml& document = document_;
  const std::string_view name = document.inside_.back();
  document.inside_.pop_back();
  document.written_.append(2 * document.inside_.size(), ' ');
  document.written_.append("</").append(name).append(">\n");
}

Xml::Scope Xml::in(XmlName name, XmlAttributes attributes) {
  open(name, attributes);
  written_ += ">\n";
  inside_.push_back(name.text());
  return Scope(*this);
}

Xml& Xml::element(XmlName name, XmlAttributes attributes, std::string_view text) {
  open(name, attributes);
  if (text.empty()) {
    written_ += "/>\n";
    return *this;
  }
  written_ += '>';
  bool first = true;
  for (const std::string_view line : lines(text)) {
    if (!first) written_ += '\n';
    first = false;
    append_escaped(written_, line);
  }
  written_.append("</").append(name.text()).append(">\n");
  return *this;
}

std::string Xml::take() && {
  CHECK(inside_.empty());
  return std::move(written_);
}

void Xml::open(XmlName name, XmlAttributes attributes) {
  written_.append(2 * inside_.size(), ' ').append("<").append(name.text());
  for (const XmlAttribute& attribute : attributes) {
    if (attribute.value.empty()) continue;
    written_.append(" ").append(attribute.name.text()).append("=\"");
    append_escaped(written_, attribute.value);
    written_ += '"';
  }
}

}  // namespace wsproof::reports
