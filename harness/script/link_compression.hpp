// LinkCompression: what a link knows of compressed messages once permessage-deflate is agreed on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/octets.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_inspector.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::script {

/// Whether a 101 agrees to permessage-deflate, in whatever way.
bool agrees_to_deflate(const wire::Head& answer);

/// Reads the compressed messages of both sides. It takes whatever window and context they use: what
/// was agreed on is for cases and the monitor to judge.
class LinkCompression {
 public:
  /// A frame's header, in order, and its payload, unmasked, in any cut; of the target and of us.
  void received_header(const wire::FrameHeader& header);
  void received_payload(base::OctetView payload, std::size_t kept);
  void sent_header(const wire::FrameHeader& header);
  void sent_payload(base::OctetView payload);

  /// Whether the message of the target that the last header belongs to is compressed.
  bool compressed() const { return compressed_; }
  /// Octets of content so far, of the message of the target and of ours.
  std::uint64_t received_size() const { return inspector_.facts().size; }
  std::uint64_t sent_size() const { return sent_.facts().size; }

  /// A whole message of the target: its content, kept up to the limit, or why there is none.
  struct Message {
    base::Octets content;
    wire::DeflateFacts facts;
    std::string problem;
  };
  Message take_message(std::size_t kept);

 private:
  void inflate(base::OctetView payload, std::size_t kept);

  bool compressed_ = false;
  wire::Inflater inflater_;
  wire::DeflateInspector inspector_;
  base::Octets content_;
  bool sent_compressed_ = false;
  wire::DeflateInspector sent_;
};

}  // namespace wsproof::script
