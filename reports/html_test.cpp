#include "reports/html.hpp"

#include <gmock/gmock.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/result/sample_run.hpp"
#include "harness/wire/utf8.hpp"
#include "reports/tag_reader.hpp"

namespace wsproof::reports {
namespace {

using result::CaseResult;
using result::RunResult;
using result::Word;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> all = {
      "<script>alert(1)</script>",
      "]]>",
      "\x1b[31m",
      std::string("\0", 1),
      "\u202e",
      "\" onmouseover=\"alert(1)\" x=\"",
      "' onfocus='alert(1)",
      "</pre></td></table></main><h1>",
      "</title><style>*{display:none}</style>",
      "<!--",
      "javascript:alert(1)//",
      "&lt;img src=x&gt;",
      "\xff\xc3(",
      "{{constructor.constructor('x')()}}",
      std::string(20'000, '<'),
  };
  return all;
}

std::string html(const RunResult& run) { return reports::html({.runs = {&run, 1}}); }

std::string part_of(const std::string& page, const std::string& begin, const std::string& end) {
  const std::size_t from = page.find(begin);
  if (from == std::string::npos) return "";
  return page.substr(from, page.find(end, from) - from);
}

// The names of the tags, and of the attributes that are in them.
std::vector<std::string> structure(const std::vector<Token>& tokens) {
  std::vector<std::string> all;
  for (const Token& token : tokens) {
    if (token.name.empty()) continue;
    std::string tag = token.name;
    for (const auto& [name, value] : token.attributes) tag += " " + name;
    all.push_back(std::move(tag));
  }
  return all;
}

// The same text without the characters that mean something in HTML.
std::string defused(std::string text) {
  std::ranges::replace_if(
      text, [](char character) { return std::string_view("<>&\"'").contains(character); }, 'x');
  return text;
}

// A run of `count` cases in which those that do not pass all end in `word`.
RunResult run_of(std::size_t count, Word word) {
  RunResult run = result::sample_run();
  const std::vector<CaseResult> once = run.cases;
  for (std::size_t copy = 1; run.cases.size() < count; ++copy) {
    for (CaseResult played : once) {
      played.id += "/copy=" + std::to_string(copy);
      if (word != Word::pass) played.verdict.word = word;
      run.cases.push_back(std::move(played));
    }
  }
  run.cases.resize(count);
  return run;
}

TEST(Html, TheSameRunGivesTheSameOctets) {
  EXPECT_EQ(html(result::sample_run()), html(result::sample_run()));
}

TEST(Html, EveryElementEnds) {
  for (const RunResult& run : {result::sample_run(), RunResult{}, run_of(500, Word::crash)}) {
    EXPECT_EQ(nesting_problem(read_tags(html(run))), "");
  }
}

TEST(Html, HostileTextDoesNotChangeTheStructure) {
  for (const std::string& text : hostile_texts()) {
    const std::string page = html(result::sample_run_with(text));
    const auto tokens = read_tags(page);
    EXPECT_EQ(nesting_problem(tokens), "") << text.substr(0, 40);
    // Longer texts make a page that is cut sooner; all else must be the same.
    if (text.size() < 100) {
      const auto harmless = read_tags(html(result::sample_run_with(defused(text))));
      EXPECT_TRUE(structure(tokens) == structure(harmless)) << text;
    }
    EXPECT_EQ(std::ranges::count(tokens, "script", &Token::name), 1);
    EXPECT_EQ(std::ranges::count(tokens, "style", &Token::name), 1);
  }
}

TEST(Html, NothingInvisibleReachesThePage) {
  for (const std::string& text : hostile_texts()) {
    const std::string page = html(result::sample_run_with(text));
    EXPECT_TRUE(wire::is_utf8(base::as_octets(page)));
    EXPECT_EQ(page.find_first_of(std::string_view("\0\x1b\r\t\x7f", 5)), std::string::npos);
    EXPECT_THAT(page, Not(HasSubstr("\u202e")));
  }
}

TEST(Html, OnlyHarmlessAttributesAndAddressesOccur) {
  for (const std::string& text : hostile_texts()) {
    for (const Token& token : read_tags(html(result::sample_run_with(text)))) {
      for (const auto& [name, value] : token.attributes) {
        EXPECT_FALSE(name.starts_with("on") || name == "style" || name == "src" || name == "srcdoc")
            << name;
        if (name == "href") {
          EXPECT_THAT(value, AnyOf(testing::StartsWith("#"),
                                   testing::StartsWith("https://www.rfc-editor.org/rfc/rfc")));
        }
      }
    }
  }
}

TEST(Html, EveryLinkInsideThePageHasATarget) {
  const auto tokens = read_tags(html(result::sample_run()));
  std::set<std::string> targets;
  for (const Token& token : tokens) {
    const auto id = token.attributes.find("id");
    if (id == token.attributes.end()) continue;
    EXPECT_TRUE(targets.insert(id->second).second) << id->second << " twice";
  }
  for (const Token& token : tokens) {
    const auto link = token.attributes.find("href");
    if (link == token.attributes.end() || !link->second.starts_with('#')) continue;
    EXPECT_TRUE(targets.contains(link->second.substr(1))) << link->second;
  }
}

TEST(Html, HeadingsGoDownOneLevelAtATime) {
  int before = 0;
  for (const Token& token : read_tags(html(result::sample_run()))) {
    if (token.name.size() != 2 || token.name[0] != 'h' || token.name[1] < '1' ||
        token.name[1] > '6')
      continue;
    const int level = token.name[1] - '0';
    EXPECT_LE(level, before + 1);
    before = level;
  }
}

TEST(Html, ThePolicyHasTheHashesOfWhatIsThere) {
  const auto tokens = read_tags(html(result::sample_run()));
  const auto policy = std::ranges::find_if(
      tokens, [](const Token& token) { return token.attributes.contains("http-equiv"); });
  ASSERT_NE(policy, tokens.end());
  for (auto at = tokens.begin(); at != tokens.end(); ++at) {
    if (at->name != "style" && at->name != "script") continue;
    const std::string& text = std::next(at)->text;
    std::array<std::uint8_t, 32> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    EXPECT_THAT(policy->attributes.at("content"),
                HasSubstr(at->name + "-src 'sha256-" + base::to_base64(digest) + "'"));
  }
}

TEST(Html, AFailureIsExplainedBeforeTheTableOfAllCases) {
  const std::string page = html(result::sample_run());
  const std::size_t article = page.find("<article id=\"rfc6455/5.2/reserved-bits/rsv=4\"");
  ASSERT_NE(article, std::string::npos);
  EXPECT_LT(article, page.find("<table class=\"cases\">"));
  const std::string told = page.substr(article, page.find("</article>", article) - article);
  for (const char* const part :
       {"✗ fail", "RFC 6455 §5.2", "MUST", "6455-5.2-4", "text &quot;hi&quot; rsv=4",
        "A Close with 1002", "an echo", "← not met", "cases/rfc6455/5.2-framing.case:42",
        "wsproof run rfc6455/5.2/reserved-bits/rsv=4 --target gorilla -vv", "Target (server)",
        "<span data-p=\"0\">81</span> <span data-p=\"1\">02</span>", "<dt>FIN</dt><dd>1</dd>",
        "<dt>opcode</dt><dd>1 text</dd>", "<svg "}) {
    EXPECT_THAT(told, HasSubstr(part));
  }
}

TEST(Html, EveryCaseThatDidNotPassHasItsScript) {
  const RunResult run = result::sample_run();
  const std::string page = html(run);
  for (const CaseResult& played : run.cases) {
    if (played.verdict.word == Word::pass) continue;
    const std::size_t begin = page.find(" id=\"" + played.id + "\"");
    ASSERT_NE(begin, std::string::npos) << played.id;
    const std::string told = page.substr(begin, 20'000);
    EXPECT_THAT(told, HasSubstr("<pre class=\"script\">")) << played.id;
  }
}

TEST(Html, EveryWordOccursAsText) {
  const std::string page = html(result::sample_run());
  for (const char* const word : {"✓ pass", "✗ fail", "~ non-strict", "i info", "– unsupported",
                                 "? inconclusive", "‼ crash", "∞ hang", "± flaky", "· not-run"}) {
    EXPECT_THAT(page, HasSubstr(word));
  }
}

TEST(Html, AControlThatDidNotPassIsExplained) {
  RunResult run = result::sample_run();
  EXPECT_THAT(html(run), Not(HasSubstr("is in doubt")));
  run.controls.back().verdict = {.word = Word::hang, .reason = "no-reaction", .requirement = ""};
  const std::string page = html(run);
  EXPECT_THAT(page, HasSubstr("Control 2 of 2 did not pass"));
  EXPECT_THAT(page, HasSubstr("<article id=\"control/2\" class=\"hang\""));
  EXPECT_THAT(page, HasSubstr("1 of 2 pass"));
}

TEST(Html, WithoutASentenceTheReasonIsTold) {
  RunResult run;
  run.cases.resize(1);
  run.cases[0].id = "rfc6455/5.4/x";
  run.cases[0].verdict = {.word = Word::unsupported, .reason = "needs-echo", .requirement = ""};
  EXPECT_THAT(html(run), HasSubstr("<small>needs-echo</small>"));
}

TEST(Html, ATargetWithoutANameIsToldOnce) {
  RunResult run;
  run.target.url = run.target.name = "ws://127.0.0.1:19101/";
  const std::string head = part_of(html(run), "<header", "</header>");
  EXPECT_THAT(head, HasSubstr("<h1>ws://127.0.0.1:19101/</h1>"));
  EXPECT_THAT(head, Not(HasSubstr("<code>ws://127.0.0.1:19101/</code>")));
}

TEST(Html, TheGateIsToldInWords) {
  RunResult run = result::sample_run();
  EXPECT_THAT(html(run), HasSubstr("Gate not passed"));
  run.gate = {.passed = true, .strict = false, .reasons = {}};
  EXPECT_THAT(html(run), HasSubstr("Gate passed"));
}

// Whatever becomes of the whole catalogue; what has no article has a row.
TEST(Html, TwoThousandCasesStayBelowTwoMegabytes) {
  for (const Word word : {Word::pass, Word::fail, Word::crash, Word::inconclusive, Word::non_strict,
                          Word::info, Word::not_run}) {
    const std::string page = html(run_of(2000, word));
    EXPECT_LT(page.size(), 2'000'000U) << name(word);
    EXPECT_GT(page.size(), 1'400'000U) << name(word) << ": there is room for more";
    const auto tokens = read_tags(page);
    EXPECT_EQ(std::ranges::count_if(tokens,
                                    [](const Token& token) {
                                      return token.name == "tr" &&
                                             token.attributes.contains("data-word");
                                    }),
              2000);
  }
}

// In a folder too, whose first page leads to all the others.
TEST(Html, TheFirstPageOfAFolderStaysBelowTwoMegabytes) {
  for (const Word word : {Word::pass, Word::fail, Word::non_strict}) {
    RunResult run = run_of(2000, word);
    for (CaseResult& played : run.cases) played.evidence.observed = std::string(300, 'o');
    const auto files = html_folder({.runs = {&run, 1}});
    EXPECT_EQ(files.size(), 3U + 2000U);
    const std::string& page = files.front().text;
    EXPECT_LT(page.size(), 2'000'000U) << name(word);
    std::set<std::string> linked;
    for (const Token& token : read_tags(page)) {
      if (token.name == "a" && token.attributes.contains("href"))
        linked.insert(token.attributes.at("href"));
    }
    for (std::size_t at = 3; at < files.size(); ++at) EXPECT_TRUE(linked.contains(files[at].name));
    const auto articles = std::ranges::count(read_tags(page), "article", &Token::name);
    EXPECT_TRUE(word == Word::pass || articles > 100) << name(word) << ": " << articles;
  }
}

TEST(Html, AsMuchIsToldAsThereIsRoomFor) {
  const auto diagrams = [](std::size_t cases) {
    return std::ranges::count(read_tags(html(run_of(cases, Word::fail))), "svg", &Token::name);
  };
  EXPECT_GT(diagrams(300), 20);
  EXPECT_GT(diagrams(1000), 10);
}

// Of a target with hundreds of failures each family that failed has an article, many of them in
// full; what passed has the room that is left over.
TEST(Html, EachFamilyThatFailedIsToldHoweverMuchElseThereIs) {
  RunResult run = run_of(2000, Word::pass);
  std::size_t number = 0;
  for (CaseResult& played : run.cases) {
    played.place.line = 10 + static_cast<std::uint32_t>(++number % 300);
    if (number % 300 < 60) played.verdict = {Word::fail, "no-match", "6455-5.2-4"};
    if (number % 300 >= 60) played.verdict.word = number % 3 == 0 ? Word::non_strict : Word::pass;
    played.evidence.observed = std::string(300, 'o');
  }
  const std::string page = html(run);
  EXPECT_LT(page.size(), 2'000'000U);
  const std::string failures = part_of(page, "<section id=\"failures\"", "</section>");
  std::set<std::uint32_t> families;
  for (const CaseResult& played : run.cases) {
    if (failures.find("<article id=\"" + played.id + "\"") != std::string::npos)
      families.insert(played.place.line);
  }
  EXPECT_EQ(families.size(), 60U);
  EXPECT_GT(std::ranges::count(read_tags(failures), "svg", &Token::name), 15);
}

// A table that fills the page by itself does not put out what failed.
TEST(Html, ThereAreArticlesHoweverLongTheTableIs) {
  RunResult run = run_of(6000, Word::fail);
  for (CaseResult& played : run.cases) played.evidence.observed = std::string(300, 'o');
  const std::string page = html(run);
  const std::string failures = part_of(page, "<section id=\"failures\"", "</section>");
  EXPECT_GT(std::ranges::count(read_tags(failures), "article", &Token::name), 3);
  EXPECT_THAT(failures, HasSubstr(" more of the same kind"));
}

TEST(Html, LongLogsAreCutInView) {
  RunResult run = result::sample_run();
  const auto failed = std::ranges::find(run.cases, Word::fail,
                                        [](const CaseResult& one) { return one.verdict.word; });
  auto& log = failed->evidence.transcript;
  while (log.entries.size() < result::Transcript::kept_entries)
    log.entries.push_back(log.entries.back());
  log.dropped = 7000;
  const std::string page = html(run);
  EXPECT_THAT(page, HasSubstr("452 more events"));
  EXPECT_THAT(page, HasSubstr("7000 more events"));
}

}  // namespace
}  // namespace wsproof::reports
