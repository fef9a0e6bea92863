// The traceability matrix: which requirement is checked by which cases, and which by none.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/rfc/requirements.hpp"
#include "harness/script/case.hpp"

namespace wsproof::run {

/// One requirement with the ids of the cases that check it.
struct MatrixRow {
  const rfc::Requirement* requirement = nullptr;
  std::vector<std::string> cases;  ///< unexpanded ids ("rfc6455/5.4/interleaved-ping")
};

/// A row for each requirement of the table, in its order.
std::vector<MatrixRow> matrix(std::span<const script::CaseFile> files);

/// Whether the row is unfinished business: a case could check it, none does, and nobody says why.
bool is_gap(const MatrixRow& row);

/// Whether a case could check it: it binds servers and can be seen on the wire.
bool concerns_servers(const rfc::Requirement& requirement);

}  // namespace wsproof::run
