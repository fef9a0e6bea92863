#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/script/expand.hpp"
#include "harness/script/grammar.hpp"
#include "harness/script/lint_case.hpp"

namespace wsproof::script {

namespace {

// ── Connections ──────────────────────────────────────────────────────────────────────────────────

// What is known of a connection while the steps go by; lines are 0 as long as it did not happen.
struct LinkState {
  std::uint32_t ended = 0;        // the target's last octet was awaited
  std::uint32_t half_closed = 0;  // we sent our last octet
  std::uint32_t reset = 0;        // nothing goes in either direction
  std::uint32_t deaf = 0;         // we stopped reading
};

bool ends(const Expect& expect) {
  return !expect.maybe && (std::holds_alternative<ExpectEnd>(expect.what) ||
                           std::holds_alternative<ExpectFailure>(expect.what));
}

// The connection that ends whichever alternative comes; nothing when it may go on.
std::optional<LinkName> ended_by(const Either& either) {
  std::optional<LinkName> link;
  for (const Alternative& alternative : either.alternatives) {
    const auto found = std::ranges::find_if(alternative.lines, ends);
    if (found == alternative.lines.end() || (link && *link != found->link)) return std::nullopt;
    link = found->link;
  }
  return link;
}

class LinkLint {
 public:
  explicit LinkLint(CaseReport& report) : report_(report) { links_.emplace("a", LinkState{}); }

  void operator()(const Connect& step) {
    if (!step.count) links_.insert_or_assign(step.link, LinkState{});
  }
  void operator()(const Handshake& step) {
    // Behind `dial` it goes on with what is open; else it opens.
    if (!links_.contains(step.link) || dead(links_[step.link])) links_[step.link] = {};
  }
  void operator()(const Send& step) { sends(step.link, step.at); }
  void operator()(const SendRaw& step) { sends(step.link, step.at); }
  void operator()(const SendEnd& step) {
    // What was half-closed can still be reset.
    const auto known = links_.find(step.link);
    const bool half = known != links_.end() && known->second.half_closed != 0;
    if (step.kind == SendEnd::Kind::eof || !half || known->second.reset != 0)
      sends(step.link, step.at);
    LinkState& state = links_[step.link];
    (step.kind == SendEnd::Kind::eof ? state.half_closed : state.reset) = step.at.line;
  }
  void operator()(const Batch& step) {
    for (const Sending& line : step.lines) std::visit(*this, line);
  }
  void operator()(const Pause&) {}
  void operator()(const Growth&) {}
  void operator()(const Leave&) {}
  void operator()(const Reading& step) {
    if (is_open(step.link, step.at)) links_[step.link].deaf = step.on ? 0 : step.at.line;
  }
  void operator()(const Let&) {}
  void operator()(const Fence& step) {
    sends(step.link, step.at);
    comes(step.link, step.at);
  }
  void operator()(const Expect& step) {
    look(step);
    if (ends(step)) links_[step.link].ended = std::max(1U, step.at.line);
  }
  void operator()(const Either& step) {
    for (const Alternative& alternative : step.alternatives) {
      for (const Expect& line : alternative.lines) look(line);
    }
    if (const auto link = ended_by(step)) links_[*link].ended = std::max(1U, step.at.line);
  }
  void operator()(const Whenever& step) {
    is_open(step.when.link, step.when.at);
    is_open(step.then.link, step.then.at);
  }

 private:
  static bool dead(const LinkState& state) { return state.ended != 0 || state.reset != 0; }

  bool is_open(const LinkName& link, const At& at) {
    if (links_.contains(link)) return true;
    report_.in_line(at, "@" + link, fmt::format("the connection @{} is not open yet", link),
                    fmt::format("`@{} connect` before this line opens it", link));
    links_.emplace(link, LinkState{});  // said once
    return false;
  }

  void sends(const LinkName& link, const At& at) {
    if (!is_open(link, at)) return;
    const LinkState& state = links_[link];
    const std::uint32_t line = std::max(state.half_closed, state.reset);
    if (line != 0) {
      report_.at(at, fmt::format("nothing can be sent any more: line {} ended our side", line));
    }
  }

  // `<` lines, except those about the HTTP answer that came last.
  void comes(const LinkName& link, const At& at) {
    if (!is_open(link, at)) return;
    const LinkState& state = links_[link];
    const std::uint32_t line = std::max(state.ended, state.reset);
    if (line != 0) {
      report_.at(at, fmt::format("nothing can come any more: line {} was the end", line));
    } else if (state.deaf != 0) {
      report_.at(at, fmt::format("nothing is read: line {} stopped that", state.deaf),
                 "`read on` before this line takes up what came since");
    }
  }

