#include "reports/sections.hpp"

#include <map>

namespace wsproof::reports {

std::string_view section_of(std::string_view id) {
  const std::size_t suite = id.find('/');
  if (suite == std::string_view::npos) return id;
  return id.substr(0, id.find('/', suite + 1));
}

std::vector<Section> sections(const result::RunResult& run) {
  std::vector<Section> all;
  std::map<std::string_view, std::size_t> index;
  for (const result::CaseResult& played : run.cases) {
    const std::string_view id = section_of(played.id);
    const auto [found, is_new] = index.try_emplace(id, all.size());
    if (is_new) all.push_back({.id = std::string(id), .title = played.section, .cases = {}});
    all[found->second].cases.push_back(&played);
  }
  return all;
}

}  // namespace wsproof::reports
