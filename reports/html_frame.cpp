#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/base/escape.hpp"
#include "harness/wire/close.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/utf8.hpp"
#include "reports/html_wire.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::Entry;

namespace {

// The parts that a frame's octets fall into; a field names the part that it stands in.
enum class Part { first, second, length, key, payload };

std::string_view number(Part part) {
  constexpr std::string_view digits = "01234";
  return digits.substr(static_cast<std::size_t>(part), 1);
}

void field(Html& page, Part part, std::string_view name, std::string_view value) {
  const auto pair = page.in("div", {{"data-p", number(part)}});
  page.element("dt", name).element("dd", value);
}

// The payload as it was before masking.
base::Octets unmasked(base::OctetView octets, const std::optional<wire::MaskingKey>& key) {
  base::Octets out(octets.begin(), octets.end());
  if (!key) return out;
  for (std::size_t index = 0; index < out.size(); ++index)
    out[index] = static_cast<std::uint8_t>(out[index] ^ (*key)[index % 4]);
  return out;
}

// Octets as a person reads them: text in quotes, or hex.
std::string legible(base::OctetView octets, bool whole) {
  constexpr std::size_t most = 48;
  const base::OctetView front = octets.first(std::min(octets.size(), most));
  const bool text = wire::is_utf8(octets);
  const std::string shown =
      text ? "\"" + base::cut(base::as_text(octets), most) + "\"" : spaced_hex(front);
  return shown + (!text && front.size() < octets.size() ? " …" : whole ? "" : " …");
}

void payload_fields(Html& page, const wire::FrameHeader& header, base::OctetView octets,
                    bool whole) {
  if (octets.empty()) return;
  const base::Octets plain = unmasked(octets, header.key);
  if (header.opcode == wire::opcode::close) {
    const wire::ClosePayload close = wire::decode_close(plain);
    if (close.code) field(page, Part::payload, "code", std::to_string(*close.code));
    if (!close.tail.empty()) field(page, Part::payload, "reason", legible(close.tail, whole));
    return;
  }
  field(page, Part::payload, header.key ? "payload unmasked" : "payload", legible(plain, whole));
}

void fields(Html& page, const wire::FrameHeader& header) {
  const std::string_view name = wire::opcode::name(header.opcode);
  field(page, Part::first, "FIN", header.fin ? "1" : "0");
  field(page, Part::first, "RSV", fmt::format("{:03b}", header.rsv));
  field(page, Part::first, "opcode",
        fmt::format("{} {}", header.opcode, name.empty() ? "reserved" : name));
  field(page, Part::second, "MASK", header.key ? "1" : "0");
  const bool short_form = header.form == wire::LengthForm::seven;
  const int marker = header.form == wire::LengthForm::sixteen ? 126 : 127;
  field(page, Part::second, "length",
        std::to_string(short_form ? header.length : static_cast<std::uint64_t>(marker)));
  if (!short_form)
    field(page, Part::length, marker == 126 ? "16-bit length" : "64-bit length",
          std::to_string(header.length));
  if (header.key) field(page, Part::key, "masking key", base::to_hex(*header.key));
}

}  // namespace

std::string spaced_hex(base::OctetView octets) {
  std::string text;
  for (const std::uint8_t octet : octets) {
    if (!text.empty()) text += ' ';
    text += base::to_hex({&octet, 1});
  }
  return text;
}

void cut_note(Html& page, const Entry& entry, std::size_t shown) {
  if (entry.size <= shown) return;
  std::string note = fmt::format(" … {} octets", entry.size);
  if (!entry.hash.empty()) note += ", SHA-256 " + base::cut(entry.hash, 64);
  page.element("small", note);
}

void decoded_frame(Html& page, const Entry& entry) {
  const base::OctetView octets(entry.octets);
  const auto decoded = wire::decode_header(octets);
  const std::size_t shown = std::min(octets.size(), shown_octets);
  const auto frame = page.in("div", {{"class", "frame"}});
  if (!decoded || decoded->size > shown) {
    page.element("div", {{"class", "hex"}}, spaced_hex(octets.first(shown)));
    return;
  }
  {
    const auto list = page.in("dl", {{"class", "fields"}});
    fields(page, decoded->header);
    payload_fields(page, decoded->header, octets.subspan(decoded->size),
                   octets.size() == entry.size);
  }
  const auto block = page.in("div", {{"class", "hex"}});
  const std::size_t key = decoded->header.key ? 4 : 0;
  const std::size_t lengths = decoded->size - 2 - key;
  std::size_t done = 0;
  const auto part = [&](Part name, std::size_t size) {
    if (size == 0) return;
    if (done > 0) page.text(" ");
    page.element("span", {{"data-p", number(name)}}, spaced_hex(octets.subspan(done, size)));
    done += size;
  };
  part(Part::first, 1);
  part(Part::second, 1);
  part(Part::length, lengths);
  part(Part::key, key);
  part(Part::payload, shown - decoded->size);
  cut_note(page, entry, shown);
}

}  // namespace wsproof::reports
