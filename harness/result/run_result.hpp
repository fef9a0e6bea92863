// A whole run as plain data: target, probe, settings, every case, what the monitor saw, the gate.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/result/verdict.hpp"

namespace wsproof::result {

/// Who was tested. Secrets are redacted before anything gets here.
struct Target {
  std::string name;  ///< as the user calls it, e.g. "gorilla"; the URL when there is no name
  std::string url;
  std::string version;          ///< from a manifest; empty when not known
  std::string server;           ///< the Server field of its 101, escaped; empty when none
  std::string role = "server";  ///< what is under test: "server" or "client"
  std::vector<std::string>
      arguments;  ///< what names it on our command line, for the command that plays a case again:
                  ///< {"--target", "gorilla"}, {"-H", "Origin: …", "ws://…"}; empty where a
                  ///< variable or wsproof.toml names it

  bool operator==(const Target&) const = default;
};

/// What the probe found out before the run (DESIGN.md §3.0).
struct Probe {
  bool ready = false;     ///< something answered in HTTP
  bool upgrades = false;  ///< the baseline handshake got a 101
  bool pong = false;
  bool echo_text = false;
  bool echo_binary = false;
  bool deflate = false;            ///< an offer of permessage-deflate was accepted
  std::uint64_t largest_echo = 0;  ///< octets, of the sizes tried up to 65536
  bool closes = false;             ///< answered a Close and closed TCP
  base::Duration round_trip{};
  base::Duration quiet{};          ///< the quiet spell that the run used
  std::vector<std::string> notes;  ///< remarks for the reader, one sentence each

  bool operator==(const Probe&) const = default;
};

/// Something that the target sent in any case and that a requirement forbids.
struct MonitorFinding {
  std::string requirement;
  std::string explanation;                    ///< one sentence, escaped
  std::uint64_t count = 0;                    ///< in how many cases
  std::string first_case;                     ///< id of the first one
  base::Octets octets;                        ///< first evidence, at most 64 octets
  std::optional<Known> known = std::nullopt;  ///< where a baseline has a line about it

  bool operator==(const MonitorFinding&) const = default;
};

/// The gate's decision (DESIGN.md §3.8).
struct Gate {
  bool passed = false;
  bool strict = false;                  ///< non-strict verdicts counted against the target too
  std::vector<std::string> reasons;     ///< why not, one sentence each; empty when passed
  std::string baseline = {};            ///< the file that says what is known; empty: none was given
  std::vector<std::string> lines = {};  ///< what is wrong with lines of it, one sentence each: they
                                        ///< have expired, or are about nothing that there is
  std::vector<std::string> notes = {};  ///< what changed and the gate does not count

  bool operator==(const Gate&) const = default;
};

/// One of so many shares of a selection, as `--shard number/count` plays it.
struct Shard {
  static constexpr std::uint32_t most = 1000;

  std::uint32_t number = 1;  ///< from 1 to `count`
  std::uint32_t count = 1;   ///< at most `most`

  bool is_one() const { return number > 0 && number <= count && count <= most; }
  bool operator==(const Shard&) const = default;
};

/// Everything that reports are made from.
struct RunResult {
  /// What a reader of this version cannot do without. A key that may be missing (incidents) leaves
  /// it alone: readers ignore keys that they do not know.
  static constexpr int schema_version = 1;

  std::string tool_version;
  std::string suite_version;  ///< of the catalogue
  std::string started;        ///< ISO 8601, UTC
  std::string command;        ///< the command line, secrets redacted
  std::uint64_t seed = 0;
  std::uint32_t jobs = 1;
  std::optional<Shard> shard;           ///< which share of its selection it is; nothing: all
  std::optional<std::uint32_t> rounds;  ///< how often each case was played; nothing: once
  base::Duration took{};
  bool interrupted = false;
  Target target;
  Probe probe;
  std::map<std::string, std::string> environment;  ///< e.g. "os", "cpu", "compiler"
  std::vector<CaseResult> cases;                   ///< in the catalogue's order
  std::vector<CaseResult> controls;                ///< control cases, in the order they were played
  std::vector<MonitorFinding> monitor;
  std::optional<base::UsageSpan> usage;  ///< of a process that wsproof started, over all its lives
  std::vector<Incident> incidents;       ///< those for which no case could be blamed
  Gate gate;

  bool operator==(const RunResult&) const = default;
};

/// How many cases ended in each word.
std::map<Word, std::size_t> count(const std::vector<CaseResult>& cases);

/// Whether both runs came to the same verdicts: same ids, same verdict parts, in any order.
bool same_verdicts(const RunResult& left, const RunResult& right);

}  // namespace wsproof::result
