// Property: a head is found in any cut, kept as it was written, and read as a naive reader reads
// it.
#include <string>
#include <vector>

#include "fuzz/conversation.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/wire/body.hpp"
#include "harness/wire/http.hpp"

using namespace wsproof;

namespace {

// Where the head ends: behind the first empty line that is not the first line.
std::optional<std::size_t> naive_size(std::string_view text) {
  bool start_line = true;
  for (std::size_t at = 0;;) {
    const std::size_t line_feed = text.find('\n', at);
    if (line_feed == std::string_view::npos) return std::nullopt;
    std::string_view line = text.substr(at, line_feed - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = line_feed + 1;
    if (line.empty() && !start_line) return at;
    start_line = false;
  }
}

void judge_fields(const wire::Head& head) {
  for (const wire::HeadLine& line : head.fields) {
    const auto field = wire::field(line);
    fuzz::must(field.has_value() == (line.text.find(':') != std::string::npos),
               "a field is a line with a colon");
    if (!field) continue;
    fuzz::must(line.text.starts_with(field->name + ":"), "the name stands before the colon");
    fuzz::must(!field->value.starts_with(' ') && !field->value.ends_with('\t'),
               "a value has no white space around it");
    if (line.text.starts_with(' ') || line.text.starts_with('\t')) continue;
    for (const std::string& element : wire::list_values(head, field->name)) {
      fuzz::must(!element.empty() && wire::list_has_token(head, field->name, element),
                 "what is listed is found, and is not empty");
    }
    fuzz::must(!wire::values(head, field->name).empty(), "a field that is there has a value");
  }
}

void judge_issues(const wire::Head& head) {
  const auto issues = wire::issues(head);
  for (std::size_t at = 0; at < issues.size(); ++at) {
    fuzz::must(issues[at].line <= head.fields.size() + 1, "an issue names a line that there is");
    fuzz::must(!wire::name(issues[at].kind).empty(), "an issue can be said in words");
    if (at == 0) continue;
    const auto& before = issues[at - 1];
    fuzz::must(before.line < issues[at].line ||
                   (before.line == issues[at].line && before.column <= issues[at].column),
               "issues are ordered by line and column");
  }
  if (!issues.empty()) return;
  fuzz::must(wire::request_line(head) || wire::status_line(head),
             "a head without issues is a request or a response");
}

void judge_body(const wire::Head& head, base::OctetView content, base::OctetView cuts) {
  wire::BodyEnd whole = wire::BodyEnd::after(head);
  const std::size_t taken = whole.feed(content);
  fuzz::must(taken <= content.size(), "no more content than there is");
  wire::BodyEnd pieces = wire::BodyEnd::after(head);
  std::size_t in_pieces = 0;
  fuzz::in_writes(content, cuts, [&](base::OctetView piece) {
    const std::size_t some = pieces.feed(piece);
    in_pieces += some;
    return some == piece.size();
  });
  fuzz::must(in_pieces == taken && pieces.complete() == whole.complete(),
             "the content ends at the same octet in any cut");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  const base::OctetView octets = stream.octets;
  const auto found = wire::head_size(octets);
  fuzz::must(found == naive_size(base::as_text(octets)), "the head ends at its first empty line");

  std::size_t come = 0;
  std::optional<std::size_t> in_pieces;
  fuzz::in_writes(octets, stream.cuts, [&](base::OctetView piece) {
    in_pieces = wire::head_size(octets.first(come + piece.size()), come);
    come += piece.size();
    return !in_pieces;
  });
  fuzz::must(in_pieces == found, "the head is found in any cut");

  fuzz::must(base::equal(wire::encode(wire::decode_head(octets)), octets),
             "written again it is what was read, complete or not");
  const wire::Head head = wire::decode_head(octets.first(found.value_or(octets.size())));
  judge_fields(head);
  judge_issues(head);
  if (found) judge_body(head, octets.subspan(*found), stream.cuts);
  return 0;
}
