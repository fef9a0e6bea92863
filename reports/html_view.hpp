// What every part of the HTML report knows: the runs side by side, and where each case is shown.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/changes.hpp"
#include "reports/coverage.hpp"
#include "reports/markup.hpp"
#include "reports/subject.hpp"

namespace wsproof::reports {

/// How much of a case is shown.
enum class Depth {
  whole,  ///< the whole script, the diagram, the wire log as a table with decoded frames
  brief,  ///< the failing line of the script, a few lines of the wire log
  bare,   ///< only what was sent, expected and observed
  row,    ///< that, and no article: in the table of all cases
  line,   ///< nothing: its line in the table of all cases does not unfold
};

/// The parts of the page that are made of articles.
enum class Chapter {
  failures,    ///< what somebody must look at
  known,       ///< failures that a baseline knows
  deviations,  ///< non-strict ones
};

/// One case of every run: a cell for each, nullptr where it was not played.
struct Row {
  std::string_view id;
  std::vector<const result::CaseResult*> cells;
  bool first_of_family = true;  ///< the row above is of another script

  /// The first that there is: what the case is about is the same in all.
  const result::CaseResult& any() const;
};

/// Rows that stand together.
struct RowGroup {
  std::string_view id;     ///< "rfc6455/5.4"
  std::string_view title;  ///< "Fragmentation"; may be empty
  std::vector<Row> rows;
};

/// Points into the runs of its subject.
class View {
 public:
  /// `folder`: the page has others beside it, one for each case.
  View(const Subject& subject, bool folder);

  const Subject& subject() const { return subject_; }
  std::size_t runs() const { return subject_.runs.size(); }
  bool several() const { return runs() > 1; }
  bool in_folder() const { return folder_; }
  const result::RunResult& run(std::size_t index) const { return subject_.runs[index]; }
  const std::string& label(std::size_t index) const { return labels_[index]; }

  /// The cases of all runs, in sections, both in the order in which they first occur.
  const std::vector<RowGroup>& groups() const { return groups_; }
  /// The row of a case; nullptr when none is called so.
  const Row* row(std::string_view id) const;

  /// What changed since the earlier runs that there are.
  const std::vector<Changes>& changed() const { return changes_; }
  /// The same case in the earlier run of the run `index`; nullptr when there is none.
  const result::CaseResult* before(std::size_t index, std::string_view id) const;
  /// How it changed since; nullptr when it did not.
  const CaseChange* change(std::size_t index, std::string_view id) const;

  /// The part of the page in which a case has an article of its own; nothing where it has none.
  static std::optional<Chapter> chapter(const result::CaseResult& played);
  /// With so many runs side by side the page is a matrix: rows do not unfold, and only what nobody
  /// expected has an article. Each run has a page of its own for the rest.
  bool crowded() const { return runs() > most_in_detail; }
  /// Whether this page has the article of a case.
  bool tells(const result::CaseResult& played) const;
  /// Where the article of a case of the run `index` is.
  Anchor article(std::size_t index, std::string_view id) const;
  /// Where the table of all cases shows a case. It is the article's place where there is one run,
  /// and an article.
  static Anchor place(std::string_view id);
  /// Where the table of all cases shows a section.
  static Anchor section(std::string_view id) { return Anchor("section/" + std::string(id)); }
  /// The page of a case, in a folder: "rfc6455,5.4,interleaved-ping,n=1.html".
  std::string page(std::string_view id) const;

  /// How much of a case is shown, in its article or its row, once that was told (html_plan.hpp).
  Depth depth(const result::CaseResult& played) const;
  void tell(const result::CaseResult& played, Depth depth) { depths_[&played] = depth; }

 private:
  static constexpr std::size_t most_in_detail = 8;

  void align();

  Subject subject_;
  bool folder_;
  std::vector<std::string> labels_;
  std::vector<RowGroup> groups_;
  std::map<std::string_view, std::pair<std::size_t, std::size_t>> index_;  // group, row
  std::vector<Changes> changes_;
  std::vector<std::map<std::string_view, const result::CaseResult*>> before_;  // a map a run
  std::vector<std::map<std::string_view, const CaseChange*>> change_;          // likewise
  std::map<const result::CaseResult*, Depth> depths_;
};

}  // namespace wsproof::reports
