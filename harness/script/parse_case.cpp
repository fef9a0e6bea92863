#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/script/grammar.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

bool is_id_character(char c) { return is_label_character(c) || c == '/' || c == '='; }

// A case while its lines come in.
class CaseParser {
 public:
  explicit CaseParser(Source& source) : source_(source) {}

  std::optional<Case> run(const Node& node) {
    Cursor cursor(source_, node.line);
    cursor.take_word("case");
    auto name = id(cursor, "the name of the case");
    bool good = name && expect_end(cursor);
    if (name) case_.name = std::move(*name);
    for (std::size_t index = 0; index < node.children.size() && !source_.full();) {
      good = line(node.children, index) && good;
    }
    if (!good) return std::nullopt;
    return std::move(case_);
  }

 private:
  bool line(const std::vector<Node>& lines, std::size_t& index) {
    const Node& node = lines[index];
    Cursor cursor(source_, node.line);
    if (!steps_begun_ && cursor.peek() == '"') {
      ++index;
      return title(cursor) && expect_no_block(source_, node);
    }
    const auto word = cursor.word();
    const bool is_header = std::ranges::find(header_words, word) != header_words.end();
    if (!steps_begun_ && word == "table") {
      ++index;
      return axis(cursor, node);
    }
    if (!steps_begun_ && is_header) {
      ++index;
      return header(cursor, word) && expect_no_block(source_, node);
    }
    steps_begun_ = is_step(cursor) || steps_begun_;
    auto step = parse_step(source_, lines, index);
    if (!step) return false;
    case_.steps.push_back(std::move(*step));
    return true;
  }

  // What is no step at all, such as a misspelt header, must not end the header; nor does `let`,
  // which many a writer puts first.
  static bool is_step(const Cursor& cursor) {
    const auto word = cursor.word();
    const char first = cursor.peek();
    return first == '>' || first == '<' || first == '@' || word == "whenever" ||
           std::ranges::find(step_words, word) != step_words.end();
  }

  bool title(Cursor& cursor) {
    auto text = parse_text(cursor, "a title");
    if (!text || !expect_end(cursor)) return false;
    if (!has_title_) {
      case_.title = std::move(*text);
    } else {
      if (has_why_) case_.why += '\n';
      case_.why += *text;
      has_why_ = true;
    }
    has_title_ = true;
    return true;
  }

  bool header(Cursor& cursor, std::string_view word) {
    const std::size_t begin = cursor.offset();
    cursor.take_octets(word.size());
    if (word == "checks")
      return words(cursor, is_label_character, "a requirement id", case_.checks);
    if (word == "alias") return words(cursor, is_alias_character, "an alias", case_.aliases);
    if (word == "tags") return words(cursor, is_label_character, "a tag", case_.tags);
    if (word == "was") return words(cursor, is_id_character, "an earlier id", case_.was);
    if (word == "needs") return needs(cursor);
    if (word == "sweep") return axis(cursor, {});
    if (!seen_.insert(std::string(word)).second) {
      cursor.fail_from(begin, fmt::format("a second `{}`", word));
      return false;
    }
    if (word == "twin") return one(cursor, id(cursor, "the id of a case, or `none`,"), case_.twin);
    if (word == "since") return since(cursor);
    if (word == "role") return role(cursor);
    if (word == "deliveries") return deliveries(cursor);
    return manual(cursor);
  }

  template <typename Predicate>
  bool words(Cursor& cursor, Predicate wanted, std::string_view what,
             std::vector<std::string>& to) {
    do {
      const auto word = cursor.ahead(wanted);
      if (word.empty() || word != cursor.run()) {
        if (cursor.at_end()) {
          cursor.fail(fmt::format("{} is missing here", what));
        } else {
          cursor.fail(fmt::format("`{}` is not {}", cursor.run(), what),
                      cursor.run().ends_with(',') ? "these stand without commas between them" : "");
        }
        return false;
      }
      to.emplace_back(cursor.take_octets(word.size()));
    } while (!cursor.at_end());
    return true;
  }

  bool needs(Cursor& cursor) {
    do {
      const auto word = cursor.word();
      const auto need = value_named(need_words, word);
      if (!need) {
        auto hint = did_you_mean(word, names(need_words));
        if (hint.empty()) hint = "the needs are " + list_of(names(need_words));
        cursor.fail(cursor.at_end() ? "what the case needs is missing here"
                                    : fmt::format("unknown need `{}`", cursor.run()),
                    hint);
        return false;
      }
      cursor.take_octets(word.size());
      case_.needs.push_back(*need);
    } while (!cursor.at_end());
    return true;
  }

