#include "reports/markup.hpp"

#include <gmock/gmock.h>

#include "reports/tag_reader.hpp"

namespace wsproof::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

// What stands between the body's tags.
std::string body(Html&& page) {
  const std::string text = std::move(page).take();
  const std::size_t begin = text.find("<body>\n") + 7;
  return text.substr(begin, text.rfind("<script>") - begin);
}

Html empty_page() { return Html("title", Assets::inside); }

TEST(Markup, TextIsOnlyText) {
  struct Row {
    std::string text;
    std::string written;
  };
  const std::vector<Row> table = {
      {"plain – text", "plain – text"},
      {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"\" onmouseover='x", "&quot; onmouseover=&#39;x"},
      {"&lt;", "&amp;lt;"},
      {"]]>", "]]&gt;"},
      {std::string("a\0b", 3), R"(a\x00b)"},
      {"\x1b[31m", R"(\x1b[31m)"},
      {"a\r\nb", R"(a\x0d\x0ab)"},
      {"\u202e\u2066", R"(\u{202e}\u{2066})"},
      {"\xff\xed\xa0\x80", R"(\xff\xed\xa0\x80)"},
      {"", ""},
  };
  for (const auto& [text, written] : table) {
    Html page = empty_page();
    page.text(text);
    EXPECT_EQ(body(std::move(page)), written);
    Html in_attribute = empty_page();
    in_attribute.element("p", {{"title", text}}, "x");
    EXPECT_EQ(body(std::move(in_attribute)),
              text.empty() ? "<p title>x</p>" : "<p title=\"" + written + "\">x</p>");
  }
}

TEST(Markup, ElementsEndInTheOrderOfTheirScopes) {
  Html page = empty_page();
  {
    const auto outer = page.in("section", Anchor("here"), {{"class", "a"}});
    page.element("h2", "One");
    const auto inner = page.in("p");
    page.text("two");
  }
  EXPECT_EQ(body(std::move(page)),
            R"(<section id="here" class="a"><h2>One</h2><p>two</p></section>)");
}

TEST(Markup, AnAnchorIsHarmlessAndTellsTextsApart) {
  EXPECT_EQ(Anchor("rfc6455/5.2/reserved-bits/rsv=4").text(), "rfc6455/5.2/reserved-bits/rsv=4");
  EXPECT_EQ(Anchor("\" x=<>#%").text(), "~22~20x=~3c~3e~23~25");
  EXPECT_NE(Anchor("~22"), Anchor("\""));
  EXPECT_EQ(Anchor("").text(), "~");
  EXPECT_LE(Anchor(std::string(100'000, '<')).text().size(), 1000U);
}

TEST(Markup, ALinkStaysInThePageOrGoesToTheRfcEditor) {
  Html page = empty_page();
  page.link(Anchor("a b"), "<x>").rfc_link("6455", "5.2", "RFC");
  page.rfc_link("6455\" onclick=\"x", "5.2", "no").rfc_link("IANA", "", "link");
  EXPECT_EQ(body(std::move(page)),
            "<a href=\"#a~20b\">&lt;x&gt;</a><a "
            "href=\"https://www.rfc-editor.org/rfc/rfc6455#section-5.2\" "
            "rel=\"noopener noreferrer\">RFC</a>nolink");
}

TEST(Markup, ThePolicyAllowsOnlyTheOneStyleAndTheOneScript) {
  const std::string page = empty_page().take();
  EXPECT_THAT(page,
              testing::ContainsRegex(
                  "content=\"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; "
                  "script-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'\""));
  EXPECT_THAT(page, Not(HasSubstr("unsafe-inline")));
}

TEST(Markup, TheFilesOfThePageAskForNothing) {
  for (const std::string_view text : {page_style().text(), page_script().text()}) {
    EXPECT_FALSE(text.empty());
    for (const char* const word :
         {"url(", "@import", "http:", "https:", "fetch(", "XMLHttpRequest", "WebSocket", "import(",
          "eval(", "innerHTML", "outerHTML", "document.write", "insertAdjacentHTML"}) {
      EXPECT_THAT(std::string(text), Not(HasSubstr(word)));
    }
  }
}

}  // namespace
}  // namespace wsproof::reports
