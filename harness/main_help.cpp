// What the command line knows of itself, told to others: shells that complete it, and man.
#include "harness/main_help.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace wsproof::cli {

namespace {

// A command by its words, "baseline update", with what it takes.
struct Command {
  std::string words;
  const CLI::App* app = nullptr;
};

// An option that is told of; one without a group is not.
struct Told {
  std::vector<std::string> names;    // "-q", "--quiet"
  std::string value;                 // "FILE"; empty: it takes none
  std::vector<std::string> choices;  // where only these are right
  std::string help;

  bool is_path() const { return value == "FILE" || value == "DIR" || value == "PATH"; }
};

std::vector<const CLI::App*> below(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
}

std::vector<Command> all_commands(const CLI::App& app) {
  std::vector<Command> out;
  const std::function<void(const CLI::App&, const std::string&)> add =
      [&](const CLI::App& from, const std::string& before) {
        for (const CLI::App* sub : below(from)) {
          const std::string words = before + sub->get_name();
          out.push_back({words, sub});
          add(*sub, words + " ");
        }
      };
  add(app, "");
  return out;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Told told(const CLI::Option& option) {
  Told out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  out.help = option.get_description();
  if (option.get_items_expected_max() == 0) return out;
  const std::string type = option.get_type_name();
  out.value = value_name(type);
  if (out.value.empty()) out.value = "VALUE";
  const std::size_t open = type.find(":{");
  if (open != std::string::npos && type.ends_with('}'))
    out.choices = split(std::string_view(type).substr(open + 2, type.size() - open - 3), ',');
  return out;
}

std::vector<Told> options(const CLI::App& command) {
  std::vector<Told> out;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty() || !option->nonpositional()) continue;
    out.push_back(told(*option));
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

std::string names_below(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : below(app)) names.push_back(sub->get_name());
  return joined(names, " ");
}

// In single quotes of a POSIX shell, and of fish, which reads \' there.
std::string quoted_for(std::string_view text, std::string_view quote) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string(quote) : std::string(1, c);
  return out + "'";
}

// ── bash ─────────────────────────────────────────────────────────────────────────────────────────

std::string bash(const CLI::App& app) {
  const std::vector<Command> commands = all_commands(app);
  std::string find, values, words;
  for (const Command& one : commands) {
    const std::size_t blank = one.words.rfind(' ');
    const std::string before = blank == std::string::npos ? "" : one.words.substr(0, blank);
    find += fmt::format("      '{}/{}') command='{}' ;;\n", before, one.app->get_name(), one.words);
    std::vector<std::string> known;
    for (const Told& option : options(*one.app)) {
      known.insert(known.end(), option.names.begin(), option.names.end());
      if (option.value.empty()) continue;
      std::vector<std::string> cases;
      for (const std::string& name : option.names)
        cases.push_back(fmt::format("'{} {}'", one.words, name));
      const std::string choices = option.choices.empty()
                                      ? std::string()
                                      : fmt::format(
                                            " mapfile -t COMPREPLY < <(compgen -W '{}' -- "
                                            "\"$cur\");",
                                            joined(option.choices, " "));
      values += fmt::format("    {}){} return ;;\n", joined(cases, "|"), choices);
    }
    const std::string inner = names_below(*one.app);
    words += fmt::format("    '{}') words='{}{}{}' ;;\n", one.words, inner,
                         inner.empty() ? "" : " ", joined(known, " "));
  }
  return fmt::format(
      R"(# bash completion for wsproof, made by `wsproof completion bash`.
# shellcheck shell=bash
_wsproof() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} command='' words='' word
  COMPREPLY=()
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$command/$word" in
{}    esac
  done
  # A value: of a few words, or else a file name.
  case "$command $prev" in
{}  esac
  case $command in
    '') words='{} --help --version' ;;
{}  esac
  # What is no option may be an id, an URL or a file.
  if [[ $cur == -* || -z $command || $words != -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  fi
}}
complete -o bashdefault -o default -F _wsproof wsproof
)",
      find, values, names_below(app), words);
}

// ── zsh ──────────────────────────────────────────────────────────────────────────────────────────