  bool role(Cursor& cursor) {
    const auto word = cursor.word();
    const auto roles = value_named(role_words, word);
    if (!roles) {
      cursor.fail("the role of the target expected here", "it is " + list_of(names(role_words)));
      return false;
    }
    cursor.take_octets(word.size());
    case_.roles = *roles;
    return expect_end(cursor);
  }

  // `all`, or some of them; whole is always played and not said.
  bool deliveries(Cursor& cursor) {
    constexpr Delivery all[] = {Delivery::with_handshake, Delivery::with_next, Delivery::octets};
    std::set<Delivery> wanted;
    do {
      const auto word = cursor.word();
      const auto known = value_named(delivery_words, word);
      if (word == "all") {
        wanted.insert(std::begin(all), std::end(all));
      } else if (known && *known != Delivery::whole) {
        wanted.insert(*known);
      } else {
        auto hint = did_you_mean(word, {"all", "with-handshake", "with-next", "octets"});
        if (hint.empty()) hint = "they are all, with-handshake, with-next and octets";
        cursor.fail(cursor.at_end() ? "a delivery is missing here"
                                    : fmt::format("unknown delivery `{}`", cursor.run()),
                    hint);
        return false;
      }
      cursor.take_octets(word.size());
    } while (!cursor.at_end());
    case_.deliveries.assign(wanted.begin(), wanted.end());
    return true;
  }

  bool since(Cursor& cursor) {
    const auto version = cursor.ahead([](char c) { return is_digit(c) || c == '.'; });
    if (version.empty() || version != cursor.run()) {
      cursor.fail("a version of the catalogue expected here", "as in `since 1.1`");
      return false;
    }
    case_.since = std::string(cursor.take_octets(version.size()));
    return expect_end(cursor);
  }

  bool manual(Cursor& cursor) {
    Automatic off{.pongs = true, .close = true, .end = true};
    const bool all = cursor.at_end();
    while (!cursor.at_end()) {
      if (cursor.take_word("pings")) {
        off.pongs = false;
      } else if (cursor.take_word("close")) {
        off.close = false;
      } else if (cursor.take_word("end")) {
        off.end = false;
      } else {
        auto hint = did_you_mean(cursor.word(), {"pings", "close", "end"});
        if (hint.empty()) hint = "`manual` turns off answers to pings, to close, and the end";
        cursor.fail(fmt::format("`{}` is not pings, close or end", cursor.run()), hint);
        return false;
      }
    }
    case_.automatic = all ? Automatic{.pongs = false, .close = false, .end = false} : off;
    return true;
  }

  bool axis(Cursor& cursor, const Node& node) {
    const bool table = cursor.take_word("table");
    auto axis = table ? parse_table(cursor, node.children) : parse_sweep(cursor);
    if (!axis) return false;
    for (const std::string& column : axis->columns) {
      if (column == "alias" || columns_.insert(column).second) continue;
      cursor.source().report_line(cursor.line(),
                                  fmt::format("`{}` is bound by another sweep or table", column));
      return false;
    }
    if (!axes_.insert(axis->name).second) {
      cursor.source().report_line(cursor.line(),
                                  fmt::format("another sweep or table is called `{}`", axis->name));
      return false;
    }
    case_.axes.push_back(std::move(*axis));
    return true;
  }

  static std::optional<std::string> id(Cursor& cursor, std::string_view what) {
    const auto name = cursor.ahead(is_id_character);
    if (!name.empty() && name == cursor.run()) return std::string(cursor.take_octets(name.size()));
    if (cursor.at_end()) return cursor.fail(fmt::format("{} is missing here", what));
    return cursor.fail(
        fmt::format("`{}` is no name: letters, digits, `.`, `_` and `-`", cursor.run()));
  }

  static bool one(Cursor& cursor, std::optional<std::string> value, std::string& to) {
    if (!value || !expect_end(cursor)) return false;
    to = std::move(*value);
    return true;
  }

  Source& source_;
  Case case_;
  bool steps_begun_ = false;
  bool has_title_ = false;
  bool has_why_ = false;
  std::set<std::string> seen_, columns_, axes_;
};

}  // namespace

std::optional<Case> parse_case(Source& source, const Node& node) {
  return CaseParser(source).run(node);
}

}  // namespace wsproof::script
