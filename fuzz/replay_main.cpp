// main for any compiler: plays files, and all files of folders, to a fuzz target, once each.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/targets/target.hpp"

namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t played = 0;
  for (int at = 1; at < count; ++at) {
    for (const auto& path : files_of(arguments[at])) {
      std::ifstream file(path, std::ios::binary);
      if (!file) {
        std::fprintf(stderr, "cannot read %s\n", path.c_str());
        return 2;
      }
      const std::string octets{std::istreambuf_iterator<char>(file), {}};
      std::fprintf(stderr, "%s\r", path.c_str());  // so that an abort shows whose fault it is
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
      ++played;
    }
  }
  std::printf("%zu inputs, the property holds for each\n", played);
  return played == 0 ? 2 : 0;
}
