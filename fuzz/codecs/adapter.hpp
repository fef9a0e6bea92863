// A codec that is a class, behind the functions of codec.h.
#pragma once

#include "fuzz/codec.h"

namespace wsproof::fuzz {

/// `Codec` is made of (settings, report, listener), and has `feed(octets, size)`.
template <typename Codec>
struct Adapter {
  static void* create(const wsproof_codec_settings* settings, wsproof_report report,
                      void* listener) {
    return new Codec(*settings, report, listener);
  }
  static void feed(void* codec, const uint8_t* octets, size_t size) {
    static_cast<Codec*>(codec)->feed(octets, size);
  }
  static void destroy(void* codec) { delete static_cast<Codec*>(codec); }
};

}  // namespace wsproof::fuzz
