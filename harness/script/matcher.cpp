#include "harness/script/matcher.hpp"

#include <algorithm>

#include "harness/base/check.hpp"
#include "harness/script/profile.hpp"
#include "harness/script/text.hpp"
#include "harness/wire/close.hpp"
#include "harness/wire/extension.hpp"

namespace wsproof::script {

std::uint8_t opcode_of(FrameSpec::Word word) {
  switch (word) {
    case FrameSpec::Word::text:
      return wire::opcode::text;
    case FrameSpec::Word::binary:
      return wire::opcode::binary;
    case FrameSpec::Word::continuation:
      return wire::opcode::continuation;
    case FrameSpec::Word::ping:
      return wire::opcode::ping;
    case FrameSpec::Word::pong:
      return wire::opcode::pong;
    case FrameSpec::Word::close:
      return wire::opcode::close;
    case FrameSpec::Word::frame:
      return wire::opcode::text;
  }
  return wire::opcode::text;
}

namespace {

enum class Stream { data, pongs, pings, frames, barrier, headers };

struct StreamOf {
  Stream operator()(const ExpectMessage&) const { return Stream::data; }
  Stream operator()(const ExpectAnswer&) const { return Stream::data; }
  Stream operator()(const ExpectControl& c) const {
    return c.type == ExpectControl::Type::pong ? Stream::pongs : Stream::pings;
  }
  Stream operator()(const ExpectClose&) const { return Stream::barrier; }
  Stream operator()(const ExpectFrame&) const { return Stream::frames; }
  Stream operator()(const ExpectEnd&) const { return Stream::barrier; }
  Stream operator()(const ExpectStatus&) const { return Stream::data; }
  Stream operator()(const ExpectHeader&) const { return Stream::headers; }
  Stream operator()(const ExpectExtension&) const { return Stream::headers; }
  Stream operator()(const ExpectGoingOn&) const { return Stream::barrier; }
  // The peer spells macros out before it plays.
  Stream operator()(const ExpectFailure&) const { return Stream::barrier; }
  Stream operator()(const ExpectRefusal&) const { return Stream::barrier; }
  Stream operator()(const ExpectUpgrade&) const { return Stream::data; }
  Stream operator()(const ExpectAgreed&) const { return Stream::data; }
};

Stream stream(const Wanted& wanted) { return std::visit(StreamOf{}, wanted.line->what); }

using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

bool in_ranges(const Ranges& ranges, std::uint64_t number) {
  return std::ranges::any_of(
      ranges, [&](const auto& range) { return range.first <= number && number <= range.second; });
}

bool payload_meets(const Wanted& wanted, const Event& event) {
  if (wanted.matching) {
    return event.size == event.payload.size() && found_in(event.payload, *wanted.matching);
  }
  return !wanted.payload ||
         (event.size == event.payload.size() && base::equal(*wanted.payload, event.payload));
}

// The codes that RFC 6455 §7.4 and the IANA registry let an endpoint put on the wire.
bool may_be_on_the_wire(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

bool close_meets(const ExpectClose& expect, const Wanted& wanted, const Event& event) {
  const wire::ClosePayload close = wire::decode_close(event.payload);
  const bool legal = close.code && may_be_on_the_wire(*close.code);
  switch (expect.body) {
    case ExpectClose::Body::any:
      return true;
    case ExpectClose::Body::empty:
      return event.size == 0;
    case ExpectClose::Body::legal:
      return legal;
    case ExpectClose::Body::forbidden:
      return event.size > 0 && !legal;
    case ExpectClose::Body::codes:
      return close.code && in_ranges(wanted.ranges, *close.code) &&
             (!wanted.payload || base::equal(*wanted.payload, close.tail));
  }
  return false;
}

bool frame_meets(const ExpectFrame& expect, const Wanted& wanted, const Event& event) {
  const FrameSpec& spec = expect.frame;
  const auto number = [](const Rare<Expression>& e) -> std::optional<std::uint64_t> {
    if (!e) return std::nullopt;
    const auto* n = std::get_if<std::uint64_t>(&e->value);
    return n ? std::optional(*n) : std::nullopt;
  };
  const auto is = [&](const Rare<Expression>& e, std::uint64_t value) {
    return !e || number(e) == value;
  };
  const bool word =
      spec.word == FrameSpec::Word::frame || opcode_of(spec.word) == event.header.opcode;
  return word && is(spec.opcode, event.header.opcode) && is(spec.fin, event.header.fin ? 1 : 0) &&
         is(spec.rsv, event.header.rsv) && payload_meets(wanted, event);
}

// An uncompressed message has no matches at all.
bool compression_meets(const Compression& asked, const Wanted& wanted, const Event& event) {
  const bool compressed = static_cast<bool>(event.deflate);
  const wire::DeflateFacts facts = compressed ? *event.deflate : wire::DeflateFacts{};
  if (asked.form == Compression::Form::compressed && !compressed) return false;
  if (asked.form == Compression::Form::uncompressed && compressed) return false;
  if (wanted.within && facts.longest_distance > *wanted.within) return false;
  if (asked.context == Compression::Context::alone) return facts.longest_reach == 0;
  return asked.context == Compression::Context::any || facts.longest_reach > 0;
}

struct Meets {
  const Wanted& wanted;
  const Event& event;
  LinkFacts facts;

  bool operator()(const ExpectMessage& e) const {
    if (event.kind != Event::Kind::message) return false;
    const bool type =
        e.type == ExpectMessage::Type::any ||
        event.header.opcode ==
            (e.type == ExpectMessage::Type::text ? wire::opcode::text : wire::opcode::binary);
    return type && payload_meets(wanted, event) && compression_meets(e.compression, wanted, event);
  }
  bool operator()(const ExpectAnswer& e) const {
    // What a target answers to a message that is no echo may be of either type.
    const bool type =
        wanted.matching ||
        event.header.opcode == (wanted.binary ? wire::opcode::binary : wire::opcode::text);
    return event.kind == Event::Kind::message && type && payload_meets(wanted, event) &&
           compression_meets(e.compression, wanted, event);
  }
  bool operator()(const ExpectControl& e) const {
    return event.kind ==
               (e.type == ExpectControl::Type::pong ? Event::Kind::pong : Event::Kind::ping) &&
           payload_meets(wanted, event);
  }
  bool operator()(const ExpectClose& e) const {
    return event.kind == Event::Kind::close && close_meets(e, wanted, event);
  }
  bool operator()(const ExpectFrame& e) const {
    return event.kind == Event::Kind::frame && frame_meets(e, wanted, event);
  }
  bool operator()(const ExpectEnd& e) const {
    if (e.kind == ExpectEnd::Kind::reset) return event.kind == Event::Kind::reset;
    if (e.kind == ExpectEnd::Kind::alert) return event.kind == Event::Kind::alert;
    if (e.kind == ExpectEnd::Kind::goodbye)
      return event.kind == Event::Kind::eof && event.announced;
    // DESIGN §3.3: a reset after the target's Close counts as closed.
    return event.kind == Event::Kind::eof ||
           (event.kind == Event::Kind::reset && facts.close_received);
  }
  bool operator()(const ExpectStatus&) const {
    if (event.kind != Event::Kind::head) return false;
    const auto status = wire::status_line(*event.head);
    return status && in_ranges(wanted.ranges, static_cast<std::uint64_t>(status->code));
  }
  bool operator()(const ExpectGoingOn&) const { return event.kind == Event::Kind::going_on; }
  bool operator()(const ExpectHeader&) const { return false; }  // settle_headers()
  bool operator()(const ExpectExtension&) const { return false; }
  bool operator()(const ExpectFailure&) const { return false; }
  bool operator()(const ExpectRefusal&) const { return false; }
  bool operator()(const ExpectUpgrade&) const { return false; }
  bool operator()(const ExpectAgreed&) const { return false; }
};

bool header_meets(const ExpectHeader& expect, const Wanted& wanted, const wire::Head& head) {
  const std::vector<std::string> values = wire::values(head, expect.name);
  const std::string_view value =
      wanted.payload ? base::as_text(*wanted.payload) : std::string_view();
  switch (expect.test) {
    case ExpectHeader::Test::present:
      return !values.empty();
    case ExpectHeader::Test::absent:
      return values.empty();
    case ExpectHeader::Test::is:
      return values.size() == 1 && values[0] == value;
    case ExpectHeader::Test::token:
      return values.size() == 1 && wire::same_token(values[0], value);
    case ExpectHeader::Test::contains:
      return wire::list_has_token(head, expect.name, value);
    case ExpectHeader::Test::lacks:
      return !wire::list_has_token(head, expect.name, value);
  }
  return false;
}

// Whether the parameter stands there as it is asked for, once.
bool parameter_meets(const ParameterTest& test, const Ranges& values,
                     const wire::Extension& extension) {
  const auto is_it = [&](const wire::ExtensionParameter& parameter) {
    return wire::trimmed(parameter.name) == test.name;
  };
  const auto count = std::ranges::count_if(extension.parameters, is_it);
  if (!test.present) return count == 0;
  if (count != 1) return false;
  if (values.empty()) return true;
  const auto& written = std::ranges::find_if(extension.parameters, is_it)->value;
  const auto value = written ? wire::parameter_value(*written) : std::nullopt;
  const auto digits = value ? number(*value) : std::nullopt;
  return digits && *value == std::to_string(*digits) && in_ranges(values, *digits);
}

bool extension_meets(const ExpectExtension& expect, const Wanted& wanted, const wire::Head& head) {
  std::vector<wire::Extension> found;
  for (const std::string& value : wire::values(head, "Sec-WebSocket-Extensions")) {
    for (wire::Extension& extension : wire::decode_extensions(value)) {
      const bool same = wire::same_token(wire::trimmed(extension.name), expect.name);
      if (same) found.push_back(std::move(extension));
    }
  }
  if (expect.absent) return found.empty();
  if (found.size() != 1) return false;
  for (std::size_t i = 0; i < expect.parameters.size(); ++i) {
    if (!parameter_meets(expect.parameters[i], wanted.values[i], found.front())) return false;
  }
  return true;
}

bool about_head(const Wanted& wanted) {
  return std::holds_alternative<ExpectHeader>(wanted.line->what) ||
         std::holds_alternative<ExpectExtension>(wanted.line->what);
}

bool head_meets(const Wanted& wanted, const wire::Head& head) {
  if (const auto* header = std::get_if<ExpectHeader>(&wanted.line->what)) {
    return header_meets(*header, wanted, head);
  }
  return extension_meets(std::get<ExpectExtension>(wanted.line->what), wanted, head);
}

base::Octets caught(const Wanted& wanted, const Event& event) {
  if (std::holds_alternative<ExpectClose>(wanted.line->what)) {
    return wire::decode_close(event.payload).tail;
  }
  return event.payload;
}

// Events that may come at any time without being asked for (DESIGN §2 "Always tolerated"). Single
// frames are the material of messages, which are judged as a whole.
bool tolerated(const Event& event) {
  return event.push || event.kind == Event::Kind::ping || event.kind == Event::Kind::pong ||
         event.kind == Event::Kind::frame;
}

}  // namespace

Matcher::Matcher(std::vector<Way> ways, Facts facts)
    : ways_(std::move(ways)), progress_(ways_.size()), facts_(std::move(facts)) {
  CHECK(!ways_.empty());
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    progress_[i].met.resize(ways_[i].lines.size(), false);
    settle_headers(ways_[i], progress_[i]);
  }
  awaits_ = find_awaits();
}

bool Matcher::eligible(const Way& way, const Progress& progress, std::size_t line) const {
  if (progress.met[line]) return false;
  const Wanted& wanted = way.lines[line];
  const Stream own = stream(wanted);
  for (std::size_t before = 0; before < line; ++before) {
    const Wanted& other = way.lines[before];
    if (progress.met[before] || other.link != wanted.link) continue;
    const Stream theirs = stream(other);
    const bool ordered = own == Stream::barrier || theirs == Stream::barrier || own == theirs ||
                         theirs == Stream::headers || own == Stream::headers;
    if (ordered) return false;
  }
  return true;
}

void Matcher::take(Event taken) {
  events_.push_back(std::move(taken));
  const Event& event = events_.back();
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    if (!progress_[i].dead_by && !complete(i)) advance(ways_[i], progress_[i], event);
  }
  awaits_ = find_awaits();
}

