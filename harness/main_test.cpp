// The command as its users meet it: exit codes, messages, files, a target that dies.
#include <gtest/gtest.h>

#include <cstdlib>

#include "harness/main_test.hpp"
#include "harness/net/process.hpp"
#include "harness/net/ready.hpp"
#include "harness/result/journal.hpp"
#include "harness/result/json.hpp"
#include "harness/run/run.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof {
namespace {

TEST_F(Command, SaysWhatIsWrongAndExitsAccordingly) {
  const auto port = std::to_string(net::free_port().value());
  struct Row {
    std::vector<std::string> words;
    int code;
    std::string says;
  };
  const Row rows[] = {
      {{}, 2, "baseline"},
      {{"help"}, 0, ""},
      {{"help", "baseline"}, 0, ""},
      {{"run", "--reference", "--seed", "x"}, 2, "--seed takes a number, not \"x\""},
      {{"run", "--reference", "--report-html", ""}, 2, "the name is empty"},
      {{"run", "ws:/127.0.0.1/"}, 2, "did you mean ws://127.0.0.1/?"},
      {{"rum"}, 2, "did you mean run?"},
      {{"run", "wss+unix:///a:/"}, 2, "--unix-socket PATH"},
      {{"run", "ws://u:p@h:0/"}, 2, "ws://***@h:0/"},
      {{"run", "--over", "tls", "ws://h/"}, 2, "--reference"},
      {{"serve", "--write-cert", "x"}, 2, "without --tls"},
      {{"run", "--referense"}, 2, "did you mean --reference?"},
      {{"run"}, 2, "which server?"},
      {{"run", "http://localhost/"}, 2, "try ws://localhost/"},
      {{"run", "localhost:9001"}, 2, "did you mean ws://localhost:9001?"},
      {{"run", "ws://a/", "ws://b/"}, 2, "a run has one target"},
      {{"run", "--reference", "-j", "0"}, 2, "--jobs takes auto or a number"},
      {{"run", "--reference", "--fault", "never-pong"}, 2, "did you mean never-pongs?"},
      {{"run", "--reference", "--cases", "/nonexistent.case"}, 2, "cannot read /nonexistent.case"},
      {{"replay", "--reference"}, 2, "which case files?"},
      {{"replay", "my.case"}, 2, "which server?"},
      {{"replay", "/nonexistent.case", "--reference"}, 2, "cannot read /nonexistent.case"},
      {{"run", "--target", "gorila"}, 2, "did you mean gorilla?"},
      {{"run", "ws://127.0.0.1:" + port + "/"}, 3, "connection refused"},
      {{"run", "rfc6455/5.44", "--reference"}, 4, "did you mean rfc6455/5.4"},
      {{"run", "--reference", "--exclude", "*"}, 4, "no case is selected"},
      {{"run", "--reference", "--report-json", "/nonexistent/x.json"},
       5,
       "cannot write the report"},
      {{"doctor", "ws://127.0.0.1:" + port + "/"}, 3, ""},
      {{"show", "rfc6455/5.4/interleaved-pin"}, 4, "did you mean rfc6455/5.4/interleaved-ping"},
      {{"--version"}, 0, ""},
      {{"list", "rfc6455/5.4"}, 0, "cases"},
      {{"requirements", "--gaps"}, 0, "requirements"},
      {{"lint", "cases"}, 0, ""},
      {{"fmt", "--check", "cases"}, 0, ""},
  };
  for (const Row& row : rows) {
    const Ran ran = wsproof(row.words);
    std::string words;
    for (const std::string& word : row.words) words += word + " ";
    EXPECT_EQ(ran.code, row.code) << words << ran.err;
    EXPECT_NE(ran.err.find(row.says), std::string::npos) << words << "said: " << ran.err;
  }
}

TEST_F(Command, GatesTheReferenceAndItsFaults) {
  EXPECT_EQ(wsproof({"run", "--reference", "-q"}).code, 0);
  const Ran fails = wsproof({"run", "--reference", "--fault", "never-pongs", "rfc6455/5.5.2"});
  EXPECT_EQ(fails.code, 1);
  EXPECT_NE(fails.out.find("FAIL rfc6455/5.5.2/"), std::string::npos) << fails.out;
  EXPECT_NE(fails.out.find("--reference --fault never-pongs"), std::string::npos) << fails.out;
  EXPECT_EQ(fails.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(fails.err.find('\r'), std::string::npos);
}

// The same results over TCP, TLS and a Unix socket, for the whole catalogue but what needs TLS.
TEST_F(Command, TheTransportMakesNoDifference) {
  std::vector<result::RunResult> runs;
  for (const std::string over : {"tcp", "tls", "unix"}) {
    const Ran ran = wsproof({"run", "--reference", "--over", over, "-q", "--exclude",
                             "rfc6455/10.6", "--report-json", path(over)});
    ASSERT_EQ(ran.code, 0) << over << ": " << ran.out << ran.err;
    auto run = result::from_json(read(path(over)), over);
    ASSERT_TRUE(run.has_value()) << run.error().message;
    runs.push_back(std::move(*run));
  }
  EXPECT_TRUE(result::same_verdicts(runs[0], runs[1]));
  EXPECT_TRUE(result::same_verdicts(runs[0], runs[2]));
  EXPECT_TRUE(runs[0].target.url.starts_with("ws://127.0.0.1:")) << runs[0].target.url;
  EXPECT_TRUE(runs[1].target.url.starts_with("wss://127.0.0.1:")) << runs[1].target.url;
  EXPECT_TRUE(runs[2].target.url.starts_with("ws+unix://@")) << runs[2].target.url;
  const std::vector<std::string> arguments = {"--reference", "--over", "tls"};
  EXPECT_EQ(runs[1].target.arguments, arguments);
  const Ran tls = wsproof({"run", "--reference", "--over", "tls", "rfc6455/10.6"});
  EXPECT_EQ(tls.code, 0) << tls.out << tls.err;
  EXPECT_EQ(tls.out.find("unsupported"), std::string::npos) << tls.out;
}

TEST_F(Command, ReachesAServerOverTls) {
  const std::string port = std::to_string(net::free_port().value());
  const std::string cert = path("cert.pem");
  const Server server({"--tls", "--port", port, "--write-cert", cert});
  const std::string url = "wss://127.0.0.1:" + port + "/";
  struct Row {
    std::vector<std::string> flags;
    int code;
    std::string says;
  };
  const Row rows[] = {
      {{url}, 3, "trust it with --cacert FILE, or go on without verification (-k)"},
      {{"-k", url}, 0, ""},
      {{"--cacert", cert, url}, 0, ""},
      {{"--cacert", cert, "--sni", "localhost", "--tls-min", "1.3", url}, 0, ""},
      {{"--cacert", cert, "--sni", "example.org", url}, 3, "not for example.org"},
      {{"--cacert", cert, "wss://localhost:" + port + "/"}, 0, ""},
      {{"--cacert", cert, "--resolve", "localhost:1:127.0.0.1", "wss://localhost:1/"}, 3, ""},
      {{"--cacert", path("none"), url}, 2, "no such file"},
      {{"--cert", cert, url}, 2, "name its file with --key"},
      {{"--resolve", "here", url}, 2, "--resolve takes HOST:PORT:ADDRESS"},
      {{"ws://127.0.0.1:" + port + "/"}, 3, "try wss:// instead of ws://"},
  };
  for (const Row& row : rows) {
    for (const std::string command : {"run", "doctor"}) {
      std::vector<std::string> words = row.flags;
      words.insert(words.begin(), command);
      if (command == "run") words.insert(words.begin() + 1, "rfc6455/5.4/interleaved-ping");
      const Ran ran = wsproof(words);
      EXPECT_EQ(ran.code, row.code) << command << " " << row.says << ": " << ran.out << ran.err;
      EXPECT_NE((ran.out + ran.err).find(row.says), std::string::npos) << ran.out << ran.err;
    }
  }
  const Ran fails = wsproof({"run", "rfc6455/5.4", "-v", "--cacert", cert, url});
  EXPECT_EQ(fails.code, 0) << fails.out;
}

TEST_F(Command, ReachesAServerOverAUnixSocket) {
  const std::string socket = path("sock");
  Server server({"--unix", socket, "--fault", "pongs-in-upper-case"});
  const std::string url = "ws+unix://" + socket + ":/";
  EXPECT_EQ(wsproof({"doctor", url}).code, 0);
  const Ran ran = wsproof({"run", "rfc6455/5.4/interleaved-ping", url});
  EXPECT_NE(ran.out.find("wsproof run rfc6455/5.4/interleaved-ping"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find(url), std::string::npos) << ran.out;
  const Ran by_flag =
      wsproof({"run", "rfc6455/5.4/interleaved-ping", "--unix-socket", socket, "ws://u:secret@h/"});
  EXPECT_EQ(by_flag.code, ran.code);
  EXPECT_NE(by_flag.out.find("--unix-socket " + socket + " ws://h/"), std::string::npos)
      << by_flag.out;
  EXPECT_NE(by_flag.out.find("-u 'u:"), std::string::npos) << by_flag.out;
  EXPECT_EQ((by_flag.out + by_flag.err).find("secret"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(socket));
  server.stop();
  EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST_F(Command, ReachesAServerThatItStartsOverTlsAndAUnixSocket) {
  const std::string serve = WSPROOF_BINARY + std::string(" serve --fault pongs-in-upper-case ");
  const Ran tls = wsproof({"run", "rfc6455/5.4/interleaved-ping", "-k", "--exec",
                           serve + "--tls --port {port}", "wss://127.0.0.1:{port}/"});
  EXPECT_NE(tls.out.find(" -k 'wss://127.0.0.1:{port}/' -vv"), std::string::npos)
      << tls.out << tls.err;
  const Ran over_unix = wsproof({"run", "rfc6455/5.4/interleaved-ping", "--exec",
                                 serve + "--unix {sock}", "ws+unix://{sock}:/"});
  EXPECT_EQ(over_unix.code, tls.code) << over_unix.out << over_unix.err;
  EXPECT_EQ(tls.code, 1);
}

TEST_F(Command, PlaysACaseOfOnesOwn) {
  const std::string own =
      write("own.case",
            "section greeting \"Ours\"\n\ncase hello\n  \"A greeting comes back.\"\n"
            "  checks 6455-5.6-1\n  needs echo\n  > text \"hello\"\n  < text \"hello\"\n");
  const Ran ran = wsproof({"run", "--cases", own, "--reference", "-v"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("greeting/hello"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("1 case in"), std::string::npos) << ran.out;
}

TEST_F(Command, SaysHowACaseOfOnesOwnIsPlayedAgain) {
  const std::string own =
      write("own.case",
            "section greeting \"Ours\"\n\ncase hello\n  \"A ping is answered.\"\n"
            "  checks 6455-5.5.2-2\n  > ping \"hello\"\n  < pong \"hello\"\n");
  const Ran ran = wsproof({"run", "--cases", own, "--reference", "--fault", "never-pongs"});
  EXPECT_EQ(ran.code, 1) << ran.err;
  const std::size_t rerun = ran.out.find("rerun");
  ASSERT_NE(rerun, std::string::npos) << ran.out;
  const std::string line = ran.out.substr(rerun, ran.out.find("\n\n", rerun) - rerun);
  EXPECT_NE(line.find("--cases"), std::string::npos) << line;
  EXPECT_NE(line.find("own.case"), std::string::npos) << line;
}

TEST_F(Command, ReplaysFilesAndFoldersWhateverIsSelectedElsewhere) {
  const std::string text =
      " \"Ours\"\n\ncase hello\n  \"A ping is answered.\"\n"
      "  checks 6455-5.5.2-2\n  > ping \"hello\"\n  < pong \"hello\"\n";
  const std::string one = write("one.case", "section one" + text);
  std::filesystem::create_directories(path("more/deeper"));
  write("more/two.case", "section two" + text);
  write("more/deeper/three.case", "section three" + text);
  write("wsproof.toml", "select = [\"rfc6455/5.4\"]\n");
  const Ran right = wsproof({"replay", one, path("more"), "--reference", "-v"}, path("."));
  EXPECT_EQ(right.code, 0) << right.out << right.err;
  for (const char* id : {" one/hello", " two/hello", "deeper/three/hello", "3 cases in"})
    EXPECT_NE(right.out.find(id), std::string::npos) << id << "\n" << right.out;
  const Ran wrong = wsproof({"replay", one, "--reference", "--fault", "never-pongs"}, path("."));
  EXPECT_EQ(wrong.code, 1) << wrong.out << wrong.err;
  EXPECT_NE(wrong.out.find("one/hello"), std::string::npos) << wrong.out;
}

TEST_F(Command, ShowsTheLineOfAMistakeInACase) {
  const std::string own =
      write("own.case",
            "section greeting \"Ours\"\n\ncase hello\n  \"A greeting comes back.\"\n"
            "  checks 6455-5.6-1\n  needs echo\n  > txet \"hello\"\n  < text \"hello\"\n");
  const Ran ran = wsproof({"run", "--cases", own, "--reference"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("own.case:7:5"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("^^^^"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("did you mean `text`?"), std::string::npos) << ran.err;
}

TEST_F(Command, WritesReportsThatCanBeReadBack) {
  const Ran ran = wsproof({"run", "--reference", "rfc6455/5.4", "--report-json", path("r.json"),
                           "--report-html", path("r.html"), "--report-junit", path("r.xml")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto run = result::from_json(read(path("r.json")), "r.json");
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_GT(run->cases.size(), 20U);
  EXPECT_NE(read(path("r.html")).find("rfc6455/5.4/interleaved-ping"), std::string::npos);
  EXPECT_NE(read(path("r.xml")).find("name=\"rfc6455/5.4/interleaved-ping"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("r.json.journal")));

  // The same again from the file alone.
  const Ran report =
      wsproof({"report", path("r.json"), "--report-json", path("again.json"), "--report-html",
               path("again.html"), "--report-junit", path("again.xml")});
  EXPECT_EQ(report.code, 0) << report.err;
  for (const char* const kind : {".json", ".html", ".xml"})
    EXPECT_EQ(read(path(std::string("r") + kind)), read(path(std::string("again") + kind))) << kind;
}

TEST_F(Command, ReportsARunThatWasKilled) {
  const Ran ran = wsproof({"run", "--reference", "rfc6455/5.4", "--report-json", path("r.json")});
  ASSERT_EQ(ran.code, 0) << ran.err;
  auto run = result::from_json(read(path("r.json")), "r.json");
  ASSERT_TRUE(run.has_value()) << run.error().message;
  const std::string journal =
      result::journal_header(*run) + result::journal_line(run->cases.front()) + "{\"case\":{\"ver";
  write("killed.json.journal", journal);
  const Ran report =
      wsproof({"report", path("killed.json.journal"), "--report-junit", path("killed.xml")});
  EXPECT_EQ(report.code, 1) << report.err;
  EXPECT_NE(report.out.find("interrupted"), std::string::npos) << report.out;
  EXPECT_NE(read(path("killed.xml")).find("type=\"not-run\""), std::string::npos);
}

TEST_F(Command, SaysWhatIsWrongWithAResultsFile) {
  struct Row {
    std::string text, says;
  };
  const Row rows[] = {
      {"", "cannot read"},
      {"not json", "x.json: not JSON"},
      {"{}", "/schema is missing"},
      {R"({"schema":"wsproof.results/99"})", "/schema says \"wsproof.results/99\""},
      {R"({"schema":"wsproof.results/1"})", "/tool_version is missing"},
      {R"({"schema":1e999})", "x.json: "},
      {std::string(100'000, '['), "nested more than"},
      {R"({"schema":"wsproof.journal/1"})"
       "\n",
       "x.json:1: /tool_version is missing"},
  };
  for (const Row& row : rows) {
    const Ran ran = wsproof({"report", write("x.json", row.text)});
    EXPECT_EQ(ran.code, 2) << row.text.substr(0, 80);
    EXPECT_NE(ran.err.find(row.says), std::string::npos) << row.text.substr(0, 80) << ran.err;
  }
  EXPECT_EQ(wsproof({"report"}).code, 2);
  EXPECT_EQ(wsproof({"report", "/nonexistent.json"}).code, 2);
  EXPECT_EQ(wsproof({"report", "/dev/zero"}).code, 2);
}

// Whatever the user gave as a secret is in no output, in no form, though the target says it too.
TEST_F(Command, ShowsNoSecretAnywhere) {
  const std::string own =
      write("own.case",
            "section x \"Ours\"\n\ncase repeats\n  \"The target repeats a secret.\"\n"
            "  checks 6455-5.6-1\n  needs echo\n  > text \"so hunter2hunter2 it is\"\n"
            "  < text \"so hunter2hunter2 it is\"\n\n"
            "case fails\n  \"The target says it where it should not.\"\n  checks 6455-5.6-1\n"
            "  > text \"and s3cr3t c00kie\"\n  < text \"something else\"\n");
  const Ran ran = wsproof({"run", "--cases", own, "--reference", "-vv", "-u", "me:hunter2hunter2",
                           "-b", "sid=s3cr3t c00kie", "-H", "X-Auth-Token: t0k3n t0k3n", "--origin",
                           "https://example.org", "--report-json", path("r.json"), "--report-html",
                           path("r.html")});
  EXPECT_EQ(ran.code, 1) << ran.err;
  std::string everything = ran.out + ran.err + read(path("r.json")) + read(path("r.html"));
  const auto run = result::from_json(read(path("r.json")), "r.json");
  ASSERT_TRUE(run.has_value()) << run.error().message;
  for (const result::CaseResult& played : run->cases) {
    for (const result::Entry& entry : played.evidence.transcript.entries)
      everything += std::string(base::as_text(entry.octets)) + "\n" + entry.text + "\n";
  }
  for (const std::string secret : {"hunter2hunter2", "s3cr3t c00kie", "t0k3n t0k3n"}) {
    EXPECT_EQ(everything.find(secret), std::string::npos) << secret;
    EXPECT_EQ(everything.find(base::to_base64(base::octets(secret))), std::string::npos) << secret;
  }
  EXPECT_EQ(everything.find(base::to_base64(base::octets("me:hunter2hunter2"))), std::string::npos);
  // And it was sent, so there was something to hide.
  EXPECT_NE(everything.find("Authorization: Basic ****"), std::string::npos);
  EXPECT_NE(everything.find("Origin: https://example.org"), std::string::npos);
  EXPECT_NE(ran.out.find("-u 'me:**************'"), std::string::npos) << ran.out;
}

// A line that is copied works where the variable is.
TEST_F(Command, ASecretOfAVariableIsNotTypedAgain) {
  ::setenv("WSPROOF_HEADER", "Authorization: Bearer hunter2", 1);
  const Ran ran = wsproof({"run", "--reference", "--fault", "never-pongs", "rfc6455/5.5.2"});
  ::unsetenv("WSPROOF_HEADER");
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_NE(ran.out.find("rerun "), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("-H"), std::string::npos) << ran.out;
}

TEST_F(Command, FailuresWithOneCauseAreToldOnce) {
  const auto blocks = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"run",           "--reference",  "--fault", "never-pongs",
                                      "rfc6455/5.5.2", "--time-scale", "0.1"};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = wsproof(words);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = ran.out.find("\nFAIL ", at)) != std::string::npos; ++at) ++count;
    return std::pair(count, ran.out.find("  likewise  ") != std::string::npos);
  };
  EXPECT_EQ(blocks({}), std::pair(std::size_t{1}, true));
  const auto all = blocks({"-v"});
  EXPECT_GT(all.first, 4U);
  EXPECT_FALSE(all.second);
}

TEST_F(Command, AUrlWithASecretStaysInItsVariable) {
  const std::string port = std::to_string(net::free_port().value());
  const Server server({"--port", port, "--fault", "never-pongs"});
  const auto rerun = [&](const std::string& url) {
    ::setenv("WSPROOF_URL", url.c_str(), 1);
    const Ran ran = wsproof({"run", "rfc6455/5.5.2/ping"}, folder_.string());
    ::unsetenv("WSPROOF_URL");
    const std::size_t at = ran.out.find("rerun ");
    EXPECT_NE(at, std::string::npos) << ran.out << ran.err;
    return at == std::string::npos ? "" : ran.out.substr(at, ran.out.find('\n', at) - at);
  };
  const std::string host = "127.0.0.1:" + port;
  EXPECT_EQ(rerun("ws://" + host + "/?token=hunter2"),
            "rerun     wsproof run rfc6455/5.5.2/ping -vv");
  EXPECT_EQ(rerun("ws://me:hunter2@" + host + "/"), "rerun     wsproof run rfc6455/5.5.2/ping -vv");
  EXPECT_EQ(rerun("ws://" + host + "/"),
            "rerun     wsproof run rfc6455/5.5.2/ping ws://" + host + "/ -vv");
}

TEST_F(Command, ACommandThatPlaysACaseAgainNamesItsFile) {
  const std::string file = write("own.toml", "seed = 7\n");
  const Ran ran = wsproof(
      {"run", "--reference", "--fault", "never-pongs", "--config", file, "rfc6455/5.5.2/ping"});
  EXPECT_NE(ran.out.find("ping --config " + file + " --reference --fault never-pongs "),
            std::string::npos)
      << ran.out;
}

TEST_F(Command, TheDoctorWritesAFileOnce) {
  const std::string port = std::to_string(net::free_port().value());
  const Server server({"--port", port});
  const std::string url = "ws://127.0.0.1:" + port + "/";
  const std::string folder = folder_.string();
  const Ran first =
      wsproof({"doctor", url, "--write", "wsproof.toml", "-H", "X-Token: hunter2"}, folder);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("Next: WSPROOF_HEADER='X-Token: …' wsproof run\n"), std::string::npos)
      << first.out;
  EXPECT_EQ(wsproof({"run", "--dry-run"}, folder).code, 0);
  const std::string written = read(path("wsproof.toml"));
  const Ran again = wsproof({"doctor", "--write", "wsproof.toml", "--origin", "http://a"}, folder);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_NE(again.err.find("wsproof.toml is there already"), std::string::npos) << again.err;
  EXPECT_NE(again.out.find("wsproof.toml lacks:\norigin = \"http://a\"\n"), std::string::npos)
      << again.out;
  EXPECT_EQ(read(path("wsproof.toml")), written);
  const Ran next = wsproof({"doctor", url, "-H", "X-Token: hunter2", "--origin", "http://a"});
  EXPECT_NE(next.out.find("Next: WSPROOF_HEADER='X-Token: …' wsproof run --origin http://a " + url),
            std::string::npos)
      << next.out;
}

TEST_F(Command, TheDocumentedExampleWorks) {
  const std::string document = read(WSPROOF_SOURCE_DIR "/docs/configuration.md");
  const std::string fence = "```toml\n";
  const std::size_t begin = document.find(fence) + fence.size();
  std::string text = document.substr(begin, document.find("```", begin) - begin);
  const std::string port = std::to_string(net::free_port().value());
  const Server server({"--port", port, "--subprotocol", "chat.v1"});
  text.replace(text.find("9001"), 4, port);
  write("wsproof.toml", text);
  ::setenv("WSPROOF_USER", "ci:hunter2", 1);
  const Ran ran = wsproof({"run", "rfc6455/5.4"}, folder_.string());
  ::unsetenv("WSPROOF_USER");
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_TRUE(std::filesystem::exists(path("wsproof.xml")));
}

TEST_F(Command, TakesItsOptionsFromAFileToo) {
  const std::string file = write("wsproof.toml",
                                 "reference = true\nselect = [\"rfc6455/5.4\"]\n"
                                 "exclude = [\"rfc6455/5.4/interleaved-ping\"]\njobs = 2\n");
  const Ran here = wsproof({"run", "--dry-run"}, folder_.string());
  EXPECT_EQ(here.code, 0) << here.err;
  EXPECT_NE(here.out.find("rfc6455/5.4/"), std::string::npos);
  EXPECT_EQ(here.out.find("5.4/interleaved-ping/"), std::string::npos);
  EXPECT_EQ(here.out.find("rfc6455/5.5"), std::string::npos);
  // The command line wins.
  const Ran other = wsproof({"run", "--dry-run", "rfc6455/5.5"}, folder_.string());
  EXPECT_EQ(other.out.find("rfc6455/5.4/"), std::string::npos) << other.out;
  EXPECT_EQ(wsproof({"run", "--dry-run", "--no-config"}, folder_.string()).code, 2);
  EXPECT_EQ(wsproof({"run", "--dry-run", "--config", file}).code, 0);
  EXPECT_EQ(wsproof({"run", "--dry-run", "--config", path("none.toml")}).code, 2);
}

TEST_F(Command, SaysWhereAFileIsWrong) {
  struct Row {
    std::string text, says;
  };
  const Row rows[] = {
      {"reference = true\nhedaers = []", "wsproof.toml:2:1: unknown key `hedaers`; did you mean"},
      {"reference = \"yes\"", "wsproof.toml:1:13: `reference` is true or false"},
      {"reference = true\njobs = \"many\"", "wsproof.toml:2:1: --jobs takes auto or a number"},
      {"reference = true\ntime-scale = 1000", "wsproof.toml:2:1: "},
      {"reference = true\nheader = [\"X\"]",
       "wsproof.toml:2:1: --header is written as 'Name: value'; this one has no colon"},
      {"reference = true\ngreeting = '''\n< text \"a\"\n  < txet \"b\"'''",
       "wsproof.toml:2:1: --greeting:2:"},
      {"reference = true\nreport-junit = \"\"", "wsproof.toml:2:1: --report-junit"},
      {"url = \"http://localhost/\"", "try ws://localhost/"},
  };
  for (const Row& row : rows) {
    write("wsproof.toml", row.text);
    const Ran ran = wsproof({"run", "rfc6455/5.4"}, folder_.string());
    EXPECT_EQ(ran.code, 2) << row.text << ran.err;
    EXPECT_NE(ran.err.find(row.says), std::string::npos) << row.text << "said: " << ran.err;
  }
}

TEST_F(Command, TakesItsOptionsFromVariables) {
  const auto with = [&](const std::string& variable, const std::string& value) {
    ::setenv(variable.c_str(), value.c_str(), 1);
    const Ran ran = wsproof({"run", "--dry-run"}, folder_.string());
    ::unsetenv(variable.c_str());
    return ran;
  };
  write("wsproof.toml", "reference = true\nselect = \"rfc6455/5.4\"\n");
  const Ran selected = with("WSPROOF_SELECT", "rfc6455/5.5.1\nrfc6455/5.5.2");
  EXPECT_EQ(selected.code, 0) << selected.err;
  EXPECT_EQ(selected.out.find("rfc6455/5.4/"), std::string::npos) << selected.out;
  EXPECT_NE(selected.out.find("rfc6455/5.5.2/"), std::string::npos) << selected.out;
  EXPECT_NE(with("WSPROOF_STRICT", "perhaps").err.find("WSPROOF_STRICT is 1 or 0"),
            std::string::npos);
  EXPECT_EQ(with("WSPROOF_HEADERS", "X: 1\nY: 2").code, 0);
  EXPECT_EQ(with("WSPROOF_HEADERS", "nonsense").code, 2);
  EXPECT_EQ(with("WSPROOF_SEED", "x").code, 2);
  EXPECT_NE(with("WSPROOF_HEDAER", "X: 1").err.find("did you mean WSPROOF_HEADER?"),
            std::string::npos);
}

// Who offers subprotocols wants one of them.
TEST_F(Command, WantsOneOfTheSubprotocols) {
  const Ran ran = wsproof({"run", "--reference", "--subprotocol", "chat", "rfc6455/5.4"});
  EXPECT_EQ(ran.code, 1) << ran.out;
  EXPECT_NE(ran.out.find("None of the subprotocols"), std::string::npos) << ran.out;
}

TEST_F(Command, JoinsShardsAndComparesRuns) {
  wsproof({"run", "--reference", "rfc6455", "--report-json", path("whole.json"), "-q"});
  std::vector<std::string> words = {"report"};
  for (int shard = 1; shard <= 4; ++shard) {
    words.push_back(path("shard" + std::to_string(shard) + ".json"));
    wsproof({"run", "--reference", "rfc6455", "--shard", std::to_string(shard) + "/4",
             "--report-json", words.back(), "-q"});
  }
  words.insert(words.end(),
               {"--report-json", path("joined.json"), "--against", path("whole.json")});
  const Ran joined = wsproof(words);
  EXPECT_EQ(joined.code, 0) << joined.err;
  EXPECT_NE(joined.out.find("no verdict changed"), std::string::npos) << joined.out;
  const auto whole = result::from_json(read(path("whole.json")), "whole.json");
  const auto back = result::from_json(read(path("joined.json")), "joined.json");
  ASSERT_TRUE(whole.has_value() && back.has_value());
  EXPECT_TRUE(result::same_verdicts(*whole, *back));
  ASSERT_EQ(whole->cases.size(), back->cases.size());
  for (std::size_t index = 0; index < whole->cases.size(); ++index)
    EXPECT_EQ(whole->cases[index].id, back->cases[index].id);

  wsproof({"run", "--reference", "rfc6455/5.5.2", "--report-json", path("before.json"), "-q"});
  wsproof({"run", "--reference", "--fault", "never-pongs", "rfc6455/5.5.2", "--report-json",
           path("after.json"), "-q"});
  const Ran changed = wsproof({"report", path("after.json"), "--against", path("before.json"),
                               "--report-md", path("changed.md")});
  EXPECT_EQ(changed.code, 1) << changed.err;
  EXPECT_NE(changed.out.find("newly broken"), std::string::npos) << changed.out;
  EXPECT_EQ(changed.out.find("FAIL "), std::string::npos) << "only with -v: " << changed.out;
  EXPECT_NE(read(path("changed.md")).find("| newly broken |"), std::string::npos);
}

TEST_F(Command, WritesAndReadsWhatAutobahnWrites) {
  const Ran ran = wsproof({"run", "--reference", "rfc6455/5.2", "--report-autobahn", path("ab"),
                           "--report-html-dir", path("pages"), "-q"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_FALSE(read(path("pages/index.html")).empty());
  EXPECT_FALSE(read(path("pages/style.css")).empty());
  const Ran back = wsproof({"report", "--from-autobahn", path("ab")});
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_NE(back.out.find("✓ pass"), std::string::npos) << back.out;
  const Ran none = wsproof({"report", "--from-autobahn", path("pages")});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("index.json"), std::string::npos) << none.err;
}

TEST_F(Command, SpeaksToGithub) {
  wsproof({"run", "--reference", "--fault", "never-pongs", "rfc6455/5.5.2", "--report-json",
           path("r.json"), "-q", "--no-github"});
  auto process = net::Process::start(
      {.argv = {WSPROOF_BINARY, "report", path("r.json")},
       .directory = folder_.string(),
       .environment = {{"GITHUB_ACTIONS", "true"}, {"GITHUB_STEP_SUMMARY", path("summary.md")}}});
  ASSERT_TRUE(process.has_value()) << process.error().message;
  process->wait(std::chrono::seconds(60));
  process->stop();
  const std::string out = process->stdout_tail();
  EXPECT_EQ(out.find("::stop-commands::"), 0U) << out;
  EXPECT_LT(out.find("FAIL rfc6455/"), out.find("::error title=fail rfc6455/")) << out;
  EXPECT_NE(read(path("summary.md")).find("gate not passed"), std::string::npos);
}

TEST_F(Command, ATargetThatIsNotThereIsReportedToo) {
  const std::string url = "ws://127.0.0.1:" + std::to_string(net::free_port().value()) + "/";
  const Ran ran = wsproof({"run", "rfc6455/5.4", url, "--report-junit", path("r.xml"),
                           "--report-html", path("r.html")});
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_NE(read(path("r.xml")).find("type=\"not-run\""), std::string::npos);
  EXPECT_NE(read(path("r.html")).find("refused"), std::string::npos);
}

// A server in a process of its own that stops serving after any violation: the case is named, the
// server started anew, and the rest of the run completes.
TEST_F(Command, NamesTheCaseThatEndsTheTarget) {
  run::Manifest manifest;
  manifest.name = "mortal";
  manifest.ready_by_http = false;  // a plain GET would be the death of it
  manifest.start = {WSPROOF_BINARY, "serve", "--port", "{port}", "--fault", "dies-of-violations"};
  manifest.url = "ws://127.0.0.1:{port}/";
  manifest.source = manifest.build = folder_.string();
  const auto target = run::started_target(manifest, nullptr);
  ASSERT_TRUE(target.has_value()) << target.error().message;
  const auto catalogue = script::load(
      {{"own.case", "",
        "section 1 \"Ours\"\n\ncontrol good\n\n"
        "case good\n  \"A ping is answered.\"\n  checks 6455-5.5.2-2\n  sweep n = 1..6\n  > ping "
        "repeat(\"x\", $n)\n  < pong repeat(\"x\", $n)\n\n"
        "case bad\n  \"A stray continuation fails the connection.\"\n  checks 6455-5.4-12\n  twin "
        "1/good/n=1\n  > continuation \"x\"\n  < failure 1002\n"}});
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  std::vector<const script::Case*> cases;
  for (const script::Case& c : catalogue->cases) cases.push_back(&c);
  run::RunSettings settings;
  settings.pace.jobs = 4;
  const auto result = run::run(**target, cases, settings, {}, nullptr);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  for (const result::CaseResult& played : result->cases) {
    EXPECT_EQ(played.verdict.word, played.id == "1/bad" ? result::Word::hang : result::Word::pass)
        << played.id << ": " << played.evidence.observed;
  }
  EXPECT_FALSE(result->gate.passed);
}

}  // namespace
}  // namespace wsproof
