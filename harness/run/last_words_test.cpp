#include "harness/run/last_words.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

struct Sample {
  const char* text;
  const char* reporter;
  const char* headline;
  const char* shows;   // somewhere in its lines
  const char* spares;  // what is not worth showing; empty: nothing to spare
  bool sanitizer;
};

// Written by hand, in the formats of the tools.
const Sample samples[] = {
    {"listening on 9001\n"
     "=================================================================\n"
     "==4711==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60200000eff5 at pc 0x1\n"
     "WRITE of size 125 at 0x60200000eff5 thread T0\n"
     "    #0 0x7f in memcpy (/lib/libasan.so.8+0x3c)\n"
     "    #1 0x55 in Server::on_ping(Frame const&) /src/server.cpp:88\n"
     "\n"
     "0x60200000eff5 is located 0 bytes to the right of 64-byte region\n"
     "allocated by thread T0 here:\n"
     "    #0 0x7f in operator new(unsigned long)\n"
     "\n"
     "SUMMARY: AddressSanitizer: heap-buffer-overflow (/lib/libasan.so.8+0x3c) in memcpy\n"
     "Shadow bytes around the buggy address:\n"
     "==4711==ABORTING\n",
     "AddressSanitizer", "heap-buffer-overflow on address 0x60200000eff5",
     "SUMMARY: AddressSanitizer: heap-buffer-overflow", "Shadow bytes", true},
    {"AddressSanitizer:DEADLYSIGNAL\n==1==ERROR: AddressSanitizer: SEGV on unknown address 0x0\n"
     "==1==The signal is caused by a WRITE memory access.\n    #0 0x5 in main a.c:3\n",
     "AddressSanitizer", "SEGV on unknown address 0x0", "#0 0x5 in main a.c:3", "", true},
    {"server.cpp:12:5: runtime error: signed integer overflow: 2147483647 + 1 cannot be "
     "represented in type 'int'\n    #0 0x4 in f server.cpp:12\n",
     "UndefinedBehaviorSanitizer",
     "runtime error: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'",
     "#0 0x4 in f", "", true},
    {"==================\nWARNING: ThreadSanitizer: data race (pid=9)\n"
     "  Write of size 8 at 0x7b04 by thread T1:\n    #0 worker a.cpp:7\n\n"
     "  Previous read of size 8 at 0x7b04 by main thread:\n    #0 main a.cpp:19\n\n"
     "  Location is heap block of size 8\n\n"
     "SUMMARY: ThreadSanitizer: data race a.cpp:7 in worker\n==================\n",
     "ThreadSanitizer", "data race (pid=9)", "Previous read of size 8", "Location is", true},
    {"2026/11/21 listening\n==================\nWARNING: DATA RACE\n"
     "Write at 0x00c00001 by goroutine 8:\n  main.serve()\n      /app/main.go:31 +0x44\n\n"
     "Previous write at 0x00c00001 by goroutine 7:\n  main.serve()\n\n"
     "Goroutine 8 (running) created at:\n  net/http.(*Server).Serve()\n==================\n",
     "Go race detector", "DATA RACE", "Previous write at", "created at", true},
    {"panic: runtime error: index out of range [125] with length 64\n\n"
     "goroutine 19 [running]:\nmain.handle(0xc000)\n\t/app/main.go:42 +0x1d\n\n"
     "goroutine 1 [IO wait]:\ninternal/poll.runtime_pollWait()\n",
     "Go", "panic: runtime error: index out of range [125] with length 64", "/app/main.go:42",
     "IO wait", false},
    {"fatal error: concurrent map writes\n\ngoroutine 6 [running]:\nmain.f()\n", "Go",
     "fatal error: concurrent map writes", "main.f()", "", false},
    {"thread 'tokio-runtime-worker' panicked at src/main.rs:17:9:\nindex out of bounds: the len is "
     "64 but the index is 125\nnote: run with `RUST_BACKTRACE=1`\n",
     "Rust", "panicked at src/main.rs:17:9:", "the index is 125", "", false},
    {"#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n"
     "#  SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2\n#\n# JRE version: OpenJDK 17\n",
     "Java", "SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2", "SIGSEGV", "", false},
    {"Exception in thread \"main\" java.lang.IllegalStateException: bad frame\n"
     "\tat com.example.Server.main(Server.java:12)\n",
     "Java", "main\" java.lang.IllegalStateException: bad frame", "Server.java:12", "", false},
    {"started\n/app/server.js:12\n    throw new Error('boom');\n    ^\n\n"
     "Error: boom\n    at WebSocket.<anonymous> (/app/server.js:12:11)\n\nNode.js v18.19.0\n",
     "Node", "Error: boom", "/app/server.js:12:11", "started", false},
    {"\n<--- Last few GCs --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript "
     "heap out of memory\n 1: 0xb0 node::Abort()\n",
     "Node", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
     "node::Abort", "GCs", false},
    {"Traceback (most recent call last):\n  File \"server.py\", line 3, in <module>\n    main()\n"
     "ValueError: bad opcode\n",
     "Python", "ValueError: bad opcode", "server.py", "", false},
    {"terminate called after throwing an instance of 'std::out_of_range'\n  what():  at: 125\n",
     "C++", "terminate called after throwing an instance of 'std::out_of_range'", "at: 125", "",
     false},
    {"*** stack smashing detected ***: terminated\n", "C",
     "*** stack smashing detected ***: terminated", "smashing", "", false},
    {"double free or corruption (out)\n", "C", "double free or corruption (out)", "free", "",
     false},
    {"server: server.c:7: main: Assertion `length < 64' failed.\n", "C",
     "Assertion `length < 64' failed.", "server.c:7", "", false},
    {"==77== Invalid write of size 1\n==77==    at 0x10: main (a.c:5)\n", "Valgrind",
     "Invalid write of size 1", "a.c:5", "", true},
};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

