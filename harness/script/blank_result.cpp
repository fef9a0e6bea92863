#include "harness/script/blank_result.hpp"

#include "harness/rfc/requirements.hpp"

namespace wsproof::script {

result::CaseResult blank_result(const Case& c) {
  result::CaseResult out;
  out.id = id(c);
  out.section = c.section_title;
  out.title = c.title;
  out.checks = c.checks;
  out.aliases = c.aliases;
  out.tags = c.tags;
  out.place = c.place;
  out.script = c.source;
  const rfc::Requirement* primary =
      c.checks.empty() ? nullptr : rfc::find_requirement(c.checks.front());
  if (primary != nullptr) out.level = primary->level;
  return out;
}

}  // namespace wsproof::script
