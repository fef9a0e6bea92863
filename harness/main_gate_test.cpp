// The gate as somebody meets it who puts wsproof into CI: exit codes, and what the reports say.
#include <gtest/gtest.h>

#include <atomic>

#include "harness/main_test.hpp"
#include "harness/net/ready.hpp"
#include "harness/result/json.hpp"
#include "harness/run/hostile_behaviours_test.hpp"

namespace wsproof {
namespace {

using Words = std::vector<std::string>;

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Cases of a quick part of the catalogue; a fault of the reference fails nine of them.
class GateCommand : public Command {
 protected:
  Ran run(const Words& more) const {
    return wsproof(joined({"run", "--reference", "rfc6455/4.2.1", "--report-json", path("r.json"),
                           "--report-junit", path("r.xml"), "--report-md", path("r.md"),
                           "--report-html", path("r.html"), "--today", "2026-11-21"},
                          more));
  }
  Ran broken(const Words& more) const { return run(joined({"--fault", "takes-any-method"}, more)); }
  std::string junit() const { return read(path("r.xml")); }
  // Why the gate did not pass, a line each.
  std::string reasons() const {
    const auto run = result::from_json(read(path("r.json")), "r.json");
    std::string out;
    if (!run) return run.error().message;
    for (const std::string& reason : run->gate.reasons) out += reason + "\n";
    return out;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  // Everything that fails with that fault.
  static constexpr const char* all_known =
      "rfc6455/4.2.1/method                = fail  # issue 91  until 2027-03-01\n"
      "rfc6455/4.2.1/method-of-plain-http  = fail | pass  # HEAD and OPTIONS\n"
      "rfc6455/4.2.1/method-in-lower-case  = fail\n";
};

TEST_F(GateCommand, ANewFailureFails) {
  const Ran ran = broken({"--baseline", write("b", "rfc6455/4.2.1/method = fail\n")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(has(ran.out, "4 cases failed, unlike the baseline says.")) << ran.out;
  EXPECT_TRUE(has(ran.out, "knows 7 bad cases")) << ran.out;
  EXPECT_FALSE(has(ran.out, "FAIL rfc6455/4.2.1/method/")) << ran.out;
  EXPECT_TRUE(has(ran.out, "FAIL rfc6455/4.2.1/method-in-lower-case/method=get")) << ran.out;
  EXPECT_TRUE(has(junit(), "failures=\"4\"")) << junit();
  EXPECT_TRUE(has(junit(), "<skipped message=\"fail, as ")) << junit();
  EXPECT_TRUE(has(read(path("r.md")), "11 fail (7 known)")) << read(path("r.md"));
  EXPECT_TRUE(has(read(path("r.html")), "id=\"known\""));
}

TEST_F(GateCommand, KnownFailuresPass) {
  const Ran ran = broken({"--baseline", write("b", all_known)});
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_FALSE(has(ran.out, "FAIL")) << ran.out;
  EXPECT_TRUE(has(junit(), "failures=\"0\"")) << junit();
  EXPECT_TRUE(has(junit(), "issue 91, until 2027-03-01")) << junit();
  const auto run = result::from_json(read(path("r.json")), "r.json");
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_TRUE(run->gate.passed);
  EXPECT_EQ(result::count(run->cases)[result::Word::fail], 11U);
}

TEST_F(GateCommand, AnUnexpectedPassFails) {
  const Ran ran = run({"--baseline", write("b", "rfc6455/4.2.1/method/method=POST = fail\n")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(reasons(),
            "1 case is better than the baseline says, rfc6455/4.2.1/method/method=POST; run "
            "`wsproof baseline update`.\n");
  EXPECT_TRUE(has(junit(), "<failure message=\"pass, and ")) << junit();
  EXPECT_TRUE(has(junit(), "type=\"xpass\"")) << junit();
}

TEST_F(GateCommand, AnExpiredLineAndOneAboutNothingFail) {
  const Ran expired = broken({"--baseline", write("b", all_known), "--today", "2027-03-02"});
  EXPECT_EQ(expired.code, 2) << "an option that is given twice";
  const Ran late = wsproof({"run", "--reference", "--fault", "takes-any-method", "rfc6455/4.2.1",
                            "--baseline", path("b"), "--today", "2027-03-02", "--report-junit",
                            path("r.xml"), "--report-json", path("r.json")});
  EXPECT_EQ(late.code, 1);
  EXPECT_TRUE(has(reasons(), "b:1:1: \"rfc6455/4.2.1/method\" has expired")) << reasons();
  EXPECT_TRUE(has(junit(), "type=\"baseline\"")) << junit();
  const Ran unknown = run({"--baseline", write("b", "rfc6455/4.2.1/methud = non-strict\n")});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_TRUE(has(reasons(),
                  "nothing matches \"rfc6455/4.2.1/methud\"; did you mean "
                  "rfc6455/4.2.1/method"))
      << reasons();
}

TEST_F(GateCommand, AFileThatIsNoBaselineIsBadUsage) {
  for (const auto& [text, says] : {std::pair{"rfc6455/4.2.1/method = fial\n",
                                             ":1:24: \"fial\" is no verdict; did you mean fail?"},
                                   std::pair{"rfc6455/4.2.1/method\n", ":1:21: `PATTERN = WORD"}}) {
    const Ran ran = run({"--baseline", write("b", text)});
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has(ran.err, says)) << ran.err;
    EXPECT_EQ(wsproof({"baseline", "check", path("b")}).code, 2);
  }
  EXPECT_EQ(run({"--baseline", path("nothing")}).code, 2);
  EXPECT_EQ(run({"--baseline", path("b"), "--no-baseline"}).code, 2);
}

TEST_F(GateCommand, UpdateMakesTheGatePassAndIsDoneThen) {
  const std::string file = write("b",
                                 "# what we know\n\n"
                                 "rfc6455/4.2.1/http-1.0        = fail  # a proxy\n"
                                 "rfc6455/4.2.1/method/method=PUT  = fail  # issue 91\n");
  EXPECT_EQ(broken({"--baseline", file}).code, 1);
  const Ran first = wsproof({"baseline", "update", file, path("r.json")});
  EXPECT_EQ(first.code, 0) << first.err;
  const std::string text = read(file);
  EXPECT_TRUE(has(text, "# what we know\n\n")) << text;
  EXPECT_TRUE(has(text, "method/method=PUT  = fail  # issue 91\n")) << text;
  EXPECT_TRUE(has(text, "rfc6455/4.2.1/method-in-lower-case")) << text;
  EXPECT_FALSE(has(text, "http-1.0")) << text;
  EXPECT_EQ(broken({"--baseline", file}).code, 0);
  const Ran second = wsproof({"baseline", "update", file, path("r.json")});
  EXPECT_TRUE(has(second.out, "nothing to change")) << second.out;
  EXPECT_EQ(read(file), text);
  EXPECT_EQ(wsproof({"baseline", "check", file, path("r.json")}).code, 0);
  EXPECT_EQ(run({"--baseline", file}).code, 1);
  EXPECT_EQ(wsproof({"baseline", "check", file, path("r.json")}).code, 1);
}

TEST_F(GateCommand, AManifestAndAFileOfOptionsCanNameIt) {
  write("wsproof.toml", "baseline = \"b\"\nreference = true\nfault = \"takes-any-method\"\n");
  write("b", all_known);
  EXPECT_EQ(wsproof({"run", "rfc6455/4.2.1", "-q"}, folder_.string()).code, 0);
  EXPECT_EQ(wsproof({"run", "rfc6455/4.2.1", "-q", "--no-baseline"}, folder_.string()).code, 1);
}

TEST_F(GateCommand, EnoughHasToBePlayed) {
  EXPECT_EQ(run({"--min-cases", "10"}).code, 0);
  const Ran few = run({"--min-cases", "1000"});
  EXPECT_EQ(few.code, 1);
  EXPECT_TRUE(has(few.out, "--min-cases asks for 1000")) << few.out;
  EXPECT_EQ(run({"--exclude", "rfc6455"}).code, 4);
}

TEST_F(GateCommand, ThePinnedCatalogueLacksWhatIsNewer) {
  write("own.case",
        "section 1 \"Ours\"\n\ncontrol old\n\n"
        "case old\n  \"A ping is answered.\"\n  checks 6455-5.5.2-2\n  > ping\n  < pong \"\"\n\n"
        "case new\n  \"A ping is answered.\"\n  checks 6455-5.5.2-2\n  since 1.1\n  > ping\n  < "
        "pong \"\"\n");
  const Ran pinned =
      wsproof({"run", "--reference", "--cases", path("own.case"), "--suite", "1.0", "--dry-run"});
  EXPECT_EQ(pinned.out, "1/old\n") << pinned.err;
  const Ran all = wsproof({"list", "-q", "--cases", path("own.case"), "1"});
  EXPECT_EQ(all.out, "1/old\n1/new\n") << all.err;
  for (const char* suite : {"9.0", "1", "0.9", "x"}) {
    const Ran ran = run({"--suite", suite});
    EXPECT_EQ(ran.code, 2) << suite;
    EXPECT_TRUE(has(ran.err, "--suite takes a version from 1.0 to ")) << ran.err;
  }
}

// A server that answers pings, but the first time not: it fails, and passes when it is played
// again.
TEST_F(GateCommand, WhatIsFlakyIsNoPass) {
  std::atomic<int> asked = 0;
  const net::test::PlainServer server([&](net::test::PlainLink& link, std::size_t) {
    bool mute = false, upgraded = false;
    run::test::Reference reference;
    for (std::string got = link.receive(); !got.empty(); got = link.receive()) {
      if (has(got, "X-Flaky: yes")) mute = asked++ == 0;
      const std::string answer = reference.answer(got);
      if (upgraded && mute) continue;
      upgraded = true;
      if (!link.send(answer)) return;
    }
  });
  const Words words = {
      "run",
      "ws://127.0.0.1:" + std::to_string(server.port()) + "/",
      "--cases",
      write("own.case",
            "section own \"Own\"\n\ncase flaky\n  \"A ping is answered.\"\n"
            "  checks 6455-5.5.2-2\n  handshake\n    X-Flaky: yes\n  < status 101\n"
            "  > ping \"x\"\n  < pong \"x\"\n"),
      "--time-scale",
      "0.1",
      "--retries",
      "1",
      "--report-junit",
      path("r.xml"),
      "--report-json",
      path("r.json")};
  EXPECT_EQ(wsproof(words).code, 1);
  EXPECT_EQ(reasons(), "1 case came to different verdicts on repetition.\n");
  EXPECT_TRUE(has(junit(), "type=\"flaky\"")) << junit();
  for (const auto& [line, code] : {std::pair{"own/flaky = fail | pass\n", 0},
                                   {"own/flaky = flaky\n", 0},
                                   {"own/flaky = fail\n", 1}}) {
    asked = 0;
    EXPECT_EQ(wsproof(joined(words, {"--baseline", write("b", line)})).code, code) << line;
  }
}

// A report that cannot be written is our failure, whatever the gate says; what could be written is.
TEST_F(GateCommand, AFullDiskAndAForbiddenFolderAreNoPass) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  for (const char* flag : {"--report-json", "--report-html", "--report-junit", "--report-md"}) {
    const Ran ran = wsproof({"run", "--reference", "rfc6455/5.6/text", "-q", flag, "/dev/full"});
    EXPECT_EQ(ran.code, 5) << flag;
    EXPECT_TRUE(has(ran.err, "cannot write the report /dev/full: No space left on device"))
        << ran.err;
    const Ran nowhere =
        wsproof({"run", "--reference", "rfc6455/5.6/text", "-q", flag, path("no/such/folder/r")});
    EXPECT_EQ(nowhere.code, 5) << flag;
    EXPECT_TRUE(has(nowhere.err, "no/such/folder/r: No such file or directory")) << nowhere.err;
  }
  for (const char* flag : {"--report-html-dir", "--report-autobahn"}) {
    const std::string file = write("a-file", "");
    const Ran ran = wsproof({"run", "--reference", "rfc6455/5.6/text", "-q", flag, file});
    EXPECT_EQ(ran.code, 5) << flag << ran.err;
    EXPECT_TRUE(has(ran.err, "a-file: Not a directory")) << ran.err;
    EXPECT_FALSE(has(ran.out, "gate")) << "it is found out before the run";
  }
}

TEST_F(GateCommand, TwoReportsAreNotTheSameFile) {
  const Words same = {"--report-html", path("x"), "--report-md", path("./x")};
  for (const Words& command :
       {Words{"run", "--reference", "rfc6455/5.6/text"}, Words{"report", path("nothing.json")}}) {
    const Ran ran = wsproof(joined(command, same));
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has(ran.err, "--report-html and --report-md both write")) << ran.err;
  }
  EXPECT_FALSE(std::filesystem::exists(path("x")));
}

// One of three shards did not come to its end, and nobody is told otherwise.
TEST_F(GateCommand, AMissingShardDoesNotPass) {
  Words files = {"report"};
  for (const char* shard : {"1/2", "2/2"}) {
    files.push_back(path(std::string("shard") + shard[0] + ".json"));
    const Ran ran = wsproof({"run", "--reference", "rfc6455/4.2.1", "--shard", shard, "-q",
                             "--report-json", files.back()});
    EXPECT_EQ(ran.code, 0) << ran.err;
  }
  EXPECT_EQ(wsproof(files).code, 0);
  const Ran half = wsproof({"report", files.back()});
  EXPECT_EQ(half.code, 1) << half.out;
  EXPECT_TRUE(has(half.out, "Shard 1 of 2 is missing.")) << half.out;
  const Ran twice = wsproof(joined(files, {files.back()}));
  EXPECT_EQ(twice.code, 1);
  EXPECT_TRUE(has(twice.out, "Shard 2 of 2 is there twice.")) << twice.out;
}

TEST_F(GateCommand, ResultsThatAreNotThereAreToldAsTheyAre) {
  const std::string file = path("r.json");
  const auto said = [&] {
    const Ran ran = wsproof({"report", file});
    EXPECT_EQ(ran.code, 2);
    return ran.err;
  };
  EXPECT_TRUE(has(said(), "r.json: No such file or directory\n")) << said();
  write("r.json", "");
  EXPECT_TRUE(has(said(), "r.json: it is empty\n")) << said();
  write("r.json.journal", "");
  EXPECT_TRUE(has(said(), "it is empty; " + file + ".journal tells what was played")) << said();
  EXPECT_TRUE(has(wsproof({"report", folder_.string()}).err, ": it is a folder\n"));
}

// What fails directly may fail through the proxy; nothing else may, and both are told.
TEST_F(GateCommand, AProxyMayBeNoWorse) {
  const std::string port = std::to_string(net::free_port().value());
  const std::string proxy = "ws://127.0.0.1:" + port + "/";
  const auto through = [&](const Words& direct, const Words& faults) {
    const Server server(joined({"--port", port}, faults));
    return run(joined(direct, {"--via", proxy}));
  };
  EXPECT_EQ(through({}, {}).code, 0);
  const auto second = result::from_json(read(path("r.via.json")), "r.via.json");
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_EQ(second->target.name, "reference via " + proxy);
  EXPECT_EQ(second->target.url, proxy);
  EXPECT_TRUE(has(junit(), "reference via ws://127_0_0_1")) << junit().substr(0, 2000);

  const Ran worse = through({}, {"--fault", "takes-any-method"});
  EXPECT_EQ(worse.code, 1);
  EXPECT_TRUE(has(worse.out, "and the run without the proxy says pass")) << worse.out;

  // But for what a baseline of its own says.
  const Words fault = {"--fault", "takes-any-method"};
  const std::string file = write("via", all_known);
  const Ran excused = through({"--via-baseline", file}, fault);
  EXPECT_EQ(excused.code, 0) << excused.out;
  EXPECT_TRUE(has(excused.out, file + ", or else the run without the proxy, knows"));
  EXPECT_EQ(through({"--via-baseline", file}, {}).code, 1) << "its lines expect what did not come";
  EXPECT_EQ(through({"--via-baseline", write("via", "nonsense\n")}, {}).code, 2);
  EXPECT_EQ(run({"--via-baseline", file}).code, 2) << "of which proxy?";

  const Words known = {"--fault", "takes-any-method", "--baseline", write("b", all_known)};
  EXPECT_EQ(through(known, {"--fault", "takes-any-method"}).code, 0);
  EXPECT_EQ(through(known, {}).code, 0);
  EXPECT_EQ(run({"--via", proxy}).code, 3) << "nobody is there any more";
  EXPECT_TRUE(result::from_json(read(path("r.json")), "r.json").has_value());
  EXPECT_EQ(run({"--via", "http://x/"}).code, 2);
}

// The same results come to the same octets.
TEST_F(GateCommand, ResultsAreRenderedAlike) {
  broken({"--baseline", write("b", all_known)});
  const Words reports = {"report",         path("r.json"), "--report-html", path("2.html"),
                         "--report-junit", path("2.xml"),  "--report-md",   path("2.md"),
                         "--report-json",  path("2.json")};
  EXPECT_EQ(wsproof(reports).code, 0);
  for (const char* end : {"html", "xml", "md", "json"})
    EXPECT_EQ(read(path(std::string("r.") + end)), read(path(std::string("2.") + end))) << end;
}

}  // namespace
}  // namespace wsproof