  void look(const Expect& expect) {
    if (std::holds_alternative<ExpectHeader>(expect.what) ||
        std::holds_alternative<ExpectExtension>(expect.what)) {
      is_open(expect.link, expect.at);
    } else {
      comes(expect.link, expect.at);
    }
  }

  CaseReport& report_;
  std::map<LinkName, LinkState> links_;
};

// ── Frames in every row of every axis ────────────────────────────────────────────────────────────

class FrameLint {
 public:
  explicit FrameLint(CaseReport& report) : report_(report) {}

  void operator()(const Send& step) { check(step.frame); }
  void operator()(const Batch& step) {
    for (const Sending& line : step.lines) std::visit(*this, line);
  }
  void operator()(const Expect& step) {
    if (const auto* const what = std::get_if<ExpectFrame>(&step.what)) check(what->frame);
  }
  void operator()(const Either& step) {
    for (const Alternative& alternative : step.alternatives) {
      for (const Expect& line : alternative.lines) (*this)(line);
    }
  }
  void operator()(const Whenever& step) {
    (*this)(step.when);
    (*this)(step.then);
  }
  void operator()(const auto&) {}

 private:
  void check(const FrameSpec& frame) {
    const auto mistake = mistake_in(frame);
    if (!mistake || !told_.emplace(mistake->at.line, mistake->at.column).second) return;
    report_.at(mistake->at, mistake->message);
  }

  CaseReport& report_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> told_;
};

// ── Echoes ───────────────────────────────────────────────────────────────────────────────────────

bool is_data(FrameSpec::Word word) {
  return word == FrameSpec::Word::text || word == FrameSpec::Word::binary ||
         word == FrameSpec::Word::continuation;
}

// Remembers what was sent, and finds what is expected to come back unchanged.
class EchoLint {
 public:
  explicit EchoLint(CaseReport& report) : report_(report) {}

  void operator()(const Send& step) {
    if (!is_data(step.frame.word) || !step.frame.payload) return;
    const Expression& payload = *step.frame.payload;
    sent_.push_back(payload);
    const auto* const octets = std::get_if<base::Octets>(&payload.value);
    if (step.frame.word != FrameSpec::Word::continuation) together_.clear();
    if (octets != nullptr) base::append(together_, *octets);
    sent_.push_back({.value = together_, .at = {}});
  }
  void operator()(const Batch& step) {
    for (const Sending& line : step.lines) std::visit(*this, line);
  }
  void operator()(const Expect& step) {
    const auto* const what = std::get_if<ExpectMessage>(&step.what);
    if (told_ || what == nullptr || !what->payload.exactly) return;
    if (std::ranges::find(sent_, *what->payload.exactly) == sent_.end()) return;
    told_ = true;
    report_.at(step.at, "this is what was sent, so the case `needs echo`",
               "or `let $m = message`, and `< answer $m`: then any server will do");
  }
  void operator()(const Either& step) {
    for (const Alternative& alternative : step.alternatives) {
      const bool wanted = alternative.grade == Grade::pass;
      for (const Expect& line : alternative.lines) {
        if (wanted) (*this)(line);
      }
    }
  }
  void operator()(const auto&) {}

 private:
  CaseReport& report_;
  std::vector<Expression> sent_;
  base::Octets together_;
  bool told_ = false;
};

bool expects_something(const Step& step) {
  return std::holds_alternative<Expect>(step) || std::holds_alternative<Either>(step) ||
         std::holds_alternative<Fence>(step) || std::holds_alternative<Growth>(step);
}

}  // namespace

void lint_steps(CaseReport& report) {
  const Case& c = report.subject();
  LinkLint links(report);
  EchoLint echoes(report);
  const bool needs_echo = std::ranges::find(c.needs, Need::echo) != c.needs.end();
  for (const Step& step : c.steps) {
    std::visit(links, step);
    if (!needs_echo) std::visit(echoes, step);
  }
  if (!std::ranges::any_of(c.steps, expects_something)) {
    report.header("", "", "this case expects nothing, so it can never fail",
                  "a `<` line or a `fence` is missing");
  }
  FrameLint frames(report);
  for (const Case& row : expand(c)) {
    for (const Step& step : row.steps) std::visit(frames, step);
  }
}

}  // namespace wsproof::script