bool Matcher::wants(const Event& event) const {
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    if (progress_[i].dead_by || complete(i)) continue;
    for (std::size_t line = 0; line < ways_[i].lines.size(); ++line) {
      const Wanted& wanted = ways_[i].lines[line];
      if (wanted.link == event.link && eligible(ways_[i], progress_[i], line) &&
          std::visit(Meets{wanted, event, facts_(event.link)}, wanted.line->what))
        return true;
    }
  }
  return false;
}

void Matcher::advance(const Way& way, Progress& progress, const Event& event) {
  for (std::size_t line = 0; line < way.lines.size(); ++line) {
    const Wanted& wanted = way.lines[line];
    if (wanted.link != event.link || !eligible(way, progress, line)) continue;
    if (!std::visit(Meets{wanted, event, facts_(event.link)}, wanted.line->what)) continue;
    progress.met[line] = true;
    ++progress.count;
    progress.used.push_back(events_.size() - 1);
    if (wanted.line->capture) {
      progress.captures.emplace_back(*wanted.line->capture, caught(wanted, event));
    }
    settle_headers(way, progress);
    return;
  }
  // A message whose frames a line asked for has been judged already.
  const bool asks_for_frames = std::ranges::any_of(
      way.lines, [](const Wanted& wanted) { return stream(wanted) == Stream::frames; });
  if (event.kind == Event::Kind::message && asks_for_frames) {
    progress.used.push_back(events_.size() - 1);
    return;
  }
  if (!tolerated(event)) progress.dead_by = events_.size() - 1;
}

