#include "harness/net/keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

// Everything here runs between fork() and exec() or _exit(): only async-signal-safe calls.

namespace wsproof::net {
namespace {

constexpr int first_real_time_signal = 32;

void close_range_of(unsigned first, unsigned last) {
  if (first > last) return;
  if (::syscall(SYS_close_range, first, last, 0U) == 0) return;
  constexpr unsigned enough = 65'536;  // kernels before 5.9: what raise_descriptor_limit() allows
  for (unsigned each = first; each <= last && each < enough; ++each)
    ::close(static_cast<int>(each));
}

/// Our sockets and pipes must not stay open in here: a connection that we close has to end.
void close_all_but(const std::vector<int>& kept) {
  unsigned next = STDERR_FILENO + 1;
  for (const int each : kept) {
    const auto number = static_cast<unsigned>(each);
    if (number > next) close_range_of(next, number - 1);
    if (number >= next) next = number + 1;
  }
  close_range_of(next, ~0U);
}

void default_signals() {
  for (int signal = 1; signal < first_real_time_signal; ++signal) ::signal(signal, SIG_DFL);
}

void tell(int descriptor, const void* what, std::size_t size) {
  // Fits into a pipe; when nobody reads any more there is nobody to tell.
  [[maybe_unused]] const ssize_t written = ::write(descriptor, what, size);
}

[[noreturn]] void become_child(const KeeperPlan& plan, pid_t keeper) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(127);  // it died before the line above
  default_signals();
  sigset_t none;
  sigemptyset(&none);
  const bool ready = ::dup2(plan.null_device, STDIN_FILENO) >= 0 &&
                     ::dup2(plan.child_stdout, STDOUT_FILENO) >= 0 &&
                     ::dup2(plan.child_stderr, STDERR_FILENO) >= 0 &&
                     (plan.directory == nullptr || ::chdir(plan.directory) == 0) &&
                     ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
  if (ready) ::execve(plan.program, plan.argv, plan.environment);
  const std::int32_t why = errno;
  tell(plan.exec_failed, &why, sizeof why);
  ::_exit(127);
}

/// Kills every process whose parent we are, among them what lost its own parent; false when the
/// kernel does not list them. It does so in decimal, a blank after each.
bool kill_children(pid_t self) {
  std::array<char, 64> path{};
  char* end = path.data() + path.size() - 1;
  const auto prepend = [&end](const char* text, std::size_t size) {
    end -= size;
    std::memcpy(end, text, size);
  };
  const auto prepend_number = [&end](pid_t number) {
    for (; number > 0; number /= 10) *--end = static_cast<char>('0' + number % 10);
  };
  prepend("/children", 9);
  prepend_number(self);
  prepend("/proc/self/task/", 16);
  const int list = ::open(end, O_RDONLY | O_CLOEXEC);
  if (list < 0) return false;
  std::array<char, 4096> text{};
  pid_t number = 0;
  for (ssize_t count = 0; (count = ::read(list, text.data(), text.size())) > 0;) {
    for (ssize_t i = 0; i < count; ++i) {
      const char digit = text[static_cast<std::size_t>(i)];
      if (digit >= '0' && digit <= '9') {
        number = number * 10 + (digit - '0');
      } else if (number > 0) {
        ::kill(number, SIGKILL);
        number = 0;
      }
    }
  }
  ::close(list);
  return true;
}

void tell_end(const KeeperPlan& plan, int status) {
  const KeeperNews news{KeeperNews::Kind::exited, status};
  tell(plan.news, &news, sizeof news);
}

/// The child is reaped only here: until then its number stays its own, so that no signal meant for
/// its group can reach a stranger.
[[noreturn]] void kill_everything(const KeeperPlan& plan, pid_t child, bool exited) {
  const pid_t self = ::getpid();
  ::kill(-child, SIGKILL);
  for (;;) {
    const bool listed = kill_children(self);
    // What dies leaves its own children to us: look again after each. Where the kernel does not
    // list them, the group is all that we can reach.
    int status = 0;
    const pid_t dead = ::waitpid(listed ? -1 : child, &status, 0);
    if (dead == child && !exited) tell_end(plan, status);
    if (!listed || (dead < 0 && errno == ECHILD)) ::_exit(0);
  }
}

/// Tells of the child's end, once, and reaps what was left to us.
void collect(const KeeperPlan& plan, pid_t child, bool& exited) {
  siginfo_t info{};
  while (!exited && ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid != 0) {
    if (info.si_pid == child) {
      exited = true;
      const bool by_itself = info.si_code == CLD_EXITED;
      tell_end(plan, by_itself ? W_EXITCODE(info.si_status, 0) : W_EXITCODE(0, info.si_status));
    } else {
      ::waitpid(info.si_pid, nullptr, 0);
    }
    info = {};
  }
}

}  // namespace

void keep(const KeeperPlan& plan) {
  const pid_t self = ::getpid();
  ::setpgid(0, 0);  // ^C on the terminal is not for us
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_NAME, "wsproof-keeper");
  default_signals();
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; ++standard)
    ::dup2(plan.null_device, standard);
  close_all_but(plan.kept);

  const pid_t child = ::fork();
  if (child == 0) become_child(plan, self);
  if (child < 0) {
    const std::int32_t why = errno;
    tell(plan.exec_failed, &why, sizeof why);
    ::_exit(127);
  }
  ::setpgid(child, child);  // whoever of the two comes first
  ::close(plan.exec_failed);
  ::close(plan.child_stdout);
  ::close(plan.child_stderr);
  const KeeperNews started{KeeperNews::Kind::started, child};
  tell(plan.news, &started, sizeof started);

  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  const int deaths = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  bool exited = false;
  for (;;) {
    collect(plan, child, exited);
    std::array<pollfd, 2> waited{pollfd{plan.orders, POLLIN, 0}, pollfd{deaths, POLLIN, 0}};
    if (::poll(waited.data(), waited.size(), -1) < 0) continue;
    if ((waited[1].revents & POLLIN) != 0) {
      signalfd_siginfo drained{};
      while (::read(deaths, &drained, sizeof drained) > 0) {
      }
    }
    if (waited[0].revents == 0) continue;
    char order = 0;
    const ssize_t count = ::read(plan.orders, &order, 1);
    if (count == 1 && order == static_cast<char>(KeeperOrder::terminate)) {
      ::kill(-child, SIGTERM);
    } else {
      kill_everything(plan, child, exited);
    }
  }
}

}  // namespace wsproof::net
