// What a page tells in full and what in brief, so that it stays below 2 MB for each run.
#pragma once

#include <cstddef>
#include <functional>

#include "reports/html_view.hpp"

namespace wsproof::reports {

/// Says in the view how much of each case is shown: as much as there is room for. What failed comes
/// first, then what deviates, and the others have what is left over; the first case of each family
/// comes before the second one. `size` renders the page of that view, and says how many
/// octets it has.
void plan(View& view, const std::function<std::size_t()>& size);

}  // namespace wsproof::reports
