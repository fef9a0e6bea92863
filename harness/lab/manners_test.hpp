// Applications that several tests talk to.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/lab/application.hpp"

namespace wsproof::lab {

/// Answers {"Num": n} with the same and a line end, and nothing else.
inline Manners json() {
  Manners out;
  out.answers = [](base::Link from, const std::string& text, bool) -> std::vector<Say> {
    const std::size_t at = text.find_first_of("0123456789");
    if (text.find("\"Num\"") == std::string::npos || at == std::string::npos) return {};
    const std::string number = text.substr(at, text.find_first_not_of("0123456789", at) - at);
    return {{from, "{\"Num\":" + number + "}\n"}};
  };
  return out;
}

/// What one sends, all get.
inline Manners hub() {
  auto clients = std::make_shared<std::set<base::Link>>();
  Manners out;
  out.greets = [clients](base::Link link) -> std::vector<Say> {
    clients->insert(link);
    return {};
  };
  out.answers = [clients](base::Link, const std::string& text, bool binary) {
    std::vector<Say> all;
    for (const base::Link link : *clients) all.push_back({link, text, binary});
    return all;
  };
  return out;
}

}  // namespace wsproof::lab
