#include "harness/net/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/net/capture.hpp"
#include "harness/net/clock.hpp"
#include "harness/net/descriptor.hpp"
#include "harness/net/keeper.hpp"

namespace wsproof::net {
namespace {

constexpr auto longest_wait = std::chrono::hours(24);  // so that no sum overflows
constexpr auto killing_takes_at_most = std::chrono::seconds(10);

struct Pipe {
  Descriptor read, write;
};

/// Above the standard three, which the child and its keeper replace, whoever closed ours.
Descriptor above_standard(int number) {
  Descriptor given(number);
  if (number < 0 || number > STDERR_FILENO) return given;
  return Descriptor(::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

/// Both ends close-on-exec; none when there is no descriptor left.
Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  return {above_standard(ends[0]), above_standard(ends[1])};
}

/// Like a pipe, but writing to a dead reader raises no SIGPIPE (with MSG_NOSIGNAL).
Pipe make_socket_pair() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
  return {above_standard(ends[0]), above_standard(ends[1])};
}

/// Our environment with the command's additions, as "NAME=value".
std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view entry = *each;
    const std::string_view name = entry.substr(0, entry.find('='));
    const auto same = [name](const auto& added) { return added.first == name; };
    if (std::ranges::none_of(command.environment, same)) all.emplace_back(entry);
  }
  for (const auto& [name, value] : command.environment)
    all.push_back(fmt::format("{}={}", name, value));
  return all;
}

std::string path_variable(const std::vector<std::string>& environment) {
  constexpr std::string_view name = "PATH=";
  for (const std::string& each : environment)
    if (each.starts_with(name)) return each.substr(name.size());
  return "/usr/local/bin:/usr/bin:/bin";
}

/// What to execute: a path stays one; a bare name is searched in PATH. Empty when it is not there.
std::string program_path(const std::string& name, const std::vector<std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  const std::string folders = path_variable(environment);
  for (std::string_view rest = folders; !rest.empty();) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    std::string candidate = fmt::format("{}/{}", rest.substr(0, colon), name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  all.reserve(strings.size() + 1);
  for (std::string& each : strings) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

ExitStatus from_wait(int status) {
  if (WIFSIGNALED(status)) return {.signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status)};
}

/// With every signal blocked, so that no handler of ours runs in the keeper.
pid_t fork_keeper(const KeeperPlan& plan) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  CHECK(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
  const pid_t keeper = ::fork();
  if (keeper == 0) keep(plan);
  CHECK(pthread_sigmask(SIG_SETMASK, &before, nullptr) == 0);
  return keeper;
}

/// Waits for the program to be executed (0) or for the reason why not (errno).
int exec_error(int descriptor) {
  std::int32_t why = 0;
  ssize_t count = 0;
  while ((count = ::read(descriptor, &why, sizeof why)) < 0 && errno == EINTR) {
  }
  return count == sizeof why ? why : 0;
}

}  // namespace

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : std::string();
}

std::string to_string(const ExitStatus& status) {
  if (!status.signal) return fmt::format("exit status {}", status.code.value_or(0));
  const char* words = ::sigdescr_np(*status.signal);
  const std::string name = signal_name(*status.signal);
  return fmt::format("signal {} ({}{}{})", *status.signal, name, name.empty() ? "" : ", ",
                     words != nullptr ? words : "unknown");
}

struct Process::State {
  ~State() { stop(base::Duration::zero()); }

  void order(KeeperOrder order) const;
  bool hear(base::Time until);
  std::optional<ExitStatus> wait(base::Duration timeout);
  std::optional<ExitStatus> stop(base::Duration grace);

  pid_t keeper = -1;
  pid_t child = -1;
  Descriptor orders;
  Descriptor news;
  bool keeper_gone = false;
  bool over = false;
  std::optional<ExitStatus> status;
  std::unique_ptr<Capture> capture;
};

void Process::State::order(KeeperOrder order) const {
  const char octet = static_cast<char>(order);
  // When the keeper has died there is nobody left to obey.
  [[maybe_unused]] const ssize_t sent = ::send(orders.get(), &octet, 1, MSG_NOSIGNAL);
}

