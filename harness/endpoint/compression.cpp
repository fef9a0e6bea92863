#include "harness/endpoint/compression.hpp"

#include <algorithm>
#include <utility>

namespace wsproof::endpoint {

namespace {

constexpr std::size_t worth_it = 100;  // octets, for those who compress only long messages
constexpr std::size_t large = std::size_t{1} << unsigned{wire::most_window_bits};

wire::DeflateOptions options_of(int bits, const DeflateQuirks& quirks) {
  wire::DeflateOptions options{.window_bits = bits, .level = 6, .strategy = wire::Strategy::usual};
  if (quirks.sent_window == SentWindow::full) options.window_bits = wire::most_window_bits;
  if (quirks.sent_form == SentForm::stored) options.level = 0;
  if (quirks.sent_form == SentForm::huffman_only) options.strategy = wire::Strategy::huffman_only;
  if (quirks.sent_form == SentForm::fixed) options.strategy = wire::Strategy::fixed;
  return options;
}

// Its own choice or the other side's, which a side may also make by itself.
bool forgets(bool agreed, Takeover rule) {
  return rule == Takeover::never || (agreed && rule != Takeover::always);
}

int window_of(int agreed, int hinted, int other, InflateWindow rule) {
  switch (rule) {
    case InflateWindow::agreed:
      return agreed;
    case InflateWindow::half:
      return std::max(agreed - 1, wire::least_window_bits);
    case InflateWindow::hinted:
      return hinted;
    case InflateWindow::small:
      return std::min(agreed, 12);
    case InflateWindow::of_other_direction:
      return other;
  }
  return wire::most_window_bits;
}

}  // namespace

// ── Sending ──────────────────────────────────────────────────────────────────────────────────────

MessageDeflater::MessageDeflater(wire::Role sender, const DeflateAgreement& agreed,
                                 const DeflateQuirks& quirks)
    : quirks_(quirks),
      // [7692-7.2.1-8] [7692-7.2.1-10]
      forgets_(forgets(sender == wire::Role::server ? agreed.server_forgets : agreed.client_forgets,
                       quirks.sent_takeover)),
      // [7692-7.2.1-12] [7692-7.2.1-13]
      deflater_(options_of(sender == wire::Role::server ? agreed.server_bits : agreed.client_bits,
                           quirks)) {}

// Message by message either is right. [7692-6-2]
bool MessageDeflater::wants(std::size_t size) {
  ++messages_;
  switch (quirks_.compresses) {
    case Compresses::all:
      return true;
    case Compresses::none:
      return false;
    case Compresses::long_ones:
      return size >= worth_it;
    case Compresses::every_second:
      return messages_ % 2 == 0;
    case Compresses::none_empty:
      return size > 0;
  }
  return true;
}

base::Octets MessageDeflater::compress(base::OctetView content) {
  if (forgets_) deflater_.forget();
  if (content.empty() && quirks_.sent_empty == Check::off) return {};
  if (quirks_.sent_window == SentWindow::full_when_large && content.size() > large) {
    deflater_.forget();
    return wire::Deflater().message(content);
  }
  base::Octets output;
  write(content, output);
  if (quirks_.sent_tail == SentTail::removed) wire::remove_tail(output);  // [7692-7.2.1-1]
  if (quirks_.sent_tail == SentTail::cut_at_first) {
    output.erase(std::ranges::search(output, wire::deflate_tail).begin(), output.end());
  }
  if (output.empty()) output.push_back(0);  // [7692-7.2.3.6-1]
  if (quirks_.sent_tail == SentTail::octet_lost && output.size() > 1) output.pop_back();
  return output;
}

void MessageDeflater::write(base::OctetView content, base::Octets& output) {
  const bool pieces =
      quirks_.sent_form == SentForm::flushed || quirks_.sent_tail == SentTail::removed_within;
  if (pieces && content.size() > 1) {
    const std::size_t half = content.size() / 2;
    deflater_.feed(content.first(half), wire::Flush::sync, output);
    if (quirks_.sent_tail == SentTail::removed_within) wire::remove_tail(output);
    content = content.subspan(half);
  }
  if (quirks_.sent_form != SentForm::final && quirks_.sent_form != SentForm::dirty_final) {
    return deflater_.feed(content, wire::Flush::sync, output);
  }
  // A block with BFINAL, then the empty one whose end stays away. [7692-7.2.1-4] [7692-7.2.1-5]
  deflater_.feed(content, wire::Flush::finish, output);
  if (quirks_.sent_form == SentForm::dirty_final) output.back() |= 0x80U;
  output.push_back(0);
  base::append(output, wire::deflate_tail);
}

// ── Receiving ────────────────────────────────────────────────────────────────────────────────────

MessageInflater::MessageInflater(wire::Role receiver, const DeflateAgreement& agreed,
                                 const DeflateQuirks& quirks,
                                 std::shared_ptr<wire::Inflater> shared)
    : quirks_(quirks),
      forgets_(
          forgets(receiver == wire::Role::server ? agreed.client_forgets : agreed.server_forgets,
                  quirks.kept_takeover)),
      inflater_(std::move(shared)) {
  // What the other side must not use need not be kept. [7692-7.2.2-4] [7692-7.2.2-7]
  const int bits =
      receiver == wire::Role::server
          ? window_of(agreed.client_bits, agreed.hint_bits, agreed.server_bits, quirks.kept_window)
          : window_of(agreed.server_bits, agreed.server_bits, agreed.client_bits,
                      quirks.kept_window);
  if (!inflater_) inflater_ = std::make_shared<wire::Inflater>(bits);
  if (quirks.kept_takeover == Takeover::as_hinted && agreed.hint_forgets) forgets_ = true;
}

// With no_context_takeover nothing of before can be referred to. [7692-7.2.2-4]
void MessageInflater::begin() {
  if (forgets_) inflater_->forget();
  over_ = false;
  size_ = 0;
  finals_ = 0;
}

MessageInflater::Trouble MessageInflater::feed(base::OctetView piece, base::Octets& message,
                                               std::size_t limit) {
  size_ += piece.size();
  if (quirks_.limit == InflatedLimit::wire) {
    if (size_ > limit) return Trouble::too_big;
    constexpr std::size_t bounded = std::size_t{256} << 20U;  // ours, whatever the quirk
    limit = bounded;
  }
  if (quirks_.final_block == FinalBlock::goes_on) return inflate(piece, message, limit);
  for (; !piece.empty() && !over_; piece = piece.subspan(1)) {
    const std::uint64_t before = inflater_->final_blocks();
    Trouble found = inflate(piece.first(1), message, limit);
    if (found == Trouble::none && inflater_->final_blocks() > before) found = final_block();
    if (found != Trouble::none) return found;
  }
  return Trouble::none;
}

// zlib alone stops at a final block; who goes on has to do so each time, and with what was before.
MessageInflater::Trouble MessageInflater::final_block() {
  ++finals_;
  switch (quirks_.final_block) {
    case FinalBlock::goes_on:
      break;
    case FinalBlock::ends_message:
      over_ = true;
      break;
    case FinalBlock::second_ends_message:
      over_ = finals_ > 1;
      break;
    case FinalBlock::starts_anew:
      inflater_->forget();
      break;
    case FinalBlock::refused:
      return Trouble::broken;
  }
  return Trouble::none;
}

MessageInflater::Trouble MessageInflater::inflate(base::OctetView piece, base::Octets& message,
                                                  std::size_t limit) {
  if (over_) return Trouble::none;
  // One octet more than allowed tells that there are more. [7692-7.2.2-9]
  const std::size_t room = limit + 1 - std::min(limit, message.size());
  switch (inflater_->feed(piece, room, message)) {
    case wire::Inflater::State::hungry:
      return Trouble::none;
    case wire::Inflater::State::full:
      return Trouble::too_big;
    case wire::Inflater::State::broken:
      break;
  }
  return trouble();
}

// What is done about broken data. [7692-7.2.2-8]
MessageInflater::Trouble MessageInflater::trouble() {
  const bool refused =
      quirks_.broken == BrokenData::refused || quirks_.broken == BrokenData::refused_late;
  if (refused) return Trouble::broken;
  over_ = true;
  inflater_->forget();
  return quirks_.broken == BrokenData::delivered ? Trouble::none : Trouble::dropped;
}

MessageInflater::Trouble MessageInflater::end(base::Octets& message, std::size_t limit) {
  if (quirks_.empty_payload == Check::off && size_ == 0) return Trouble::none;
  if (quirks_.tail == Check::on) {  // [7692-7.2.2-1]
    if (const Trouble found = inflate(wire::deflate_tail, message, limit); found != Trouble::none) {
      return found;
    }
  }
  const bool whole = over_ || inflater_->between_blocks() || quirks_.tail == Check::off;
  if (!whole && quirks_.cut_off == Check::on) return trouble();
  const bool left = message.size() > large && quirks_.large_messages == Check::off;
  if (over_ || left || (!whole && quirks_.cut_off == Check::off)) inflater_->forget();
  return Trouble::none;
}

void MessageInflater::end_fragment() {
  if (quirks_.kept_takeover == Takeover::within_fragments) inflater_->forget();
}

// They leave the context alone. [7692-7.2.3.2-1]
void MessageInflater::end_plain(base::OctetView message) {
  if (quirks_.plain_messages == PlainMessages::forget) inflater_->forget();
  if (quirks_.plain_messages == PlainMessages::learn) inflater_->forget_all_but(message);
}

}  // namespace wsproof::endpoint
