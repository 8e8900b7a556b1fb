// What `storyteller caption` and `evaluate` make of a model with concepts, and of one without.
#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/serialization/safetensors_writer.h"
#include "model/captioner.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::caption_concepts_test {
namespace {

class CaptionConcepts : public CommandTest {
 protected:
  /// A model that knows nothing, but sees in every picture a boat (p = 0.9) and perhaps a dog
  /// (0.6), and no zebra (0.1).
  std::string seeing() const {
    ModelOptions options;
    options.encoder = "scene_cnn";
    options.decoder.embedding = options.decoder.hidden = options.decoder.attention = 8;
    options.search = {.beam = 2, .max_words = 4};
    options.concepts = {.count = 3, .inputs = 2, .threshold = 0.3};
    const std::vector<WordCount> counts = {
        {"a", 20}, {"boat", 9}, {"dog", 8}, {"zebra", 7}, {"by", 6}};
    const Vocabulary words = Vocabulary::build(counts, 1);
    Captioner model(options, words, Device::cpu(), 3, /*with_gradients=*/false, DType::kFloat32, {},
                    {.words = {"dog", "boat", "zebra"}});
    const auto set = [&](const char* name, const std::vector<float>& values) {
      model.parameters().value(model.parameters().find(name)).copy_from_host(values.data());
    };
    const int64_t width = model.encoder().width();
    set("concepts.weight", std::vector<float>(static_cast<size_t>(3 * width), 0));
    set("concepts.bias", {std::log(0.6F / 0.4F), std::log(0.9F / 0.1F), std::log(0.1F / 0.9F)});
    model.parameters().bump_version();
    SafetensorsWriter writer;
    model.add_to(writer);
    writer.write(folder_ / "seeing.storyteller");
    return folder_ / "seeing.storyteller";
  }
  static nlohmann::json said(const std::string& model, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"caption", "--model", model, "--json", scene()});
    const Ended ended = run_storyteller(std::move(more));
    EXPECT_EQ(ended.code, 0) << ended.err;
    return nlohmann::json::parse(ended.out);
  }
};

TEST_F(CaptionConcepts, AreListedWithTheirProbabilities) {
  const auto seen = said(seeing())["concepts"];
  ASSERT_EQ(seen.size(), 2U) << seen;
  EXPECT_EQ(seen[0]["word"], "boat");
  EXPECT_NEAR(seen[0]["p"].get<double>(), 0.9, 1e-4);
  EXPECT_EQ(seen[1]["word"], "dog");
  EXPECT_NEAR(seen[1]["p"].get<double>(), 0.6, 1e-4);
  EXPECT_FALSE(said(model()).contains("concepts"));
}

TEST_F(CaptionConcepts, ABonusMakesWordsOfThem) {
  const std::string model = seeing();
  const auto plain = said(model), raised = said(model, {"--concept-bonus", "50"});
  EXPECT_NE(plain["caption"], raised["caption"]);
  // Each but once, the more probable first; what is not seen has no bonus.
  EXPECT_TRUE(raised["caption"].get<std::string>().starts_with("boat dog")) << raised;
  EXPECT_EQ(said(model, {"--concept-bonus", "0"}), plain);
}

TEST_F(CaptionConcepts, ABonusIsRefusedWhereThereAreNone) {
  expect_error(caption({scene(), "--concept-bonus", "2"}), 2,
               {"--concept-bonus: the model has no concepts", "--set concepts=K"});
  const Ended ended = run_storyteller(
      {"evaluate", "--model", model(), "--data", "scenes:train=2,val=2", "--concept-bonus", "2"});
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_NE(ended.err.find("error: --concept-bonus: the model has no"), std::string::npos)
      << ended.err;
}

}  // namespace
}  // namespace storyteller::caption_concepts_test
