// Html: a page built from typed parts. Text from anywhere can only become text, whoever builds the
// page.
#pragma once

#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::reports {

namespace markup_detail {

/// Not constexpr: a name that gets here does not compile.
inline void not_a_safe_name() {}

consteval bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const std::string_view each : names) {
    if (each == name) return true;
  }
  return false;
}

}  // namespace markup_detail

/// The name of an element: a literal of ours, none that loads, runs or submits anything. What needs
/// such an element has a function of its own below.
class ElementName {
 public:
  consteval ElementName(const char* name) : name_(name) {  // implicit, so that a literal is a name
    using markup_detail::is_one_of;
    const bool known = is_one_of(
        name_,
        {"article", "aside",   "b",     "blockquote", "caption", "cite",       "code",   "dd",
         "details", "div",     "dl",    "dt",         "em",      "figcaption", "figure", "footer",
         "g",       "h1",      "h2",    "h3",         "h4",      "header",     "i",      "li",
         "line",    "main",    "mark",  "nav",        "ol",      "p",          "path",   "pre",
         "rect",    "section", "small", "span",       "strong",  "summary",    "svg",    "table",
         "tbody",   "td",      "text",  "th",         "thead",   "time",       "tr",     "ul"});
    if (!known) markup_detail::not_a_safe_name();
  }
  std::string_view text() const { return name_; }

 private:
  std::string_view name_;
};

/// The name of an attribute: a literal of ours, none whose value is an address, style or code.
class AttributeName {
 public:
  consteval AttributeName(const char* name) : name_(name) {
    using markup_detail::is_one_of;
    const bool known =
        name_.starts_with("aria-") || name_.starts_with("data-") ||
        is_one_of(name_, {"class", "colspan", "d", "height", "hidden", "open",
                          "preserveAspectRatio", "role", "scope", "tabindex", "title", "viewBox",
                          "width", "x", "x1", "x2", "y", "y1", "y2"});
    if (!known) markup_detail::not_a_safe_name();
  }
  std::string_view text() const { return name_; }

 private:
  std::string_view name_;
};

/// An attribute; the value may come from anywhere and lives until the call ends.
struct Attribute {
  AttributeName name;
  std::string_view value;
};

using Attributes = std::initializer_list<Attribute>;

/// A place in the page that can be linked to, made of any text: only letters, digits and ._/=+-
/// stand in it; the same text gives the same place.
class Anchor {
 public:
  explicit Anchor(std::string_view text);
  const std::string& text() const { return text_; }

  bool operator==(const Anchor&) const = default;
  auto operator<=>(const Anchor&) const = default;

 private:
  std::string text_;
};

/// Style or script of ours that stands in the page as it is. There are two: files of this folder
/// that were compiled in.
class Inline {
 public:
  std::string_view text() const { return text_; }

 private:
  explicit Inline(std::string_view text) : text_(text) {}
  friend Inline page_style();
  friend Inline page_script();
  std::string_view text_;
};

Inline page_style();
Inline page_script();

/// Where the style and the script of a page are.
enum class Assets {
  inside,  ///< in the page; its content security policy allows nothing but these two, by hash
  beside,  ///< in style.css and script.js of the same folder; the policy allows files of there only
};

/// A page under construction. Elements are closed in the order in which they must be.
class Html {
 public:
  /// The head, up to the begin of the body.
  Html(std::string_view title, Assets assets);

  /// An element that ends when the value dies.
  class [[nodiscard]] Scope {
   public:
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();

   private:
    friend class Html;
    explicit Scope(Html& page) : page_(page) {}
    Html& page_;
  };
  Scope in(ElementName name, Attributes attributes = {});
  Scope in(ElementName name, const Anchor& here, Attributes attributes = {});
  Scope in(ElementName name, const Anchor& here, const std::vector<Attribute>& attributes);

  /// A whole element with text in it.
  Html& element(ElementName name, std::string_view text);
  Html& element(ElementName name, Attributes attributes, std::string_view text);

  /// Text from anywhere: what has a meaning in HTML is escaped, and what is no visible character
  /// (controls, also line breaks, and what is not UTF-8) becomes a visible escape.
  Html& text(std::string_view anything);

  /// A link to a place of this page.
  Html& link(const Anchor& to, std::string_view text);

  /// A link to a page beside this one: [A-Za-z0-9._=+,-] and .html; only the text when it is not.
  Html& file_link(std::string_view file, std::string_view text);

  /// A link to a section of an RFC at its editor; only the text when they are not numbers.
  Html& rfc_link(std::string_view rfc, std::string_view section, std::string_view text);

  /// A line break in the source, where HTML does not mind one; inside `pre` it is one of the text.
  Html& line();

  /// How many octets there are so far.
  std::size_t size() const { return written_.size(); }

  /// Ends the page with its script; every scope must have ended.
  std::string take() &&;

 private:
  void open(ElementName name, std::span<const Attribute> attributes, const Anchor* here);
  void close();

  std::string written_;
  std::vector<std::string_view> inside_;  // names of the elements that are open
  std::set<std::string> places_;          // that elements are marked with; none twice
  Assets assets_;
};

}  // namespace wsproof::reports