// `< header` and `< extension` lines need no event of their own: they look at the answer that came
// last.
void Matcher::settle_headers(const Way& way, Progress& progress) {
  for (std::size_t line = 0; line < way.lines.size(); ++line) {
    const Wanted& wanted = way.lines[line];
    if (!about_head(wanted) || progress.dead_by || !eligible(way, progress, line)) continue;
    const wire::Head* head = facts_(wanted.link).last_head;
    if (head == nullptr) continue;
    if (!head_meets(wanted, *head)) {
      // The head came before this line was looked at, so it is the last event or an earlier
      // group's.
      progress.dead_by = events_.empty() ? 0 : events_.size() - 1;
      return;
    }
    progress.met[line] = true;
    ++progress.count;
    if (wanted.line->capture) {
      const auto& name = std::get<ExpectHeader>(wanted.line->what).name;
      const auto values = wire::values(*head, name);
      progress.captures.emplace_back(*wanted.line->capture,
                                     base::octets(values.empty() ? "" : values.front()));
    }
  }
}

std::optional<std::size_t> Matcher::best() const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    if (complete(i) && (!best || ways_[i].grade < ways_[*best].grade)) best = i;
  }
  return best;
}

const Way* Matcher::decided() const {
  const std::optional<std::size_t> found = best();
  if (!found) return nullptr;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    const bool open = !progress_[i].dead_by && !complete(i);
    if (open && ways_[i].grade < ways_[*found].grade) return nullptr;
  }
  return &ways_[*found];
}

