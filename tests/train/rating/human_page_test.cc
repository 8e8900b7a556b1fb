// The worked examples of docs/metrics/human.md are what the functions give.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "tests/temporary_folder.h"
#include "train/rating/bradley_terry.h"
#include "train/rating/kendall_tau.h"
#include "train/rating/krippendorff_alpha.h"
#include "train/rating/sign_test.h"
#include "train/rating/weighted_kappa.h"

namespace storyteller::human_page_test {
namespace {

/// The page in one line, so that a line's end inside of an example does not matter.
std::string page() {
  std::string text =
      file_text(std::filesystem::path(STORYTELLER_SOURCE_DIR) / "docs/metrics/human.md");
  for (char& c : text) c = c == '\n' ? ' ' : c;
  return text;
}

/// "-.471": without the zero before the point.
std::string short_decimal(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.3f", value);
  std::string text = buffer.data();
  return text.erase(text.find('0'), 1);
}

void expect_on_page(const std::string& example) {
  EXPECT_NE(page().find(example), std::string::npos) << example;
}

TEST(HumanPage, ShowsAlpha) {
  const auto none = std::nullopt;
  const RatingMatrix ratings{{1, 2, 3, 3, 2, 1, 4, 1, 2, none, none, none},
                             {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, none, 3},
                             {none, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, none},
                             {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, none}};
  expect_on_page("nominal " + short_decimal(krippendorff_alpha(ratings, Measurement::kNominal)) +
                 ", ordinal " + short_decimal(krippendorff_alpha(ratings, Measurement::kOrdinal)) +
                 ", interval " +
                 short_decimal(krippendorff_alpha(ratings, Measurement::kInterval)));
}

TEST(HumanPage, ShowsKappa) {
  std::vector<int> a(46, 0), b(50, 0);
  a.insert(a.end(), 44, 1);
  b.insert(b.end(), 40, 1);
  a.insert(a.end(), 10, 2);
  b.insert(b.end(), 10, 2);
  expect_on_page("give " + short_decimal(weighted_kappa(a, b, linear_weight)) + " and " +
                 short_decimal(weighted_kappa(a, b, quadratic_weight)) + ".");
}

TEST(HumanPage, ShowsTauAndTheSignTest) {
  const std::vector<double> x{12, 2, 1, 12, 2}, y{1, 4, 7, 1, 0};
  expect_on_page("(1, 4, 7, 1, 0) give " + short_decimal(kendall_tau_b(x, y)));
  expect_on_page("8 against 2 gives p = 0" + short_decimal(sign_test(8, 2)));
}

TEST(HumanPage, ShowsStrengths) {
  const BradleyTerryFit fit = fit_bradley_terry({{0, 7, 9, 7, 7, 9, 11},
                                                 {6, 0, 7, 5, 11, 9, 9},
                                                 {4, 6, 0, 7, 7, 8, 12},
                                                 {6, 8, 6, 0, 6, 7, 10},
                                                 {6, 2, 6, 7, 0, 7, 12},
                                                 {4, 4, 5, 6, 6, 0, 6},
                                                 {2, 4, 1, 3, 1, 7, 0}});
  constexpr const char* kTeams[] = {"Milwaukee", "Detroit", "Toronto",
                                    "New York",  "Boston",  "Cleveland"};
  std::string example = "relative to Baltimore";
  for (size_t i = 0; i < 6; ++i) {
    std::array<char, 64> part{};
    std::snprintf(part.data(), part.size(), ", %s %.2f", kTeams[i],
                  fit.log_strengths[i] - fit.log_strengths[6]);
    example += part.data();
  }
  expect_on_page(example + ".");
}

}  // namespace
}  // namespace storyteller::human_page_test
