#include "harness/rfc/requirements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "harness/rfc/embedded.hpp"

namespace wsproof::rfc {

namespace {

using testing::HasSubstr;

constexpr std::string_view names =
    "id\trfc\tsection\tlevel\tbinds\ttopic\tobservable\trequirement\thow_to_probe\texpected\n";

TEST(Requirements, HoldEveryRowOfTheFile) {
  const auto lines = std::ranges::count(embedded_requirements(), '\n');
  EXPECT_EQ(static_cast<std::ptrdiff_t>(requirements().size()), lines - 1);
  EXPECT_GE(requirements().size(), 577U) << "ids are frozen: rows are added, never taken away";
}

TEST(Requirements, HaveIdsOfTheirOwnAndAreFoundByThem) {
  std::set<std::string_view> ids;
  for (const Requirement& row : requirements()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_EQ(find_requirement(row.id), &row);
  }
  EXPECT_EQ(find_requirement("6455-5.4-99"), nullptr);
  EXPECT_EQ(find_requirement(""), nullptr);
}

TEST(Requirements, KnowTheirColumns) {
  const Requirement* row = find_requirement("6455-5.4-8");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->rfc, "6455");
  EXPECT_EQ(row->section, "5.4");
  EXPECT_EQ(row->level, "MUST NOT");
  EXPECT_EQ(row->binds, "both");
  EXPECT_EQ(row->topic, "fragmentation");
  EXPECT_EQ(row->observable, "yes");
  EXPECT_THAT(row->text, HasSubstr("not interleaved"));
  EXPECT_THAT(row->probe, HasSubstr("instead of a continuation"));
  EXPECT_TRUE(row->expected.ends_with("sent afterwards is processed")) << row->expected;
  EXPECT_EQ(row->verdict_class, VerdictClass::strict);
}

TEST(Requirements, KnowTheirVerdictClass) {
  EXPECT_EQ(find_requirement("6455-5.1-1")->verdict_class, VerdictClass::strict);
  EXPECT_EQ(find_requirement("6455-7.4.2-2")->verdict_class, VerdictClass::non_strict);
  EXPECT_EQ(find_requirement("6455-8.1-4")->verdict_class, VerdictClass::info);
  EXPECT_EQ(find_requirement("6455-5.2-21")->verdict_class, VerdictClass::none);
}

TEST(Requirements, AreCitedByDocumentAndSection) {
  EXPECT_EQ(citation(*find_requirement("6455-5.4-5")), "RFC 6455 §5.4");
  EXPECT_EQ(citation(*find_requirement("7692-7.1.2.1-3")), "RFC 7692 §7.1.2.1");
  EXPECT_EQ(citation(*find_requirement("IANA-close-codes-1")), "IANA close-codes");
  Requirement without_section;
  without_section.rfc = "live";
  EXPECT_EQ(citation(without_section), "live");
}

TEST(ParseRequirements, ReadsRowsWithAndWithoutASection) {
  const std::string tsv = std::string(names) +
                          "1-2.3-4\t1\t2.3\tSTMT\tboth\tt\tno\ta\tb\tc {V:info}\n"
                          "live-1\tlive\t-\tMUST\tserver\tt\tyes\ta\tb\td {V:none}\n";
  const auto rows = parse_requirements(tsv);
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].section, "2.3");
  EXPECT_EQ((*rows)[0].expected, "c");
  EXPECT_EQ((*rows)[0].verdict_class, VerdictClass::info);
  EXPECT_EQ((*rows)[1].section, "");
}

struct BadRow {
  std::string_view line;
  std::string_view complaint;
};

void PrintTo(const BadRow& row, std::ostream* out) { *out << row.line; }

class BadRequirements : public testing::TestWithParam<BadRow> {};

TEST_P(BadRequirements, AreRefusedWithTheirLine) {
  const std::string good = "1-2-3\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc {V:none}\n";
  const auto rows = parse_requirements(std::string(names) + good + std::string(GetParam().line));
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.error().message, HasSubstr(GetParam().complaint));
}

constexpr std::string_view columns = "ten columns";

INSTANTIATE_TEST_SUITE_P(
    Rows, BadRequirements,
    testing::Values(
        BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc {V:none}", "line feed"},
        BadRow{"\n", columns}, BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tyes\ta\tb\n", columns},
        BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc {V:none}\tmore\n", columns},
        BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tyes\t\tb\tc {V:none}\n", columns},
        BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tyes\ta \tb\tc {V:none}\n", columns},
        BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc {V:none}\r\n", "line 3: no {V:"},
        BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc\n", "no {V:"},
        BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc {V:non-strict}\n", "no {V:"},
        BadRow{"1-2-4\t1\t2\tmust\tboth\tt\tyes\ta\tb\tc {V:none}\n", "level"},
        BadRow{"1-2-4\t1\t2\tMUST\tproxy\tt\tyes\ta\tb\tc {V:none}\n", "binds"},
        BadRow{"1-2-4\t1\t2\tMUST\tboth\tt\tmaybe\ta\tb\tc {V:none}\n", "observable"},
        BadRow{"1-2-4\t1\t3\tMUST\tboth\tt\tyes\ta\tb\tc {V:none}\n", "rfc and section"},
        BadRow{"1-2-x\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc {V:none}\n", "number"},
        BadRow{"1-2-04\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc {V:none}\n", "number"},
        BadRow{"1-2-3\t1\t2\tMUST\tboth\tt\tyes\ta\tb\tc {V:none}\n", "1-2-3 twice"}));

TEST(ParseRequirements, WantsTheColumnNames) {
  EXPECT_FALSE(parse_requirements(""));
  const auto rows = parse_requirements("id\trfc\n");
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.error().message, HasSubstr("line 1"));
}

}  // namespace

}  // namespace wsproof::rfc
