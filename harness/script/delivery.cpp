// Which deliveries make a difference to a case.
#include <algorithm>
#include <optional>
#include <set>

#include "harness/script/case.hpp"
#include "harness/script/steps.hpp"

namespace wsproof::script {

namespace {

// Whether the first frames follow the opening handshake with nothing awaited in between.
bool sends_at_once(const Case& c) {
  // Whether its frames may be compressed only the answer tells.
  if (std::ranges::count(c.needs, Need::deflate) != 0) return false;
  std::optional<LinkName> opened;
  for (const Step& step : c.steps) {
    if (is_silent(step)) continue;
    if (const auto* connect = std::get_if<Connect>(&step)) {
      if (opened || !connect->handshake || connect->count) return false;
      opened = connect->link;
      continue;
    }
    const LinkName* link = joinable(step);
    return link != nullptr && *link == opened.value_or("a");
  }
  return false;
}

// Whether two lines send on one connection with nothing awaited in between.
bool has_neighbours(const Case& c) {
  std::set<LinkName> by_hand;  // what is sent here may be no frames
  const LinkName* before = nullptr;
  for (const Step& step : c.steps) {
    if (is_silent(step)) continue;
    if (const auto* connect = std::get_if<Connect>(&step); connect && !connect->handshake)
      by_hand.insert(connect->link);
    const LinkName* link = joinable(step);
    if (link != nullptr && before != nullptr && *link == *before && !by_hand.contains(*link))
      return true;
    before = link;
  }
  return false;
}

bool sends_anything(const Case& c) {
  return !std::ranges::all_of(c.steps, [](const Step& step) {
    const auto* connect = std::get_if<Connect>(&step);
    return is_silent(step) || (connect != nullptr && !connect->handshake) ||
           std::holds_alternative<Expect>(step) || std::holds_alternative<Either>(step);
  });
}

}  // namespace

bool makes_difference(const Case& c, Delivery delivery) {
  switch (delivery) {
    case Delivery::whole:
      return true;
    case Delivery::with_handshake:
      return sends_at_once(c);
    case Delivery::with_next:
      return has_neighbours(c);
    case Delivery::octets:
      return sends_anything(c);
  }
  return true;
}

std::vector<Delivery> deliveries_of(const Case& c, const std::vector<Delivery>& wanted) {
  std::vector<Delivery> out = {Delivery::whole};
  for (const Delivery delivery : wanted) {
    if (delivery != Delivery::whole && makes_difference(c, delivery)) out.push_back(delivery);
  }
  return out;
}

}  // namespace wsproof::script
