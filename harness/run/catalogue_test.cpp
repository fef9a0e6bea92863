// The catalogue as a whole: it holds all of Autobahn|Testsuite's server cases, and nothing twice.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/script/catalogue.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::run {
namespace {

// Its groups, and how many cases each has (25.10.1).
struct Group {
  std::string_view name;
  int cases;
};
constexpr Group groups[] = {
    {"1.1", 8},   {"1.2", 8},   {"2", 11},    {"3", 7},     {"4.1", 5},   {"4.2", 5},
    {"5", 20},    {"6.1", 3},   {"6.2", 4},   {"6.3", 2},   {"6.4", 4},   {"6.5", 5},
    {"6.6", 11},  {"6.7", 4},   {"6.8", 2},   {"6.9", 4},   {"6.10", 3},  {"6.11", 5},
    {"6.12", 8},  {"6.13", 5},  {"6.14", 10}, {"6.15", 1},  {"6.16", 3},  {"6.17", 5},
    {"6.18", 5},  {"6.19", 5},  {"6.20", 7},  {"6.21", 8},  {"6.22", 34}, {"6.23", 7},
    {"7.1", 6},   {"7.3", 6},   {"7.5", 1},   {"7.7", 13},  {"7.9", 9},   {"7.13", 2},
    {"9.1", 6},   {"9.2", 6},   {"9.3", 9},   {"9.4", 9},   {"9.5", 6},   {"9.6", 6},
    {"9.7", 6},   {"9.8", 6},   {"10.1", 1},  {"12.1", 18}, {"12.2", 18}, {"12.3", 18},
    {"12.4", 18}, {"12.5", 18}, {"13.1", 18}, {"13.2", 18}, {"13.3", 18}, {"13.4", 18},
    {"13.5", 18}, {"13.6", 18}, {"13.7", 18},
};

const script::Catalogue& catalogue() {
  static const script::Catalogue loaded = script::load(script::embedded_sources()).value();
  return loaded;
}

TEST(Catalogue, HasEveryServerCaseOfAutobahn) {
  std::set<std::string> aliases;
  for (const script::Case& c : catalogue().cases) {
    if (c.roles != script::Roles::client) aliases.insert(c.aliases.begin(), c.aliases.end());
  }
  std::set<std::string> known;
  for (const Group& group : groups) {
    for (int number = 1; number <= group.cases; ++number) {
      known.insert(fmt::format("autobahn:{}.{}", group.name, number));
    }
  }
  EXPECT_EQ(known.size(), 517U);
  for (const std::string& id : known) EXPECT_TRUE(aliases.contains(id)) << id << " has no case";
  for (const std::string& alias : aliases)
    EXPECT_TRUE(!alias.starts_with("autobahn:") || known.contains(alias)) << alias << " is none";
}

// What is played tells one case from another, not what is said about it. The controls of two
// sections may be the same.
TEST(Catalogue, HasNoCaseTwice) {
  std::set<std::string> controls;
  for (const script::CaseFile& file : catalogue().files) {
    for (const script::Case& c : file.cases) {
      if (c.name == file.control) controls.insert(script::id(c));
    }
  }
  std::map<std::string, std::string> known;
  for (const script::Case& c : catalogue().cases) {
    if (controls.contains(script::id(c))) continue;
    script::Case played;
    played.name = "played";
    played.title = "What is played.";
    played.roles = c.roles;
    played.automatic = c.automatic;
    played.steps = c.steps;
    const auto [first, fresh] = known.emplace(script::print(played), script::id(c));
    EXPECT_TRUE(fresh) << script::id(c) << " is the same as " << first->second;
  }
}

}  // namespace
}  // namespace wsproof::run