const Way* Matcher::best_so_far() const {
  const std::optional<std::size_t> found = best();
  return found ? &ways_[*found] : nullptr;
}

bool Matcher::impossible() const {
  return !best() &&
         std::ranges::all_of(progress_, [](const Progress& p) { return p.dead_by.has_value(); });
}

namespace {

Awaits::Kind kind_of(const Wanted& wanted) {
  if (std::holds_alternative<ExpectStatus>(wanted.line->what) || about_head(wanted)) {
    return Awaits::Kind::head;
  }
  switch (stream(wanted)) {
    case Stream::barrier:
      return Awaits::Kind::end;
    case Stream::pongs:
    case Stream::pings:
      return Awaits::Kind::control;
    default:
      return Awaits::Kind::data;
  }
}

}  // namespace

Awaits Matcher::find_awaits() const {
  Awaits most;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    if (progress_[i].dead_by || complete(i)) continue;
    for (std::size_t line = 0; line < ways_[i].lines.size(); ++line) {
      if (!eligible(ways_[i], progress_[i], line)) continue;
      const Wanted& wanted = ways_[i].lines[line];
      const Awaits::Kind kind = kind_of(wanted);
      const bool answers =
          most.answers || kind == Awaits::Kind::data || kind == Awaits::Kind::control;
      if (kind > most.kind) most = {kind, wanted.link, answers};
      most.answers = answers;
    }
  }
  return most;
}

