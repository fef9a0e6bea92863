// Property: what parses is the same when printed and parsed again, and formatting changes no
// meaning.
#include <algorithm>
#include <string>

#include "fuzz/targets/target.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/parser.hpp"

using namespace wsproof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  const script::ParseResult parsed = script::parse(text, "fuzz.case", "fuzz");
  const auto formatted = script::format(text, "fuzz.case");
  fuzz::must(formatted.has_value() == parsed.errors.empty(), "what parses can be formatted");
  if (!parsed.errors.empty()) {
    fuzz::must(parsed.errors.size() <= 20, "at most 20 errors are told");
    const auto lines = static_cast<std::uint32_t>(std::ranges::count(text, '\n')) + 1;
    for (const script::Diagnostic& error : parsed.errors) {
      fuzz::must(error.place.line >= 1 && error.place.line <= lines + 1,
                 "an error stands in a line that there is", [&] { return script::show(error); });
      fuzz::must(!error.message.empty(), "an error says what is wrong");
    }
    return 0;
  }
  const std::string printed = script::print(parsed.file);
  const script::ParseResult again = script::parse(printed, "printed", "fuzz");
  fuzz::must(again.errors.empty(), "what is printed parses", printed);
  fuzz::must(again.file == parsed.file, "printed and parsed it is the same", printed);

  const script::ParseResult neat = script::parse(*formatted, "formatted", "fuzz");
  fuzz::must(neat.errors.empty() && neat.file == parsed.file, "formatted it means the same",
             *formatted);
  fuzz::must(script::format(*formatted, "formatted") == *formatted, "it is formatted once for all",
             *formatted);
  for (const script::Case& written : parsed.file.cases) {
    const script::Case plain = script::without_macros(written);
    const std::string text_of_it = script::print(plain);
    const script::ParseResult one = script::parse(text_of_it, "plain", written.suite);
    fuzz::must(one.errors.empty() && one.file.cases.size() == 1 && one.file.cases.front() == plain,
               "without macros it can be written down too", text_of_it);
  }
  return 0;
}
