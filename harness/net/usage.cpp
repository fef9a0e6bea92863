#include "harness/net/usage.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/net/signals.hpp"

namespace wsproof::net {
namespace {

constexpr std::size_t most_entries = 65'536;  // of one folder of /proc

using Folder = std::unique_ptr<DIR, decltype([](DIR* folder) { ::closedir(folder); })>;

/// One line of /proc/PID/stat, as far as it matters here (proc(5)).
struct Stat {
  int pid = 0, parent = 0, group = 0;
  char state = '?';
  std::uint64_t ticks = 0, threads = 0, pages = 0;
};

/// The names in a folder that are numbers.
std::vector<int> numbers_in(const std::string& path) {
  std::vector<int> out;
  const Folder folder(::opendir(path.c_str()));
  while (folder && out.size() < most_entries) {
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const std::string_view name(static_cast<const char*>(entry->d_name));
    int number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc{} && end == name.data() + name.size()) out.push_back(number);
  }
  return out;
}

std::optional<Stat> stat_of(int pid) {
  const std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })> file(
      std::fopen(fmt::format("/proc/{}/stat", pid).c_str(), "re"));
  if (!file) return std::nullopt;
  std::array<char, 1024> text{};
  const std::size_t size = std::fread(text.data(), 1, text.size(), file.get());
  std::string_view rest(text.data(), size);
  const std::size_t name_end = rest.rfind(')');  // the name may hold anything
  if (name_end == std::string_view::npos || rest.size() < name_end + 3) return std::nullopt;
  rest.remove_prefix(name_end + 2);
  Stat out{.pid = pid};
  out.state = rest.front();
  constexpr int state_field = 3;
  for (int field = state_field; !rest.empty(); ++field) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    std::uint64_t number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    if (field == 4) out.parent = static_cast<int>(number);
    if (field == 5) out.group = static_cast<int>(number);
    if (field >= 14 && field <= 17) out.ticks += number;  // its own, and of children that ended
    if (field == 20) out.threads = number;
    if (field == 24) out.pages = number;
  }
  return out;
}

std::uint64_t descriptors_of(int pid) {
  const std::string path = fmt::format("/proc/{}/fd", pid);
  struct stat folder{};
  // Since Linux 6.2 its size is their number.
  if (::stat(path.c_str(), &folder) == 0 && folder.st_size > 0)
    return static_cast<std::uint64_t>(folder.st_size);
  return numbers_in(path).size();
}

/// The root, its group, and whatever descends from these.
std::vector<Stat> family_of(int root) {
  std::vector<Stat> family, others;
  for (const int pid : numbers_in("/proc")) {
    const auto stat = stat_of(pid);
    if (stat) (pid == root || stat->group == root ? family : others).push_back(*stat);
  }
  for (std::size_t i = 0; i < family.size(); ++i) {
    const auto theirs = std::ranges::stable_partition(
        others, [&](const Stat& stat) { return stat.parent != family[i].pid; });
    family.insert(family.end(), theirs.begin(), theirs.end());
    others.erase(theirs.begin(), theirs.end());
  }
  return family;
}

}  // namespace

std::optional<base::Usage> usage_of(int root) {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  static const auto tick = std::chrono::nanoseconds(std::chrono::seconds(1)) /
                           static_cast<std::int64_t>(::sysconf(_SC_CLK_TCK));
  base::Usage out;
  bool lives = false;
  for (const Stat& stat : family_of(root)) {
    if (stat.state == 'Z' || stat.state == 'X') continue;
    lives = lives || stat.pid == root;
    out.memory += stat.pages * page;
    out.descriptors += static_cast<std::uint32_t>(descriptors_of(stat.pid));
    out.threads += static_cast<std::uint32_t>(stat.threads);
    ++out.processes;
    out.cpu += tick * static_cast<std::int64_t>(stat.ticks);
  }
  return lives ? std::optional(out) : std::nullopt;
}

struct UsageWatch::State {
  State(int watched, base::Duration interval) : root(watched), every(interval) {
    thread = std::jthread([this] { run(); });
  }
  ~State() { stop.stop(); }

  void look() {
    const auto usage = usage_of(root);
    const std::lock_guard lock(mutex);
    if (usage) span.add(*usage);
  }

  void run() {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(every).count();
    while (!stop.stopped()) {
      look();
      pollfd waited{stop.descriptor(), POLLIN, 0};
      ::poll(&waited, 1, static_cast<int>(wait));
    }
  }

  int root;
  base::Duration every;
  StopSource stop;
  std::mutex mutex;  // guards span
  base::UsageSpan span;
  std::jthread thread;
};

UsageWatch::UsageWatch(int root, base::Duration every)
    : state_(std::make_unique<State>(root, every)) {}

UsageWatch::~UsageWatch() = default;

base::UsageSpan UsageWatch::span() const {
  state_->look();
  const std::lock_guard lock(state_->mutex);
  return state_->span;
}

}  // namespace wsproof::net