std::vector<Event> Matcher::take_unused() {
  const std::optional<std::size_t> found = best();
  std::vector<Event> out;
  if (!found) return out;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (!std::ranges::binary_search(progress_[*found].used, i))
      out.push_back(std::move(events_[i]));
  }
  return out;
}

std::vector<const Event*> Matcher::used() const {
  std::vector<const Event*> out;
  if (const std::optional<std::size_t> found = best()) {
    for (const std::size_t i : progress_[*found].used) out.push_back(&events_[i]);
  }
  return out;
}

std::vector<std::pair<std::string, base::Octets>> Matcher::captures() const {
  const std::optional<std::size_t> found = best();
  return found ? progress_[*found].captures : std::vector<std::pair<std::string, base::Octets>>{};
}

std::size_t Matcher::furthest() const {
  std::size_t found = 0;
  for (std::size_t i = 1; i < ways_.size(); ++i) {
    if (progress_[i].count > progress_[found].count) found = i;
  }
  return found;
}

const Expect* Matcher::stopped_at() const {
  const auto lines = missing();
  return lines.empty() ? nullptr : lines.front();
}

std::vector<const Expect*> Matcher::missing() const { return missing_of(furthest()); }

std::size_t Matcher::best_graded() const {
  std::size_t found = 0;
  for (std::size_t i = 1; i < ways_.size(); ++i) {
    const bool better = ways_[i].grade < ways_[found].grade;
    const bool further =
        ways_[i].grade == ways_[found].grade && progress_[i].count > progress_[found].count;
    if (better || further) found = i;
  }
  return found;
}

const Expect* Matcher::best_way_stopped_at() const {
  const auto lines = best_way_missing();
  return lines.empty() ? nullptr : lines.front();
}

std::vector<const Expect*> Matcher::best_way_missing() const { return missing_of(best_graded()); }

std::vector<const Expect*> Matcher::missing_of(std::size_t way) const {
  std::vector<const Expect*> out;
  for (std::size_t line = 0; line < ways_[way].lines.size(); ++line) {
    if (!progress_[way].met[line]) out.push_back(ways_[way].lines[line].line);
  }
  return out;
}

const Event* Matcher::stopped_by() const {
  const Progress& progress = progress_[furthest()];
  if (!progress.dead_by || events_.empty()) return nullptr;
  return &events_[*progress.dead_by];
}

const Event* Matcher::passed_over() const {
  if (ways_.empty()) return nullptr;
  const Progress& progress = progress_[furthest()];
  for (std::size_t i = 0; i < progress.dead_by.value_or(events_.size()); ++i) {
    if (!std::ranges::binary_search(progress.used, i)) return &events_[i];
  }
  return nullptr;
}

}  // namespace wsproof::script