TEST(LastWords, AreFoundInTheFormatsOfAllTools) {
  for (const Sample& sample : samples) {
    const auto found = find_last_words(sample.text);
    ASSERT_TRUE(found.has_value()) << sample.text;
    EXPECT_EQ(found->reporter, sample.reporter);
    EXPECT_EQ(found->headline, sample.headline);
    const std::string lines = joined(found->lines);
    EXPECT_NE(lines.find(sample.shows), std::string::npos) << lines;
    if (*sample.spares != '\0') {
      EXPECT_EQ(lines.find(sample.spares), std::string::npos) << lines;
    }
    EXPECT_EQ(found->sanitizer, sample.sanitizer) << sample.reporter;
    EXPECT_EQ(find_alarm(sample.text).has_value(), sample.sanitizer) << sample.reporter;
  }
}

TEST(LastWords, AreTheLastOnesAndAlarmsTheFirstOnes) {
  const std::string text = "a.c:1:2: runtime error: one\nlistening\na.c:3:4: runtime error: two\n";
  EXPECT_EQ(find_last_words(text)->headline, "runtime error: two");
  EXPECT_EQ(find_alarm(text)->headline, "runtime error: one");
}

TEST(LastWords, AreNotFoundInOrdinaryOutput) {
  const char* const texts[] = {"", "\n\n", "listening on 9001\nerror: client went away\n",
                               "ERROR 400 bad request\nwarning: slow\n====\n", "\xff\xfe\n"};
  for (const char* text : texts) EXPECT_FALSE(find_last_words(text).has_value()) << text;
}

TEST(LastWords, AreBoundedAndEscaped) {
  std::string text =
      "==1==ERROR: AddressSanitizer: \x1b[31mx\x1b[0m" + std::string(5000, 'y') + "\n";
  for (int i = 0; i < 1000; ++i) text += "    #" + std::to_string(i) + " \x1b]0;title\x07\n";
  const auto found = find_last_words(text);
  ASSERT_TRUE(found.has_value());
  EXPECT_LE(found->lines.size(), 16U);
  for (const std::string& line : found->lines) {
    EXPECT_LT(line.size(), 600U);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
  }
  EXPECT_EQ(found->headline.find('\x1b'), std::string::npos);
}

TEST(LastLines, AreThoseThatAreNotBlank) {
  const std::vector<std::string> expected = {"b", "c\\x1b"};
  EXPECT_EQ(last_lines("a\nb\n\n  \nc\x1b\n\n", 2), expected);
  EXPECT_TRUE(last_lines("\n\n", 2).empty());
}

}  // namespace
}  // namespace wsproof::run
