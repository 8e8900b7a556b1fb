#include "train/confidence/logistic_fit.h"

#include <gtest/gtest.h>

#include <fstream>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace storyteller::logistic_fit_test {
namespace {

TEST(LogisticFit, AgreesWithPyTorch) {
  const std::string path = std::string(STORYTELLER_SOURCE_DIR) + "/tests/goldens/logistic.json";
  const auto cases = nlohmann::json::parse(std::ifstream(path));
  ASSERT_EQ(cases.size(), 3U);
  for (const auto& golden : cases) {
    LabelledSignals examples;
    examples.values = golden["values"].get<std::vector<std::vector<double>>>();
    examples.labels = golden["labels"].get<std::vector<bool>>();
    examples.weights = golden["importance"].get<std::vector<double>>();
    std::vector<std::string> names(examples.values[0].size(), "x");
    const Logistic fit = fit_logistic(names, examples, golden["ridge"].get<double>());
    EXPECT_NEAR(fit.bias, golden["bias"].get<double>(), 1e-6);
    for (size_t j = 0; j < names.size(); ++j) {
      EXPECT_NEAR(fit.terms[j].mean, golden["mean"][j].get<double>(), 1e-12);
      EXPECT_NEAR(fit.terms[j].spread, golden["spread"][j].get<double>(), 1e-12);
      EXPECT_NEAR(fit.terms[j].weight, golden["weights"][j].get<double>(), 1e-6);
    }
  }
}

TEST(LogisticFit, ASignalThatNeverVariesWeighsNothing) {
  const LabelledSignals examples{.values = {{0.1, 1}, {0.1, 2}, {0.1, 3}, {0.1, 4}},
                                 .labels = {false, true, false, true}};
  const Logistic fit = fit_logistic({"same", "other"}, examples);
  EXPECT_EQ(fit.terms[0].weight, 0);
  EXPECT_GT(fit.terms[1].weight, 0);
  EXPECT_THROW(fit_logistic({"a"}, {.values = {{1}, {2}}, .labels = {true, true}}), InternalError);
}

}  // namespace
}  // namespace storyteller::logistic_fit_test
