// `storyteller average`: the mean of models.
#include <gtest/gtest.h>

#include <cmath>

#include "core/serialization/safetensors.h"
#include "model/model_file.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::average_command_test {
namespace {

class AverageCommand : public CommandTest {
 protected:
  std::string train(const std::string& name, std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"train", "--data", "scenes:train=3,val=2", "--out",
                                          folder_ / name};
    for (const char* setting :
         {"hidden=8", "embedding=4", "attention=4", "epochs=1", "detector_epochs=0"}) {
      arguments.insert(arguments.end(), {"--set", setting});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = run_storyteller(std::move(arguments));
    EXPECT_EQ(ended.code, 0) << ended.err;
    return folder_ / name / "last.storyteller";
  }
  static std::vector<float> values(const SafetensorsFile& file, const std::string& name) {
    std::vector<float> values(static_cast<size_t>(element_count(file.find(name).shape)));
    file.read_float(name, values);
    return values;
  }
};

TEST_F(AverageCommand, EveryWeightIsTheMean) {
  const std::string a = train("a", {"--seed", "1"}), b = train("b", {"--seed", "2"});
  const std::string out = folder_ / "mean.storyteller", half = folder_ / "half.storyteller";
  const Ended ended = run_storyteller({"average", a, b, "--out", out});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, out + "\n");
  EXPECT_EQ(run_storyteller({"average", out, "--out", half, "--type", "bf16"}).code, 0);
  const auto first = SafetensorsFile::open(a), second = SafetensorsFile::open(b);
  const auto mean = SafetensorsFile::open(out), stored = SafetensorsFile::open(half);
  // One model keeps the training that it had; a mean is of no epoch.
  EXPECT_FALSE(mean.metadata().contains(kHistoryKey));
  const std::string again = folder_ / "again.storyteller";
  EXPECT_EQ(run_storyteller({"average", a, "--out", again}).code, 0);
  EXPECT_EQ(SafetensorsFile::open(again).metadata(kHistoryKey), first.metadata(kHistoryKey));
  size_t moved = 0;
  for (const std::string& name : mean.names()) {
    EXPECT_FALSE(name.starts_with("training."));
    EXPECT_EQ(stored.find(name).type, StoredType::kBF16);
    const auto x = values(first, name), y = values(second, name), m = values(mean, name),
               s = values(stored, name);
    for (size_t i = 0; i < m.size(); ++i) {
      ASSERT_EQ(m[i], static_cast<float>((static_cast<double>(x[i]) + y[i]) / 2)) << name;
      ASSERT_LE(std::abs(s[i] - m[i]), std::abs(m[i]) / 256) << name;
      moved += x[i] != m[i] ? 1 : 0;
    }
  }
  EXPECT_GT(moved, 1000U);
  const Ended said = run_storyteller({"caption", "--model", half, scene()});
  EXPECT_EQ(said.code, 0) << said.err;

  const std::string set = folder_ / "set.storyteller";
  EXPECT_EQ(run_storyteller({"average", half, "--out", set, "--set", "max_words=1"}).code, 0);
  const Ended word = run_storyteller({"caption", "--model", set, scene()});
  EXPECT_EQ(word.out.find(' '), std::string::npos) << word.out;
  expect_error(run_storyteller({"average", half, "--out", set, "--set", "hidden=9"}), 2,
               {"hidden"});
}

TEST_F(AverageCommand, FewerWordsKeepTheMostFrequentAndTheirRows) {
  const std::string all = train("all", {}), few = folder_ / "few.storyteller";
  const auto words = [](const std::string& path) {
    return vocabulary_of(SafetensorsFile::open(path)).words();
  };
  const std::vector<std::string> before = words(all);
  constexpr size_t kKept = Vocabulary::kSpecialTokens + 5;
  ASSERT_GT(before.size(), kKept + 3);
  ASSERT_EQ(run_storyteller({"average", all, "--out", few, "--words", "5"}).code, 0);
  EXPECT_EQ(words(few), std::vector<std::string>(before.begin(), before.begin() + kKept));
  const auto larger = SafetensorsFile::open(all), smaller = SafetensorsFile::open(few);
  size_t cut = 0;
  for (const std::string& name : smaller.names()) {
    auto x = values(larger, name);
    const auto y = values(smaller, name);
    if (y.size() != x.size()) {
      x.resize(x.size() / before.size() * kKept);
      ++cut;
    }
    EXPECT_EQ(x, y) << name;
  }
  EXPECT_EQ(cut, 5U);  // embedding; weight and bias of the output and of the word detector
  const Ended said = run_storyteller({"caption", "--model", few, scene()});
  EXPECT_EQ(said.code, 0) << said.err;

  const std::string same = folder_ / "same.storyteller";
  ASSERT_EQ(run_storyteller({"average", all, "--out", same, "--words", "100000"}).code, 0);
  EXPECT_EQ(words(same), before);
  expect_error(run_storyteller({"average", all, "--out", few, "--words", "-1"}), 2, {"--words"});
}

TEST_F(AverageCommand, FewerWordsKeepConcepts) {
  const std::string all = train("all", {"--set", "concepts=6"}), few = folder_ / "few.storyteller";
  ASSERT_EQ(run_storyteller({"average", all, "--out", few, "--words", "1"}).code, 0);
  const auto file = SafetensorsFile::open(few);
  const ConceptTable table = concept_table_of(file);
  EXPECT_EQ(table, concept_table_of(SafetensorsFile::open(all)));
  const Vocabulary vocabulary = vocabulary_of(file);
  ASSERT_FALSE(table.words.empty());
  for (const std::string& word : table.words) EXPECT_NE(vocabulary.id(word), Vocabulary::kUnk);
  const Ended said = run_storyteller({"caption", "--model", few, scene()});
  EXPECT_EQ(said.code, 0) << said.err;
}

TEST_F(AverageCommand, ModelsOfTwoKindsHaveNoMean) {
  const std::string a = train("a", {}), b = train("b", {"--set", "hidden=9"});
  const std::string out = folder_ / "mean.storyteller";
  expect_error(run_storyteller({"average", a, b, "--out", out}), 4,
               {b, "differs from", "storyteller.model"});
  expect_error(run_storyteller({"average", a, scene(), "--out", out}), 4, {scene()});
  expect_error(run_storyteller({"average", a, "--out", (folder_ / "no/such").string()}), 5,
               {"--out"});
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace storyteller::average_command_test
