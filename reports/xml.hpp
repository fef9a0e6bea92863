// Xml: a document built from typed parts. Text from anywhere can only become text, and only
// characters that XML 1.0 knows.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::reports {

/// Puts `anything` behind `to` as text for HTML and XML, inside an element or a quoted attribute:
/// what has a meaning there is escaped, and what is no visible character, or none of XML 1.0 §2.2,
/// becomes a visible escape (base::for_terminal).
void append_escaped(std::string& to, std::string_view anything);

/// The name of an element or an attribute: a literal of ours, lower-case letters and hyphens.
class XmlName {
 public:
  consteval XmlName(const char* name) : name_(name) {  // implicit, so that a literal is a name
    for (const char letter : name_) {
      if ((letter < 'a' || letter > 'z') && letter != '-') not_a_name();
    }
  }
  std::string_view text() const { return name_; }

 private:
  static void not_a_name() {}  // not constexpr: a name that gets here does not compile
  std::string_view name_;
};

/// An attribute; the value may come from anywhere and lives until the call ends. Without a value it
/// is left out.
struct XmlAttribute {
  XmlName name;
  std::string_view value;
};

using XmlAttributes = std::initializer_list<XmlAttribute>;

/// A document under construction. Elements are closed in the order in which they must be; each
/// stands on lines of its own.
class Xml {
 public:
  Xml();

  /// An element that ends when the value dies.
  class [[nodiscard]] Scope {
   public:
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();

   private:
    friend class Xml;
    explicit Scope(Xml& document) : document_(document) {}
    Xml& document_;
  };
  Scope in(XmlName name, XmlAttributes attributes = {});

  /// A whole element with text in it, whose line breaks stay.
  Xml& element(XmlName name, XmlAttributes attributes, std::string_view text = {});

  /// Ends the document; every scope must have ended.
  std::string take() &&;

 private:
  void open(XmlName name, XmlAttributes attributes);

  std::string written_;
  std::vector<std::string_view> inside_;  // names of the elements that are open
};

}  // namespace wsproof::reports
