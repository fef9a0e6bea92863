// The colours of the report: contrast by the formula of WCAG 2.2.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "harness/base/octets.hpp"
#include "reports/embedded.hpp"

namespace wsproof::reports {
namespace {

using Colours = std::map<std::string, std::string>;

// The custom properties with a colour of six digits, of the light theme and of the dark one.
std::array<Colours, 2> themes() {
  const std::string style(embedded_style());
  const std::size_t dark = style.find("prefers-color-scheme: dark");
  EXPECT_NE(dark, std::string::npos);
  const std::size_t end = style.find("\n}\n", dark);
  std::array<Colours, 2> all;
  const std::array<std::string, 2> texts = {style.substr(0, dark), style.substr(dark, end - dark)};
  const std::regex property("--([a-z-]+): #([0-9a-f]{3,6});");
  for (std::size_t theme = 0; theme < all.size(); ++theme) {
    const std::string& text = texts.at(theme);
    for (auto at = std::sregex_iterator(text.begin(), text.end(), property);
         at != std::sregex_iterator(); ++at) {
      const std::string digits = (*at)[2];
      all.at(theme)[(*at)[1]] = digits.size() == 3 ? std::string{digits[0], digits[0], digits[1],
                                                                 digits[1], digits[2], digits[2]}
                                                   : digits;
    }
  }
  return all;
}

double luminance(const std::string& digits) {
  const base::Octets octets = base::from_hex(digits).value();
  const std::array<double, 3> weights = {0.2126, 0.7152, 0.0722};
  double sum = 0;
  for (std::size_t index = 0; index < weights.size(); ++index) {
    const double value = octets.at(index) / 255.0;
    sum += weights.at(index) *
           (value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double contrast(const std::string& left, const std::string& right) {
  const auto [low, high] = std::minmax({luminance(left), luminance(right)});
  return (high + 0.05) / (low + 0.05);
}

TEST(HtmlStyle, TextHasAContrastOfSevenOnWhatItStandsOn) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> table = {
      {"ink", {"paper", "panel", "pass-wash", "fail-wash", "odd-wash", "lit"}},
      {"soft", {"paper", "panel", "fail-wash", "odd-wash"}},
      {"link", {"paper", "panel", "odd-wash"}},
      {"pass", {"paper", "pass-wash"}},
      {"fail", {"paper", "panel", "fail-wash"}},
      {"odd", {"paper", "panel"}},
      {"unclear", {"paper", "panel"}},
      {"on-fail", {"fail"}},
  };
  for (const Colours& colours : themes()) {
    for (const auto& [text, grounds] : table) {
      for (const std::string& ground : grounds) {
        EXPECT_GE(contrast(colours.at(text), colours.at(ground)), 7.0) << text << " on " << ground;
      }
    }
  }
}

TEST(HtmlStyle, TheFormulaIsTheOneOfWcag) {
  EXPECT_NEAR(contrast("ffffff", "000000"), 21.0, 0.001);
  EXPECT_NEAR(contrast("777777", "ffffff"), 4.48, 0.01);
}

}  // namespace
}  // namespace wsproof::reports
