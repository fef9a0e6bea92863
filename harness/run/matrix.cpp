#include "harness/run/matrix.hpp"

#include <algorithm>
#include <map>

namespace wsproof::run {

namespace {

void collect(const script::Case& c,
             std::map<std::string, std::vector<std::string>>& by_requirement) {
  const auto add = [&](const std::string& requirement) {
    auto& cases = by_requirement[requirement];
    if (cases.empty() || cases.back() != script::id(c)) cases.push_back(script::id(c));
  };
  for (const std::string& requirement : c.checks) add(requirement);
}

}  // namespace

std::vector<MatrixRow> matrix(std::span<const script::CaseFile> files) {
  std::map<std::string, std::vector<std::string>> by_requirement;
  for (const script::CaseFile& file : files) {
    for (const script::Case& c : file.cases) collect(c, by_requirement);
  }
  std::vector<MatrixRow> rows;
  for (const rfc::Requirement& requirement : rfc::requirements()) {
    const auto found = by_requirement.find(std::string(requirement.id));
    rows.push_back(
        {&requirement, found == by_requirement.end() ? std::vector<std::string>{} : found->second});
  }
  return rows;
}

bool is_gap(const MatrixRow& row) {
  return concerns_servers(*row.requirement) && row.cases.empty() &&
         rfc::why_not_checked(row.requirement->id).empty();
}

bool concerns_servers(const rfc::Requirement& requirement) {
  return (requirement.binds == "server" || requirement.binds == "both") &&
         requirement.observable != "no";
}

}  // namespace wsproof::run