// Text inside of an _arguments specification.
std::string for_zsh(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_values(const Told& option) {
  if (option.value.empty()) return "";
  const std::string action = !option.choices.empty()
                                 ? fmt::format("({})", joined(option.choices, " "))
                             : option.is_path() ? "_files"
                                                : " ";
  return fmt::format(":{}:{}", for_zsh(option.value), action);
}

std::string zsh_arguments(const CLI::App& command) {
  std::string out = "_arguments -S";
  for (const Told& option : options(command)) {
    for (const std::string& name : option.names) {
      out += " \\\n        " +
             quoted_for(fmt::format("*{}[{}]{}", name, for_zsh(option.help), zsh_values(option)),
                        "'\\''");
    }
  }
  return out + " \\\n        '*:argument:_files'";
}

std::string zsh_commands(const CLI::App& app, int indent) {
  std::string list, cases;
  const std::string space(static_cast<std::size_t>(indent), ' ');
  for (const CLI::App* sub : below(app)) {
    list += fmt::format(
        "{}  {}\n", space,
        quoted_for(fmt::format("{}:{}", sub->get_name(), sub->get_description()), "'\\''"));
    const std::string inner =
        below(*sub).empty() ? zsh_arguments(*sub) : "\n" + zsh_commands(*sub, indent + 6);
    cases += fmt::format("{}    {}) {} ;;\n", space, sub->get_name(), inner);
  }
  return fmt::format(
      "{0}local -a commands=(\n{1}{0})\n"
      "{0}_arguments -C '(-h --help)'{{-h,--help}}'[help]' '1:command:->command' "
      "'*::argument:->argument'\n"
      "{0}case $state in\n"
      "{0}  command) _describe command commands ;;\n"
      "{0}  argument) case $line[1] in\n{2}{0}  esac ;;\n"
      "{0}esac\n",
      space, list, cases);
}

std::string zsh(const CLI::App& app) {
  return fmt::format(
      "#compdef wsproof\n# zsh completion for wsproof, made by `wsproof completion zsh`.\n"
      "_wsproof() {{\n  local curcontext=$curcontext state line\n{}}}\n\n"
      "if [[ $funcstack[1] == _wsproof ]]; then _wsproof \"$@\"; else compdef _wsproof wsproof; "
      "fi\n",
      zsh_commands(app, 2));
}

// ── fish ─────────────────────────────────────────────────────────────────────────────────────────

std::string fish(const CLI::App& app) {
  std::string out = "# fish completion for wsproof, made by `wsproof completion fish`.\n";
  const auto seen = [](const std::string& words) {
    std::vector<std::string> all;
    for (const std::string& word : split(words, ' '))
      all.push_back("__fish_seen_subcommand_from " + word);
    return all.empty() ? std::string("__fish_use_subcommand") : joined(all, "; and ");
  };
  const auto add_names = [&](const CLI::App& from, const std::string& words) {
    const std::string inner = names_below(from);
    for (const CLI::App* sub : below(from)) {
      const std::string when =
          words.empty() ? seen("") : seen(words) + "; and not __fish_seen_subcommand_from " + inner;
      out += fmt::format("complete -c wsproof -f -n '{}' -a {} -d {}\n", when, sub->get_name(),
                         quoted_for(sub->get_description(), "\\'"));
    }
  };
  add_names(app, "");
  for (const Command& one : all_commands(app)) {
    add_names(*one.app, one.words);
    for (const Told& option : options(*one.app)) {
      out += fmt::format("complete -c wsproof -n '{}'", seen(one.words));
      for (const std::string& name : option.names)
        out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!option.choices.empty())
        out += fmt::format(" -x -a '{}'", joined(option.choices, " "));
      else if (option.is_path())
        out += " -r -F";
      else if (!option.value.empty())
        out += " -x";
      out += fmt::format(" -d {}\n", quoted_for(option.help, "\\'"));
    }
  }
  return out;
}

// ── man ──────────────────────────────────────────────────────────────────────────────────────────

// Text for roff: no request at the begin of a line, no escape, minus signs that can be copied.
std::string for_roff(std::string_view text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + for_roff(text) + "\\fR"; }

std::string synopsis(const Command& command) {
  std::string out = ".B wsproof " + for_roff(command.words) + "\n";
  if (!below(*command.app).empty()) out += "\\fICOMMAND\\fR\n";
  if (!options(*command.app).empty()) out += "[\\fIOPTION\\fR...]\n";
  for (const CLI::Option* option : command.app->get_options()) {
    if (option->get_group().empty() || !option->get_positional()) continue;
    const std::string name = "\\fI" + for_roff(option->get_name(true)) + "\\fR";
    out += (option->get_required() ? name : "[" + name + "]") + "\n";
  }
  return out;
}

