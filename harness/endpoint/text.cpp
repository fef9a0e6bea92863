#include "harness/endpoint/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wsproof::endpoint {

bool TextJudge::feed(base::OctetView piece) {
  if (alphabet_ == Alphabet::anything) return true;
  if (alphabet_ == Alphabet::utf8) return !strict_.feed(piece);
  for (const std::uint8_t octet : piece) {
    if (wrong_ || !take(octet)) {
      wrong_ = true;
      return false;
    }
  }
  return !wrong_;
}

bool TextJudge::complete() const {
  if (alphabet_ == Alphabet::anything) return true;
  if (alphabet_ == Alphabet::utf8) return strict_.complete();
  return !wrong_ && missing_ == 0;
}

bool TextJudge::take(std::uint8_t octet) {
  if (missing_ == 0) return take_lead(octet);
  if (octet < low_ || octet > high_) return false;
  low_ = alphabet_ == Alphabet::wrong_tails_too ? 0x00 : 0x80;
  high_ = alphabet_ == Alphabet::wrong_tails_too ? 0xFF : 0xBF;
  character_ = (character_ << 6U) | (octet & 0x3FU);
  return --missing_ > 0 || is_allowed();
}

bool TextJudge::take_lead(std::uint8_t octet) {
  const bool overlong = alphabet_ == Alphabet::overlong_forms_too;
  const bool beyond = alphabet_ == Alphabet::beyond_unicode_too;
  if (octet < 0x80) {
    character_ = octet;
    return is_allowed();
  }
  if (octet < (overlong ? 0xC0 : 0xC2) || octet > (beyond ? 0xF7 : 0xF4)) return false;
  missing_ = octet < 0xE0 ? 1 : octet < 0xF0 ? 2 : 3;
  low_ = 0x80;
  high_ = 0xBF;
  character_ = octet & (0x3FU >> missing_);
  if (octet == 0xE0 && !overlong) low_ = 0xA0;
  if (octet == 0xED && alphabet_ != Alphabet::surrogates_too) high_ = 0x9F;
  if (octet == 0xF0 && !overlong) low_ = 0x90;
  if (octet == 0xF4 && !beyond) high_ = 0x8F;
  return true;
}

bool TextJudge::is_allowed() const {
  if (alphabet_ == Alphabet::no_nul) return character_ != 0;
  if (alphabet_ != Alphabet::no_noncharacters) return true;
  return (character_ & 0xFFFEU) != 0xFFFE && (character_ < 0xFDD0 || character_ > 0xFDEF);
}

bool is_text(base::OctetView text, Alphabet alphabet) {
  TextJudge judge(alphabet);
  return judge.feed(text) && judge.complete();
}

base::Octets repaired(base::OctetView text, Alphabet alphabet) {
  constexpr std::array<std::uint8_t, 3> replacement{0xEF, 0xBF, 0xBD};
  base::Octets result;
  base::Octets character;  // octets that may still become one
  TextJudge judge(alphabet);
  for (const std::uint8_t octet : text) {
    character.push_back(octet);
    const bool good = judge.feed(base::OctetView(&octet, 1));
    if (good && !judge.complete()) continue;
    base::append(result, good ? base::OctetView(character) : base::OctetView(replacement));
    character.clear();
    if (!good) judge = TextJudge(alphabet);
  }
  if (!character.empty()) base::append(result, replacement);
  return result;
}

base::OctetView trimmed(base::OctetView text) {
  const auto is_blank = [](std::uint8_t octet) {
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
  };
  while (!text.empty() && is_blank(text.back())) text = text.first(text.size() - 1);
  while (!text.empty() && is_blank(text.front())) text = text.subspan(1);
  return text;
}

base::Octets with_cut_pairs(base::OctetView text, std::size_t units) {
  constexpr std::array<std::uint8_t, 6> halves{0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD};
  base::Octets result;
  std::size_t unit = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint8_t lead = text[at];
    const std::size_t octets = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const base::OctetView character = text.subspan(at, std::min(octets, text.size() - at));
    const bool pair = octets == 4;
    const bool across = pair && unit % units == units - 1;
    base::append(result, across ? base::OctetView(halves) : character);
    unit += pair ? 2 : 1;
    at += character.size();
  }
  return result;
}

base::Octets with_one_line_end(base::OctetView text) {
  base::Octets result;
  for (const std::uint8_t octet : text) {
    if (octet == '\n' && !result.empty() && result.back() == '\r') result.pop_back();
    result.push_back(octet);
  }
  return result;
}

}  // namespace wsproof::endpoint
