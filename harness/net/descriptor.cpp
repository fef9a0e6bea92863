#include "harness/net/descriptor.hpp"

#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <system_error>

namespace wsproof::net {

void Descriptor::reset(int number) {
  if (number_ >= 0) ::close(number_);
  number_ = number;
}

std::string error_words(int error) {
  std::string words = std::generic_category().message(error);
  // "Connection refused" but not "RPC version wrong".
  if (words.size() > 1 && std::islower(static_cast<unsigned char>(words[1])) != 0)
    words[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(words[0])));
  return words;
}

bool is_exhaustion(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
    case EAGAIN:
      return true;
    default:
      return false;
  }
}

}  // namespace wsproof::net
