// The sections of a run: which cases stand together in a report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/result/run_result.hpp"

namespace wsproof::reports {

/// The cases of one section, in the order of the run: the first two segments of their ids.
struct Section {
  std::string id;     ///< "rfc6455/5.4"
  std::string title;  ///< "Fragmentation"; may be empty
  std::vector<const result::CaseResult*> cases;
};

/// "rfc6455/5.4" of "rfc6455/5.4/interleaved-ping/n=1".
std::string_view section_of(std::string_view id);

/// All sections in the order in which they first occur. Points into `run`.
std::vector<Section> sections(const result::RunResult& run);

}  // namespace wsproof::reports
