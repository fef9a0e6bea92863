#include "harness/result/json.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "harness/result/sample_run.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::result {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// One case with all kinds of things in it, so that every value can be spoiled in turn.
RunResult small_run() {
  RunResult run = sample_run();
  const auto crash = [](const CaseResult& played) { return played.verdict.word == Word::crash; };
  run.cases = {*std::ranges::find_if(run.cases, crash)};
  run.controls.clear();
  run.shard = {.number = 2, .count = 3};
  run.rounds = 8;
  return run;
}

std::string problem(const std::string& text) {
  const auto run = from_json(text, "results.json");
  return run ? "none" : run.error().message;
}

TEST(Json, WhatWasWrittenIsReadBack) {
  for (const RunResult& run : {sample_run(), small_run(), RunResult{}}) {
    const auto back = from_json(to_json(run), "results.json");
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(*back, run);
  }
}

TEST(Json, LargestNumbersAreReadBack) {
  RunResult run = small_run();
  run.seed = UINT64_MAX;
  run.jobs = UINT32_MAX;
  run.took = base::Duration::max();
  run.probe.largest_echo = UINT64_MAX;
  EXPECT_EQ(from_json(to_json(run), ""), run);
}

TEST(Json, HostileTextIsReadBackAsItWas) {
  for (const std::string& text : {std::string("\0\x1b[31m\r\n\t\x7f", 9),
                                  std::string("\u202e\u2028\"\\</script>\U0001F600")}) {
    const RunResult run = sample_run_with(text);
    const auto back = from_json(to_json(run), "results.json");
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(*back, run);
  }
}

TEST(Json, TheSameRunGivesTheSameOctets) {
  EXPECT_EQ(to_json(sample_run()), to_json(sample_run()));
}

TEST(Json, OctetsThatAreNotUtf8AreWrittenAsEscapes) {
  const std::string text = to_json(sample_run_with("\xff\xc0\xaf\xed\xa0\x80"));
  EXPECT_TRUE(wire::is_utf8(base::as_octets(text)));
  EXPECT_THAT(text, HasSubstr(R"(\\xff\\xc0\\xaf\\xed\\xa0\\x80)"));
  EXPECT_TRUE(from_json(text, "results.json").has_value());
}

TEST(Json, TimesBelowZeroAreWrittenAsZero) {
  RunResult run;
  run.took = base::Duration{-1};
  EXPECT_EQ(from_json(to_json(run), "")->took, base::Duration{0});
}

TEST(Json, ACaseHasItsVerdictAndItsEvidenceInPartsOfTheirOwn) {
  const json played = json::parse(to_json(small_run()))["cases"][0];
  EXPECT_EQ(played["verdict"], json::parse(R"({
    "id": "rfc6455/8.1/invalid/what=beyond", "word": "crash", "reason": "died",
    "requirement": "6455-8.1-1", "checks": ["6455-8.1-1", "3629-3-2"], "delivery": "whole",
    "deliveries": []})"));
  EXPECT_TRUE(played["evidence"]["took_ns"].is_number_unsigned());
  EXPECT_EQ(played["evidence"]["transcript"]["entries"][3]["kind"], "sent");
}

TEST(Json, UnknownKeysAreIgnored) {
  json document = json::parse(to_json(small_run()));
  document["later"] = {{"x", 1}};
  document["cases"][0]["verdict"]["later"] = nullptr;
  EXPECT_EQ(from_json(document.dump(), ""), small_run());
}

TEST(Json, OtherVersionsAreRefusedByName) {
  EXPECT_EQ(problem(R"({"schema": "wsproof.results/2"})"),
            "results.json: /schema says \"wsproof.results/2\", and this version of wsproof reads "
            "only \"wsproof.results/1\".");
  EXPECT_THAT(problem("{}"), HasSubstr("/schema is missing"));
  EXPECT_THAT(problem(R"({"schema": 1})"), HasSubstr("/schema is not a string"));
  EXPECT_THAT(problem("[1]"), HasSubstr("the document is not an object"));
}

struct Bad {
  std::string text;
  std::string says;
};

// Older files say neither.
TEST(Json, ARunWithoutShardAndRoundsIsTheWholeOnce) {
  json document = json::parse(to_json(small_run()));
  document.erase("shard");
  document.erase("rounds");
  const auto run = from_json(document.dump(), "");
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_FALSE(run->shard || run->rounds);
}

TEST(Json, WhatIsNotJsonIsRefusedInOurWords) {
  EXPECT_THAT(problem("garbage"),
              testing::StartsWith("results.json: not JSON: parse error at line 1"));
}

