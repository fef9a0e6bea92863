// How a run goes, as the users of the command meet it: signals, time limits, few descriptors.
#include <gtest/gtest.h>

#include "harness/main_test.hpp"
#include "harness/net/ready.hpp"
#include "harness/result/json.hpp"

namespace wsproof {
namespace {

// What is in flight is cut, the reports are written, and the exit code tells who ended it.
TEST_F(Command, WritesItsReportsWhenItIsInterrupted) {
  const auto ended_by = [&](const std::string& signal) {
    std::filesystem::remove(path("r.json"));
    auto process = net::Process::start(
        {.argv = {WSPROOF_BINARY, "run", "--reference", "--fault", "stalls-on-violations",
                  "--time-scale", "5", "rfc6455/5.2", "-q", "--report-json", path("r.json")},
         .directory = folder_.string()});
    if (!process) return -1;
    // The journal has its first line as soon as cases are played; they would go on for long.
    while (read(path("r.json.journal")).empty()) {
      if (process->wait(std::chrono::milliseconds(20))) return -1;
    }
    auto kill = net::Process::start(
        {.argv = {"sh", "-c", "kill -" + signal + " " + std::to_string(process->pid())}});
    if (!kill || !kill->wait(std::chrono::seconds(10))) return -1;
    const auto status = process->wait(std::chrono::seconds(60));
    return status && status->code ? *status->code : -1;
  };
  EXPECT_EQ(ended_by("INT"), 130);
  const auto run = result::from_json(read(path("r.json")), "r.json");
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_TRUE(run->interrupted);
  EXPECT_GT(result::count(run->cases)[result::Word::not_run], 0U);
  EXPECT_EQ(ended_by("TERM"), 143);
}

TEST_F(Command, EndsWhenItsTimeIsOver) {
  const Ran ran = wsproof({"run", "--reference", "--fault", "never-pongs", "--time-scale", "100",
                           "rfc6455/5.5.2", "--max-time", "0.5"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("--max-time, after 0.5 s"), std::string::npos) << ran.out;
}

TEST_F(Command, TellsHowToPlayACaseAgain) {
  const Ran ran =
      wsproof({"run", "--reference", "--fault", "loses-glued-frames", "--strict",
               "rfc6455/5.6/text", "--seed", "7", "-v", "--report-html", path("r.html")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(read(path("r.html"))
                .find("wsproof run rfc6455/5.6/text --delivery with-handshake --reference --fault "
                      "loses-glued-frames --seed 7"),
            std::string::npos)
      << ran.out;
}

// With too few descriptors it goes more slowly; no case suffers.
TEST_F(Command, GoesOnWithFewDescriptors) {
  const auto port = net::free_port();
  ASSERT_TRUE(port.has_value());
  const std::string url = "127.0.0.1:" + std::to_string(*port) + "/";
  auto server =
      net::Process::start({.argv = {WSPROOF_BINARY, "serve", "--port", std::to_string(*port)},
                           .directory = folder_.string()});
  ASSERT_TRUE(server.has_value()) << server.error().message;
  auto process = net::Process::start(
      {.argv = {"sh", "-c",
                "for i in 1 2 3 4 5 6 7 8 9; do " WSPROOF_BINARY " doctor ws://" + url +
                    " > doctor.txt && break; sleep 0.2; done; ulimit -n 32; exec " WSPROOF_BINARY
                    " run rfc6455/5.4 -j 200 ws://" +
                    url},
       .directory = folder_.string()});
  ASSERT_TRUE(process.has_value()) << process.error().message;
  const auto status = process->wait(std::chrono::seconds(60));
  ASSERT_TRUE(status && status->code) << process->stderr_tail();
  EXPECT_EQ(*status->code, 0) << process->stdout_tail() << process->stderr_tail();
}

}  // namespace
}  // namespace wsproof
