#include <utility>

#include "harness/script/expand.hpp"

namespace wsproof::script {

namespace {

using What = decltype(Expect::what);

Expression number_of(std::uint64_t value, const At& at) { return {.value = value, .at = at}; }

Expression text_of(std::string_view text, const At& at) {
  return {.value = base::octets(text), .at = at};
}

Range range(std::uint64_t first, std::uint64_t last, const At& at) {
  return {.first = number_of(first, at), .last = number_of(last, at)};
}

// Lines that stand for a macro: they keep its connection, requirement and place.
struct Macro {
  const Expect& written;

  Expect line(What what) const {
    Expect expect = written;
    expect.what = std::move(what);
    return expect;
  }

  Alternative branch(Grade grade, std::string note, std::vector<What> lines) const {
    Alternative alternative{.grade = grade, .note = std::move(note), .lines = {}, .at = written.at};
    for (What& what : lines) alternative.lines.push_back(line(std::move(what)));
    return alternative;
  }
};

ExpectClose close(ExpectClose::Body body, std::vector<Range> codes = {}) {
  return {.body = body, .codes = std::move(codes), .reason = {}};
}

// The scale of DESIGN.md §3.4 for "fail the connection" (RFC 6455 §7.1.7). Going on is no branch:
// it is a deviation, and called what the class of its requirement says. A reset is called what an
// end is: which of the two is seen depends on whether the target had read everything by then.
Step failure(const Macro& macro, const ExpectFailure& what) {
  using Body = ExpectClose::Body;
  const ExpectEnd eof{.kind = ExpectEnd::Kind::eof};
  const ExpectEnd reset{.kind = ExpectEnd::Kind::reset};
  return Either{
      .alternatives =
          {macro.branch(Grade::pass, "", {close(Body::codes, what.codes), eof}),
           macro.branch(Grade::non_strict, "another legal close code", {close(Body::legal), eof}),
           macro.branch(Grade::non_strict, "a Close without a code", {close(Body::empty), eof}),
           macro.branch(Grade::non_strict, "the connection ended without a Close", {eof}),
           macro.branch(Grade::non_strict, "the connection ended without a Close", {reset}),
           macro.branch(Grade::non_strict, "a second Close behind the first",
                        {close(Body::legal), close(Body::any), eof}),
           macro.branch(Grade::fail, "a close code that must not be sent",
                        {close(Body::forbidden)})},
      .at = macro.written.at};
}

// What "return an HTTP response with an appropriate error code" (RFC 6455 §4.2.1) looks like.
Step refusal(const Macro& macro, const ExpectRefusal& what) {
  const At& at = macro.written.at;
  const ExpectEnd eof{.kind = ExpectEnd::Kind::eof};
  const ExpectEnd reset{.kind = ExpectEnd::Kind::reset};
  const auto codes = what.codes.empty() ? std::vector{range(400, 499, at)} : what.codes;
  const auto status = [](std::vector<Range> ranges) { return ExpectStatus{std::move(ranges)}; };
  return Either{
      .alternatives =
          {macro.branch(Grade::pass, "", {status(codes)}),
           macro.branch(Grade::non_strict, "another refusal", {status({range(200, 599, at)})}),
           macro.branch(Grade::non_strict, "the connection ended without an HTTP answer", {eof}),
           macro.branch(Grade::non_strict, "the connection ended without an HTTP answer", {reset})},
      .at = at};
}

// A right and complete 101 (RFC 6455 §4.2.2 and §4.1). The peer binds $key to the key it sent.
void upgrade(const Macro& macro, std::vector<Step>& steps) {
  using Test = ExpectHeader::Test;
  const At& at = macro.written.at;
  const auto header = [&](std::string_view name, Test test, Expression value) {
    steps.emplace_back(macro.line(
        ExpectHeader{.name = std::string(name), .test = test, .value = std::move(value)}));
  };
  steps.emplace_back(macro.line(ExpectStatus{{{.first = number_of(101, at), .last = {}}}}));
  header("Upgrade", Test::token, text_of("websocket", at));
  header("Connection", Test::contains, text_of("Upgrade", at));
  Call accept{.function = "accept", .arguments = {{.value = Variable{"key"}, .at = at}}};
  header("Sec-WebSocket-Accept", Test::is, {.value = std::move(accept), .at = at});
}

// A 101 that agrees to an extension in a certain way. Another one says nothing against the target.
Step agreed(const Macro& macro, const ExpectAgreed& what) {
  const At& at = macro.written.at;
  const ExpectStatus switched{{{.first = number_of(101, at), .last = {}}}};
  const ExpectExtension extension{
      .name = what.name, .absent = false, .parameters = what.parameters};
  return Either{.alternatives = {macro.branch(Grade::pass, "", {switched, extension}),
                                 macro.branch(Grade::unsupported, "does not agree to this",
                                              {ExpectStatus{{range(100, 599, at)}}})},
                .at = at};
}

}  // namespace

Case without_macros(const Case& c) {
  Case result = c;
  for (Step& step : std::exchange(result.steps, {})) {
    const auto* const expect = std::get_if<Expect>(&step);
    if (expect == nullptr) {
      result.steps.push_back(std::move(step));
      continue;
    }
    const Macro macro{.written = *expect};
    if (const auto* const failed = std::get_if<ExpectFailure>(&expect->what)) {
      result.steps.push_back(failure(macro, *failed));
    } else if (const auto* const refused = std::get_if<ExpectRefusal>(&expect->what)) {
      result.steps.push_back(refusal(macro, *refused));
    } else if (std::holds_alternative<ExpectUpgrade>(expect->what)) {
      upgrade(macro, result.steps);
    } else if (const auto* const wanted = std::get_if<ExpectAgreed>(&expect->what)) {
      result.steps.push_back(agreed(macro, *wanted));
    } else {
      result.steps.push_back(std::move(step));
    }
  }
  return result;
}

}  // namespace wsproof::script