TEST(Json, WhatIsNotJsonIsRefused) {
  const std::vector<Bad> table = {
      {"", "not JSON"},
      {"{\"schema\": ", "not JSON"},
      {"{\"schema\": \"\xff\"}", "not JSON"},
      {"{\"schema\": \"\\ud800\"}", "not JSON"},
      {"{\"seed\": 1e999}", "not JSON"},
      {std::string("\0", 1), "not JSON"},
      {std::string(1'000'000, '['), "nested more than 32 deep"},
      {"{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}", "nested more than 32 deep"},
      {R"({"schema": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[[["})", "/schema says"},
  };
  for (const Bad& bad : table)
    EXPECT_THAT(problem(bad.text), HasSubstr(bad.says)) << bad.text.substr(0, 40);
}

TEST(Json, AMessageCannotSteerTheTerminal) {
  const auto run = from_json("{\"schema\": \"\\u001b[31m\\u202e\"}", "x\x1b[2J.json");
  EXPECT_EQ(run.error().message.find_first_of("\x1b\n"), std::string::npos);
  EXPECT_THAT(run.error().message, HasSubstr(R"(\x1b[31m\u{202e})"));
}

// Every pointer into the document, deepest last.
void pointers(const json& value, const json::json_pointer& here,
              std::vector<json::json_pointer>& to) {
  for (const auto& [key, member] : value.items()) {
    const auto below = value.is_array() ? here / std::stoul(key) : here / key;
    to.push_back(below);
    if (member.is_structured()) pointers(member, below, to);
  }
}

TEST(Json, EveryMissingKeyIsNamed) {
  const json whole = json::parse(to_json(small_run()));
  std::vector<json::json_pointer> all;
  pointers(whole, json::json_pointer{}, all);
  for (const auto& pointer : all) {
    const auto parent = pointer.parent_pointer();
    if (whole[parent].is_array() || parent.to_string() == "/environment") continue;
    json document = whole;
    document[parent].erase(pointer.back());
    constexpr std::string_view optional[] = {"incident", "incidents", "usage", "shard", "rounds"};
    const bool may_be_missing = std::ranges::find(optional, pointer.back()) != std::end(optional);
    EXPECT_THAT(problem(document.dump()),
                HasSubstr(may_be_missing ? "none"
                                         : "results.json: " + pointer.to_string() + " is missing"));
  }
}

TEST(Json, EveryValueOfAWrongTypeIsNamed) {
  const json whole = json::parse(to_json(small_run()));
  std::vector<json::json_pointer> all;
  pointers(whole, json::json_pointer{}, all);
  for (const auto& pointer : all) {
    for (const json& wrong : {json(nullptr), json(-1), json(1.5), json(1e300), json("?"),
                              json(true), json::array({nullptr}), json::object(), json::array()}) {
      const bool same_type = wrong.type() == whole[pointer].type();
      json document = whole;
      document[pointer] = wrong;
      const std::string found = problem(document.dump());
      if (same_type) continue;  // may be right or wrong; here it only must not harm
      EXPECT_THAT(found, HasSubstr("results.json: " + pointer.to_string())) << wrong;
    }
  }
}

TEST(Json, AShareThatIsNoneIsNamed) {
  json document = json::parse(to_json(small_run()));
  for (const auto& [number, count] :
       {std::pair(0U, 3U), {4U, 3U}, {0U, 0U}, {1U, 4'000'000'000U}, {1U, 1001U}}) {
    document["shard"] = {{"number", number}, {"count", count}};
    EXPECT_THAT(problem(document.dump()), HasSubstr("results.json: /shard is no share of a run"));
  }
}

TEST(Json, NumbersOutOfRangeAreNamed) {
  json document = json::parse(to_json(small_run()));
  document["jobs"] = 1ULL << 32U;
  EXPECT_EQ(problem(document.dump()),
            "results.json: /jobs is not a whole number from 0 to 4294967295.");
  document = json::parse(to_json(small_run()));
  document["took_ns"] = 1ULL << 63U;
  EXPECT_THAT(problem(document.dump()), HasSubstr("/took_ns is not a whole number of nanoseconds"));
  document = json::parse(to_json(small_run()));
  document["seed"] = "18446744073709551616";
  EXPECT_THAT(problem(document.dump()), HasSubstr("/seed is not a decimal number below 2^64"));
}

TEST(Json, ASampleIsWhatTheSchemaSays) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("wsproof-sample-" + std::to_string(std::random_device{}()) + ".json");
  for (const RunResult& run : {sample_run(), RunResult{}, sample_run_with("\xff\x1b\"")}) {
    std::ofstream(file, std::ios::binary) << to_json(run);
    const std::filesystem::path folder = WSPROOF_SOURCE_DIR "/harness/result";
    std::ostringstream command;  // quotes each path
    command << "/usr/bin/python3 " << folder / "check_schema.py" << ' '
            << folder / "results.schema.json" << ' ' << file;
    EXPECT_EQ(std::system(command.str().c_str()), 0) << command.str();
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace wsproof::result
