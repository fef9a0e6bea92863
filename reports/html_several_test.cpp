// The HTML report of several runs, of a folder, and of what changed.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "harness/result/sample_run.hpp"
#include "reports/html.hpp"
#include "reports/tag_reader.hpp"

namespace wsproof::reports {
namespace {

using result::RunResult;
using result::Word;
using testing::HasSubstr;
using testing::Not;

RunResult named(const std::string& name) {
  RunResult run = result::sample_run();
  run.target.name = name;
  return run;
}

// "gorilla" as it is, and "beast" to which one case more happened and another did not.
std::vector<RunResult> two() {
  std::vector<RunResult> runs = {named("gorilla"), named("beast")};
  runs[1].cases.front().verdict.word = Word::crash;
  runs[1].cases.pop_back();
  return runs;
}

const NamedFile* file(const std::vector<NamedFile>& files, std::string_view name) {
  const auto found = std::ranges::find(files, name, &NamedFile::name);
  return found == files.end() ? nullptr : &*found;
}

TEST(HtmlSeveral, EveryTargetHasAColumn) {
  const auto runs = two();
  const std::string page = html({.runs = runs});
  EXPECT_EQ(nesting_problem(read_tags(page)), "");
  EXPECT_THAT(page, HasSubstr("<h1>gorilla and beast</h1>"));
  EXPECT_THAT(page,
              HasSubstr("<th scope=\"col\" data-run=\"gorilla\">gorilla</th><th scope=\"col\" "
                        "data-run=\"beast\">beast</th>"));
  EXPECT_THAT(page, HasSubstr("<tr id=\"rfc6455/4.1/baseline\" data-word=\"pass crash\""));
  EXPECT_THAT(page, HasSubstr("<article id=\"beast/rfc6455/4.1/baseline\" class=\"crash\""));
  EXPECT_THAT(page, HasSubstr("not played"));
  EXPECT_THAT(page, Not(HasSubstr("<article id=\"gorilla/rfc6455/4.1/baseline\"")));
}

TEST(HtmlSeveral, ManyTargetsAreCountedInTheHeading) {
  std::vector<RunResult> runs;
  for (int i = 0; i < 7; ++i) runs.push_back(named("number " + std::to_string(i)));
  EXPECT_THAT(html({.runs = runs}), HasSubstr("<h1>7 targets</h1>"));
}

TEST(HtmlSeveral, AnArticleTellsHowTheOthersDid) {
  const auto runs = two();
  const std::string page = html({.runs = runs});
  const std::size_t begin = page.find("<article id=\"beast/rfc6455/4.1/baseline\"");
  ASSERT_NE(begin, std::string::npos);
  const std::string told = page.substr(begin, page.find("</article>", begin) - begin);
  EXPECT_THAT(told, HasSubstr("<li>gorilla <span class=\"w pass\">✓ pass</span></li>"));
}

TEST(HtmlSeveral, LinksHaveTargetsAndPlacesAreNotTakenTwice) {
  const auto runs = two();
  const std::vector<RunResult> before = {named("beast")};
  const auto tokens = read_tags(html({.runs = runs, .before = before}));
  std::set<std::string> targets;
  for (const Token& token : tokens) {
    if (const auto id = token.attributes.find("id"); id != token.attributes.end()) {
      EXPECT_TRUE(targets.insert(id->second).second) << id->second << " twice";
    }
  }
  for (const Token& token : tokens) {
    const auto link = token.attributes.find("href");
    if (link == token.attributes.end() || !link->second.starts_with('#')) continue;
    EXPECT_TRUE(targets.contains(link->second.substr(1))) << link->second;
  }
}

TEST(HtmlSeveral, ManyTargetsMakeAMatrix) {
  std::vector<RunResult> runs;
  for (int i = 0; i < 9; ++i) runs.push_back(named("server-" + std::to_string(i)));
  runs[3].cases.front().verdict.word = Word::crash;
  runs[4].cases.front().verdict.word = Word::non_strict;
  const std::string page = html({.runs = runs});
  EXPECT_EQ(nesting_problem(read_tags(page)), "");
  EXPECT_THAT(page, HasSubstr("<article id=\"server-3/rfc6455/4.1/baseline\" class=\"crash\""));
  EXPECT_THAT(page, Not(HasSubstr("server-4/rfc6455/4.1/baseline")));
  const std::vector<RunResult> few(runs.begin(), runs.begin() + 8);
  const std::string detailed = html({.runs = few});
  EXPECT_THAT(detailed, HasSubstr("<article id=\"server-4/rfc6455/4.1/baseline\""));
  EXPECT_LT(page.size(), detailed.size());
}

TEST(HtmlSeveral, WhatChangedIsTold) {
  const RunResult now = result::sample_run();
  RunResult before = now;
  for (auto& played : before.cases) {
    if (played.verdict.word == Word::crash) played.verdict.word = Word::pass;
  }
  const std::string page = html({.runs = {&now, 1}, .before = {&before, 1}});
  EXPECT_THAT(page, HasSubstr("<section id=\"changes\">"));
  EXPECT_THAT(page, HasSubstr("data-changed=\"newly broken\""));
  EXPECT_THAT(page, HasSubstr("the run before: <span class=\"w pass\">✓ pass</span>"));
  EXPECT_THAT(html({.runs = {&now, 1}}), Not(HasSubstr("id=\"changes\"")));
}

TEST(HtmlSeveral, ACaseThatAFileHoldsTwiceIsShownTwice) {
  RunResult run = result::sample_run();
  run.cases.push_back(run.cases.front());
  const auto rows = [](const std::string& page) {
    const auto tokens = read_tags(page);
    return std::ranges::count_if(tokens, [](const Token& token) {
      return token.name == "tr" && token.attributes.contains("data-word");
    });
  };
  const RunResult once = result::sample_run();
  EXPECT_EQ(rows(html({.runs = {&run, 1}})), rows(html({.runs = {&once, 1}})) + 1);
}

TEST(HtmlFolder, APageForEachCaseAndNothingInline) {
  const RunResult run = result::sample_run();
  const auto files = html_folder({.runs = {&run, 1}});
  EXPECT_EQ(files.size(), run.cases.size() + 3);
  ASSERT_NE(file(files, "index.html"), nullptr);
  ASSERT_NE(file(files, "style.css"), nullptr);
  ASSERT_NE(file(files, "script.js"), nullptr);
  const NamedFile* const page = file(files, "rfc6455,5.2,reserved-bits,rsv=4.html");
  ASSERT_NE(page, nullptr);
  for (const char* const part : {"<h1 class=\"id\">rfc6455/5.2/reserved-bits/rsv=4</h1>", "FIN",
                                 "<svg ", "Handshake", "href=\"index.html\""}) {
    EXPECT_THAT(page->text, HasSubstr(part));
  }
  std::set<std::string> names;
  for (const NamedFile& one : files) names.insert(one.name);
  EXPECT_EQ(names.size(), files.size());
  for (const NamedFile& one : files) {
    if (!one.name.ends_with(".html")) continue;
    const auto tokens = read_tags(one.text);
    EXPECT_EQ(nesting_problem(tokens), "") << one.name;
    for (const Token& token : tokens) {
      EXPECT_NE(token.name, "style") << one.name;
      const auto link = token.attributes.find("href");
      if (link == token.attributes.end() || link->second.starts_with("https://") ||
          link->second.starts_with('#'))
        continue;
      EXPECT_TRUE(names.contains(link->second)) << link->second;
    }
  }
}

TEST(HtmlFolder, HostileIdsBecomeHarmlessNames) {
  const RunResult run = result::sample_run_with("../../etc/<script>\n");
  for (const NamedFile& one : html_folder({.runs = {&run, 1}})) {
    EXPECT_EQ(one.name.find_first_not_of(
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._=+,-"),
              std::string::npos);
    EXPECT_LE(one.name.size(), 200U);
  }
}

}  // namespace
}  // namespace wsproof::reports
