// The worked examples of docs/metrics, computed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "train/metrics/caption_scorer.h"
#include "train/metrics/sets/set_measure.h"

namespace storyteller::metric_pages_test {
namespace {

struct Example {
  std::vector<std::vector<std::string>> references;
  std::vector<std::string> hypotheses, samples;
  std::vector<std::pair<std::string, double>> values;
};

/// What lies between bars, without the blanks around it.
std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, '|');) {
    const size_t begin = field.find_first_not_of(' ');
    out.push_back(field.substr(begin, field.find_last_not_of(' ') + 1 - begin));
  }
  return out;
}

std::vector<Example> examples_of(const std::string& page) {
  std::ifstream in(std::filesystem::path(STORYTELLER_SOURCE_DIR) / "docs/metrics" / page);
  std::vector<Example> out;
  int fences = 2;  // of the block at hand; 2: outside
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("<!-- example")) {
      out.emplace_back();
      fences = 0;
    } else if (line.starts_with("```")) {
      ++fences;
    } else if (fences == 1) {
      auto parts = fields(line);
      const std::string kind = parts.front();
      parts.erase(parts.begin());
      if (kind == "references") {
        out.back().references.push_back(parts);
      } else if (kind == "hypothesis") {
        out.back().hypotheses.push_back(parts.front());
      } else if (kind == "sample") {
        out.back().samples.push_back(parts.front());
      } else {
        const size_t blank = kind.find(' ');
        out.back().values.emplace_back(kind.substr(0, blank), std::stod(kind.substr(blank)));
      }
    }
  }
  return out;
}

TEST(MetricPages, WorkedExamplesAreRight) {
  size_t checked = 0;
  for (const char* page : {"bleu.md", "rouge.md", "cider.md", "chair.md", "plausibility.md"}) {
    for (const Example& example : examples_of(page)) {
      const MetricSet metrics =
          parse_metrics("bleu,rouge-l,cider,plain-cider,chair,object-recall,attested", "");
      const CaptionScorer scorer(ptb_tokenize_references(example.references), {.metrics = metrics});
      const MetricScores scores = scorer.score(0, ptb_tokenize(example.hypotheses.at(0)));
      for (const auto& [key, value] : example.values) {
        for (const ScoreColumn& column : score_columns(metrics)) {
          if (column.key != key) continue;
          EXPECT_NEAR(column.of(scores), value, 1e-6) << page << ' ' << key;
          ++checked;
        }
      }
    }
  }
  EXPECT_EQ(checked, 9U);
}

TEST(MetricPages, WorkedExamplesOfDiversityAreRight) {
  size_t checked = 0;
  for (const Example& example : examples_of("diversity.md")) {
    const auto samples = ptb_tokenize_all(example.samples);
    const DocumentFrequencies frequencies(ptb_tokenize_references(example.references));
    const auto found = measure_sets(count_sets({samples}, {.frequencies = frequencies}));
    for (const auto& [key, value] : example.values) {
      EXPECT_NEAR(set_score(found, key).value.value_or(-1), value, 1e-6) << key;
      ++checked;
    }
  }
  EXPECT_EQ(checked, 5U);
}

}  // namespace
}  // namespace storyteller::metric_pages_test
