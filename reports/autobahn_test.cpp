#include "reports/autobahn.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/result/sample_run.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::reports {
namespace {

using nlohmann::json;
using result::CaseResult;
using result::Entry;
using result::RunResult;
using result::Word;
using testing::HasSubstr;
using testing::SizeIs;

CaseResult aliased(const std::string& id, const std::string& number, Word word) {
  CaseResult played;
  played.id = id;
  played.aliases = {"autobahn:" + number};
  played.verdict.word = word;
  played.evidence.took = std::chrono::milliseconds(7);
  played.evidence.transcript.entries = {{.kind = Entry::Kind::received,
                                         .link = 0,
                                         .at = {},
                                         .text = "close 1002",
                                         .octets = {0x88, 0x02, 0x03, 0xea},
                                         .size = 4,
                                         .header_size = 2,
                                         .hash = "",
                                         .script_line = 0},
                                        {.kind = Entry::Kind::ended,
                                         .link = 0,
                                         .at = {},
                                         .text = "eof",
                                         .octets = {},
                                         .size = 0,
                                         .header_size = 0,
                                         .hash = "",
                                         .script_line = 0}};
  return played;
}

json index_of(const RunResult& run) {
  return json::parse(autobahn({.runs = {&run, 1}}).front().text);
}

std::optional<std::string> nothing(const std::string&) { return std::nullopt; }

std::vector<script::Case> catalogue() {
  auto all = script::load(script::embedded_sources());
  EXPECT_TRUE(all.has_value());
  return all ? std::move(all->cases) : std::vector<script::Case>();
}

TEST(Autobahn, TheIndexHasTheShapeThatScriptsRead) {
  RunResult run;
  run.target.name = "My Server";
  run.cases = {aliased("a/1/x", "10.1.1", Word::pass), aliased("a/1/y", "2.10", Word::fail),
               aliased("a/1/z", "2.9", Word::unsupported)};
  const json index = index_of(run);
  EXPECT_EQ(index.at("My Server").at("10.1.1"),
            json::parse(R"({"behavior": "OK", "behaviorClose": "OK", "duration": 7,
                            "remoteCloseCode": 1002,
                            "reportfile": "my_server_1_case_10_1_1.json"})"));
  EXPECT_EQ(index.at("My Server").at("2.10").at("behavior"), "FAILED");
  EXPECT_EQ(index.at("My Server").at("2.9").at("behavior"), "UNIMPLEMENTED");
}

TEST(Autobahn, EveryReportFileOfTheIndexIsThere) {
  RunResult run = result::sample_run();
  const auto files = autobahn({.runs = {&run, 1}});
  const json index = index_of(run);
  for (const auto& [agent, cases] : index.items()) {
    for (const auto& [number, entry] : cases.items())
      EXPECT_TRUE(std::ranges::any_of(files, [&](const NamedFile& file) {
        return file.name == entry.at("reportfile").get<std::string>();
      }));
  }
}

TEST(Autobahn, TheWorstTellsWhereSeveralCasesStandForOneNumber) {
  RunResult run;
  run.target.name = "x";
  run.cases = {aliased("a/1/x", "1.1.1", Word::pass), aliased("a/1/y", "1.1.1", Word::hang),
               aliased("a/1/z", "1.1.1", Word::non_strict)};
  EXPECT_EQ(index_of(run).at("x").at("1.1.1").at("behavior"), "FAILED");
}

TEST(Autobahn, ItsResultsComeIntoOurMatrix) {
  const auto cases = catalogue();
  const std::string index = R"({"Agent/1.0": {
    "1.1.1": {"behavior": "OK", "behaviorClose": "OK", "duration": 2, "remoteCloseCode": 1000,
              "reportfile": "agent_case_1_1_1.json"},
    "6.4.1": {"behavior": "NON-STRICT", "behaviorClose": "OK", "duration": 1, "remoteCloseCode": 1007,
              "reportfile": "../etc/passwd"},
    "99.1.1": {"behavior": "FAILED", "behaviorClose": "FAILED", "duration": 3, "remoteCloseCode": null,
               "reportfile": ""}}})";
  std::vector<std::string> asked;
  const auto runs = from_autobahn(index, "index.json", cases, [&](const std::string& name) {
    asked.push_back(name);
    return std::optional<std::string>(R"({"description": "Send text.", "result": "As expected.",
                                          "expectation": "An echo."})");
  });
  ASSERT_TRUE(runs.has_value()) << runs.error().message;
  ASSERT_THAT(*runs, SizeIs(1));
  const RunResult& run = runs->front();
  EXPECT_EQ(run.target.name, "Agent/1.0");
  ASSERT_THAT(run.cases, SizeIs(3));
  EXPECT_THAT(run.cases[0].id, HasSubstr("rfc6455/5.2/"));
  EXPECT_EQ(run.cases[0].verdict.word, Word::pass);
  EXPECT_EQ(run.cases[0].evidence.observed, "As expected.");
  EXPECT_EQ(run.cases[1].verdict.word, Word::non_strict);
  EXPECT_EQ(run.cases[2].id, "autobahn/99/99.1.1");
  EXPECT_EQ(run.cases[2].verdict.word, Word::fail);
  EXPECT_THAT(asked, testing::ElementsAre("agent_case_1_1_1.json"));
}

TEST(Autobahn, ThereAndBackAgain) {
  const auto cases = catalogue();
  RunResult run;
  run.target.name = "ws";
  for (const script::Case& one : cases) {
    for (const std::string& alias : one.aliases)
      run.cases.push_back(aliased(script::id(one), alias.substr(9), Word::pass));
  }
  ASSERT_GT(run.cases.size(), 200U);
  const auto files = autobahn({.runs = {&run, 1}});
  const auto back = from_autobahn(files.front().text, "index.json", cases, nothing);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  for (const CaseResult& played : back->front().cases)
    EXPECT_EQ(played.verdict.word, Word::pass) << played.id;
  EXPECT_GT(back->front().cases.size(), 200U);
}

TEST(Autobahn, WhatIsNoIndexIsAnError) {
  for (const char* const text : {"", "[]", "{}", R"({"a": 1})", R"({"a": {"x": {}}})",
                                 R"({"a": {"1.1": 1}})", R"({"a": {"1.1": {"behavior": 1}}})",
                                 R"({"a": {"1.1.1.1.1.1.1.1": {"behavior": "OK"}}})"}) {
    const auto runs = from_autobahn(text, "index.json", {}, nothing);
    ASSERT_FALSE(runs.has_value()) << text;
    EXPECT_THAT(runs.error().message, HasSubstr("index.json"));
  }
}

TEST(Autobahn, HostileResultsAreJsonAllTheSame) {
  RunResult run = result::sample_run_with("\"}\xff\n\x1b[31m\u202e../");
  for (CaseResult& played : run.cases) played.aliases.emplace_back("autobahn:1.1.1");
  for (const NamedFile& file : autobahn({.runs = {&run, 1}})) {
    EXPECT_TRUE(json::accept(file.text)) << file.name;
    EXPECT_EQ(file.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."),
              std::string::npos);
  }
}

}  // namespace
}  // namespace wsproof::reports