std::string manual_of(const Command& command) {
  std::string out = fmt::format(".SS wsproof {}\n{}.PP\n{}.\n", for_roff(command.words),
                                synopsis(command), for_roff(command.app->get_description()));
  for (const CLI::Option* option : command.app->get_options()) {
    if (option->get_group().empty() || !option->get_positional()) continue;
    out += fmt::format(".TP\n\\fI{}\\fR\n{}\n", for_roff(option->get_name(true)),
                       for_roff(option->get_description()));
  }
  for (const Told& option : options(*command.app)) {
    std::vector<std::string> names;
    for (const std::string& name : option.names) names.push_back(bold(name));
    out += ".TP\n" + joined(names, ", ");
    if (!option.value.empty()) out += " \\fI" + for_roff(option.value) + "\\fR";
    out += "\n" + for_roff(option.help) + "\n";
  }
  return out;
}

constexpr std::string_view after_commands = R"(.SH EXIT STATUS
.TP
.B 0
The gate passed.
.TP
.B 1
It did not.
.TP
.B 2
The command line, the configuration, the baseline or a case file is wrong.
.TP
.B 3
The server never became ready.
.TP
.B 4
No case was selected.
.TP
.B 5
A report could not be written, or wsproof itself failed.
.TP
.BR 130 ", " 143
Interrupted; the reports are written.
.SH ENVIRONMENT
Options of
.BR run ", " replay ", " list " and " doctor
are taken from variables of the same name too,
.B WSPROOF_JOBS
for
.BR \-\-jobs ;
lists are lines.
.TP
.B WSPROOF_SECRETS
Texts, one a line, that are hidden wherever they turn up.
.TP
.BR NO_COLOR ", " FORCE_COLOR
No colours, or colours.
.TP
.B GITHUB_ACTIONS
Annotations and a step summary are written where it is
.BR true .
.SH FILES
.TP
.I wsproof.toml
Options of the current directory: the long names without dashes as keys. The command line goes before variables, variables before the file.
.TP
.I FILE.journal
What was played, while a run with
.BI \-\-report\-json " FILE"
goes on. It stays when the run is killed, and
.B wsproof report
reads it.
.SH EXAMPLES
.nf
wsproof run ws://localhost:9001/ \-\-report\-html report.html
wsproof run \-\-exec './server \-\-port {port}' ws://127.0.0.1:{port}/chat
wsproof run ws://localhost:9001/ \-\-baseline known.txt \-\-report\-json results.json
wsproof replay build/night/findings ws://localhost:9001/
wsproof baseline update known.txt results.json
wsproof report new.json \-\-against old.json
.fi
.SH SEE ALSO
RFC 6455, RFC 7692.
)";

}  // namespace

std::string value_name(const std::string& type) {
  std::size_t end = type.size();
  for (const char* check : {":{", ":INT in [", ":UINT in [", ":FLOAT in ["})
    end = std::min(end, type.find(check));
  return type.substr(0, end);
}

base::Result<std::string> completion(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash(app);
  if (shell == "zsh") return zsh(app);
  if (shell == "fish") return fish(app);
  return base::fail("there are completions for bash, zsh and fish");
}

std::string manual(const CLI::App& app, std::string_view version) {
  std::string out = fmt::format(
      ".TH WSPROOF 1 \"\" \"wsproof {}\" \"User Commands\"\n"
      ".SH NAME\nwsproof \\- conformance and fuzz testing of WebSocket servers\n.SH SYNOPSIS\n",
      for_roff(version));
  const std::vector<Command> commands = all_commands(app);
  for (const Command& one : commands) {
    if (below(*one.app).empty()) out += synopsis(one) + ".br\n";
  }
  out += fmt::format(".SH DESCRIPTION\n{}\n.SH COMMANDS\n", for_roff(app.get_description()));
  for (const Command& one : commands) {
    if (below(*one.app).empty()) out += manual_of(one);
  }
  return out + std::string(after_commands);
}

}  // namespace wsproof::cli
