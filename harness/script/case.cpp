#include "harness/script/case.hpp"

#include <algorithm>
#include <set>

#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

// What the steps of a case do, as far as needs go.
struct Traits {
  bool known_message = false;     // `let $m = message`
  bool fence = false;             // an answer is needed to show that something was ignored
  bool opens_by_hand = false;     // `handshake` or `dial`
  bool beyond_handshake = false;  // frames go back or forth
  bool growth = false;            // the target's process is looked at

  void operator()(const Let& let) {
    if (std::holds_alternative<MessageSpec>(let.value)) known_message = beyond_handshake = true;
  }
  void operator()(const Handshake&) { opens_by_hand = true; }
  void operator()(const Connect& connect) {
    (connect.handshake ? beyond_handshake : opens_by_hand) = true;
  }
  void operator()(const Send&) { beyond_handshake = true; }
  void operator()(const SendRaw&) {}  // may be a handshake by hand
  void operator()(const SendEnd&) {}
  void operator()(const Pause&) {}
  void operator()(const Leave&) {}
  void operator()(const Reading&) {}
  void operator()(const Growth&) { growth = true; }
  void operator()(const Fence&) { fence = beyond_handshake = true; }
  void operator()(const Whenever&) { beyond_handshake = true; }
  void operator()(const Batch& batch) {
    for (const Sending& line : batch.lines) std::visit(*this, line);
  }
  void operator()(const Either& either) {
    for (const Alternative& alternative : either.alternatives) {
      for (const Expect& expect : alternative.lines) look_at(expect);
    }
  }
  void operator()(const Expect& expect) { look_at(expect); }

  void look_at(const Expect& expect) {
    const bool http = std::holds_alternative<ExpectStatus>(expect.what) ||
                      std::holds_alternative<ExpectHeader>(expect.what) ||
                      std::holds_alternative<ExpectExtension>(expect.what) ||
                      std::holds_alternative<ExpectAgreed>(expect.what) ||
                      std::holds_alternative<ExpectRefusal>(expect.what) ||
                      std::holds_alternative<ExpectUpgrade>(expect.what) ||
                      std::holds_alternative<ExpectEnd>(expect.what);
    beyond_handshake = beyond_handshake || !http;
  }
};

}  // namespace

bool operator==(const Case& left, const Case& right) {
  return left.suite == right.suite && left.section == right.section &&
         left.section_title == right.section_title && left.name == right.name &&
         left.title == right.title && left.why == right.why && left.checks == right.checks &&
         left.aliases == right.aliases && left.tags == right.tags && left.needs == right.needs &&
         left.roles == right.roles && left.twin == right.twin && left.since == right.since &&
         left.was == right.was && left.automatic == right.automatic &&
         left.deliveries == right.deliveries && left.axes == right.axes &&
         left.steps == right.steps;
}

std::string id(const Case& c) {
  std::string result;
  for (const std::string* part : {&c.suite, &c.section, &c.name}) {
    if (part->empty()) continue;
    if (!result.empty()) result += '/';
    result += *part;
  }
  return result;
}

bool is_negative(const Case& c) {
  return std::ranges::any_of(c.steps, [](const Step& step) {
    const auto* const expect = std::get_if<Expect>(&step);
    return expect != nullptr && (std::holds_alternative<ExpectFailure>(expect->what) ||
                                 std::holds_alternative<ExpectRefusal>(expect->what));
  });
}

std::vector<Need> all_needs(const Case& c) {
  Traits traits;
  for (const Step& step : c.steps) std::visit(traits, step);
  std::set<Need> needs(c.needs.begin(), c.needs.end());
  if (traits.known_message) needs.insert(Need::answer);
  if (traits.fence) needs.insert(Need::pong);
  if (traits.growth) needs.insert(Need::process);
  if (traits.opens_by_hand && !traits.beyond_handshake) needs.insert(Need::handshake);
  return {needs.begin(), needs.end()};
}

std::uint32_t connections(const Case& c) {
  std::set<LinkName> links;
  std::uint64_t crowds = 0;
  for (const Step& step : c.steps) {
    const auto* connect = std::get_if<Connect>(&step);
    if (connect != nullptr && connect->count) {
      const auto* count = std::get_if<std::uint64_t>(&connect->count->value);
      crowds += count != nullptr ? *count : 1;
    } else if (connect != nullptr) {
      links.insert(connect->link);
    }
    if (const auto* handshake = std::get_if<Handshake>(&step)) links.insert(handshake->link);
    if (const auto* batch = std::get_if<Batch>(&step)) {
      for (const Sending& line : batch->lines) {
        if (const auto* opening = std::get_if<Handshake>(&line)) links.insert(opening->link);
      }
    }
  }
  // @a is opened by itself where no line does it.
  links.insert("a");
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(links.size() + crowds, 4096));
}

std::string_view name(Need need) { return name_of(need_words, need); }

std::string_view name(Grade grade) { return name_of(grade_words, grade); }

std::string_view name(Delivery delivery) { return name_of(delivery_words, delivery); }

}  // namespace wsproof::script