/// Takes one piece of news, waiting for it until then; false when none came.
bool Process::State::hear(base::Time until) {
  if (keeper_gone) return false;
  pollfd waited{news.get(), POLLIN, 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - net::now()).count();
    const int ready = ::poll(&waited, 1, static_cast<int>(std::clamp<long>(left, 0, 60'000)));
    if (ready > 0) break;
    if (ready == 0 && left <= 60'000) return false;
  }
  KeeperNews heard{};
  if (::read(news.get(), &heard, sizeof heard) != sizeof heard) {
    keeper_gone = true;
    // Nobody but a stranger's SIGKILL ends the keeper before its time; then the child died of it.
    if (!status) status = ExitStatus{.signal = SIGKILL};
  } else if (heard.kind == KeeperNews::Kind::exited) {
    status = from_wait(heard.value);
  } else {
    child = heard.value;
  }
  return true;
}

std::optional<ExitStatus> Process::State::wait(base::Duration timeout) {
  const base::Time until = now() + std::min<base::Duration>(timeout, longest_wait);
  while (!status && hear(until)) {
  }
  return status;
}

std::optional<ExitStatus> Process::State::stop(base::Duration grace) {
  if (over || keeper < 0) return status;
  over = true;
  if (!wait(base::Duration::zero()) && grace > base::Duration::zero()) {
    order(KeeperOrder::terminate);
    wait(grace);
  }
  order(KeeperOrder::kill);
  const base::Time until = now() + killing_takes_at_most;
  while (hear(until)) {
  }
  if (!keeper_gone) ::kill(keeper, SIGKILL);
  while (::waitpid(keeper, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (capture) capture->finish();
  return status;
}

base::Result<Process> Process::start(const Command& command) {
  CHECK(!command.argv.empty());
  const std::string& name = command.argv.front();
  const auto failed = [&name](int error) {
    return base::fail(fmt::format("cannot start {}: {}", name, error_words(error)));
  };
  std::vector<std::string> arguments = command.argv;
  std::vector<std::string> environment = environment_of(command);
  const std::string program = program_path(name, environment);
  if (program.empty()) return base::fail(fmt::format("cannot start {}: not found in PATH", name));
  struct stat folder{};
  if (!command.directory.empty() && ::stat(command.directory.c_str(), &folder) != 0)
    return base::fail(
        fmt::format("cannot start {} in {}: {}", name, command.directory, error_words(errno)));

  Descriptor log;
  if (!command.log_file.empty()) {
    log.reset(::open(command.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!log)
      return base::fail(fmt::format("cannot write {}: {}", command.log_file, error_words(errno)));
  }
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe news = make_pipe();
  Pipe exec_failed = make_pipe();
  Pipe orders = make_socket_pair();
  const Descriptor null_device = above_standard(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!out.read || !err.read || !news.read || !exec_failed.read || !orders.read || !null_device)
    return failed(errno);
  for (const Descriptor* each : {&out.read, &err.read}) ::fcntl(each->get(), F_SETFL, O_NONBLOCK);

  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  KeeperPlan plan{.program = program.c_str(),
                  .argv = argv.data(),
                  .environment = envp.data(),
                  .directory = command.directory.empty() ? nullptr : command.directory.c_str(),
                  .null_device = null_device.get(),
                  .child_stdout = out.write.get(),
                  .child_stderr = err.write.get(),
                  .orders = orders.read.get(),
                  .news = news.write.get(),
                  .exec_failed = exec_failed.write.get()};
  plan.kept = {plan.null_device, plan.child_stdout, plan.child_stderr,
               plan.orders,      plan.news,         plan.exec_failed};
  std::ranges::sort(plan.kept);

  auto state = std::make_unique<State>();
  state->keeper = fork_keeper(plan);
  if (state->keeper < 0) return failed(errno);
  state->orders = std::move(orders.write);
  state->news = std::move(news.read);
  for (Descriptor* theirs : {&out.write, &err.write, &news.write, &exec_failed.write, &orders.read})
    theirs->reset();
  if (const int error = exec_error(exec_failed.read.get()); error != 0) return failed(error);
  while (state->child < 0 && !state->keeper_gone && state->hear(now() + killing_takes_at_most)) {
  }
  if (state->child < 0) return base::fail(fmt::format("cannot start {}: its keeper died", name));
  state->capture = std::make_unique<Capture>(std::move(out.read), std::move(err.read),
                                             std::move(log), tail_octets);
  return Process(std::move(state));
}

Process::Process(std::unique_ptr<State> state) : state_(std::move(state)) {}
Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;
Process::~Process() = default;

int Process::pid() const { return state_->child; }

std::optional<ExitStatus> Process::exited() { return state_->wait(base::Duration::zero()); }

std::optional<ExitStatus> Process::wait(base::Duration timeout) { return state_->wait(timeout); }

std::optional<ExitStatus> Process::stop(base::Duration grace) { return state_->stop(grace); }

std::string Process::stdout_tail() const {
  state_->capture->catch_up();
  return state_->capture->tail(0);
}

std::string Process::stderr_tail() const {
  state_->capture->catch_up();
  return state_->capture->tail(1);
}

std::string Process::stderr_since(std::uint64_t& seen) const {
  state_->capture->catch_up();
  return state_->capture->since(1, seen);
}

}  // namespace wsproof::net
