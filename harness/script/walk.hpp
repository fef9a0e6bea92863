// Walk: visits every expression of a step, to replace variables or to look at them.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

#include "harness/script/step.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

/// What the place of an expression can take.
enum class Wants { number, octets, either };

template <typename T, typename U>
concept Like = std::same_as<std::remove_const_t<T>, U>;

/// Calls visit(Expression&, Wants) for the expressions of a step, in the order in which they are
/// written, not for their operands. With a const step the expressions are const.
template <typename Visit>
class Walk {
 public:
  explicit Walk(Visit visit) : visit_(std::move(visit)) {}

  void step(auto& any_step) { std::visit(*this, any_step); }

  void operator()(Like<Connect> auto& connect) { optional(connect.count, Wants::number); }
  void operator()(Like<SendEnd> auto&) {}
  void operator()(Like<Fence> auto&) {}
  void operator()(Like<Leave> auto&) {}
  void operator()(Like<Reading> auto&) {}
  void operator()(Like<Send> auto& send) { frame(send.frame); }
  void operator()(Like<SendRaw> auto& raw) { visit_(raw.octets, Wants::octets); }
  void operator()(Like<Pause> auto& pause) { visit_(pause.milliseconds, Wants::number); }
  void operator()(Like<Growth> auto& growth) { visit_(growth.most, Wants::number); }
  void operator()(Like<Handshake> auto& handshake) {
    for (auto& edit : handshake.edits) optional(edit.value, Wants::either);
  }
  void operator()(Like<Batch> auto& batch) {
    optional(batch.write_size, Wants::number);
    for (auto& line : batch.lines) std::visit(*this, line);
  }
  void operator()(Like<Let> auto& let) {
    if (auto* const value = std::get_if<Expression>(&let.value)) visit_(*value, Wants::either);
    if (auto* const message = std::get_if<MessageSpec>(&let.value)) {
      optional(message->size, Wants::number);
    }
  }
  void operator()(Like<Whenever> auto& rule) {
    (*this)(rule.when);
    (*this)(rule.then);
  }
  void operator()(Like<Either> auto& either) {
    for (auto& alternative : either.alternatives) {
      for (auto& line : alternative.lines) (*this)(line);
    }
  }
  void operator()(Like<Expect> auto& expect) {
    std::visit([this](auto& what) { this->expected(what); }, expect.what);
  }

 private:
  void optional(auto& expression, Wants wants) {
    if (expression) visit_(*expression, wants);
  }

  void frame(auto& spec) {
    optional(spec.code, Wants::number);
    optional(spec.payload, Wants::octets);
    if (spec.part) {
      visit_(spec.part->index, Wants::number);
      visit_(spec.part->count, Wants::number);
    }
    for (const FrameField& field : frame_fields) optional(spec.*field.member, Wants::number);
  }

  void ranges(auto& all) {
    for (auto& range : all) {
      visit_(range.first, Wants::number);
      optional(range.last, Wants::number);
    }
  }

  void compression(auto& all) { optional(all.within, Wants::number); }

  void parameters(auto& all) {
    for (auto& test : all) ranges(test.values);
  }

  void expected(Like<ExpectMessage> auto& what) {
    optional(what.payload.exactly, Wants::octets);
    compression(what.compression);
  }
  void expected(Like<ExpectAnswer> auto& what) { compression(what.compression); }
  void expected(Like<ExpectExtension> auto& what) { parameters(what.parameters); }
  void expected(Like<ExpectAgreed> auto& what) { parameters(what.parameters); }
  void expected(Like<ExpectControl> auto& what) { optional(what.payload.exactly, Wants::octets); }
  void expected(Like<ExpectFrame> auto& what) { frame(what.frame); }
  void expected(Like<ExpectHeader> auto& what) { optional(what.value, Wants::either); }
  void expected(Like<ExpectStatus> auto& what) { ranges(what.codes); }
  void expected(Like<ExpectFailure> auto& what) { ranges(what.codes); }
  void expected(Like<ExpectRefusal> auto& what) { ranges(what.codes); }
  void expected(Like<ExpectClose> auto& what) {
    ranges(what.codes);
    optional(what.reason.exactly, Wants::octets);
  }
  void expected(Like<ExpectEnd> auto&) {}
  void expected(Like<ExpectGoingOn> auto&) {}
  void expected(Like<ExpectUpgrade> auto&) {}

  Visit visit_;
};

/// Calls visit(Variable&, At&) for every variable in an expression.
template <typename Node, typename Visit>
void each_variable(Node& expression, Visit&& visit) {
  if (auto* const variable = std::get_if<Variable>(&expression.value))
    visit(*variable, expression.at);
  if (auto* const call = std::get_if<Call>(&expression.value)) {
    for (auto& argument : call->arguments) each_variable(argument, visit);
  }
}

}  // namespace wsproof::script
