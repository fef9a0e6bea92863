#include "harness/wire/accept_key.hpp"

#include <openssl/evp.h>

#include <array>

#include "harness/base/check.hpp"

namespace wsproof::wire {

std::string accept_key(std::string_view key) {
  // The key as it was sent, not decoded, followed by the GUID. [6455-4.2.2-21]
  std::string hashed(key);
  hashed += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  // Fails only without memory or in an OpenSSL that was built or configured without SHA-1.
  CHECK(EVP_Digest(hashed.data(), hashed.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  return base::to_base64(base::OctetView(digest).first(size));
}

bool is_well_formed_key(std::string_view key) {
  // [6455-4.2.1-15], and strictly base64 with zero pad bits. [6455-4.2.1-16] [4648-3.5-1]
  // 16 octets have 24 digits; the size is asked first so that a huge key is not decoded.
  if (key.size() != 24) return false;
  const auto nonce = base::from_base64(key);
  return nonce && nonce->size() == 16;
}

}  // namespace wsproof::wire
