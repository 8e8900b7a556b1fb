// Tokens that captions of a style begin with: read, and never said.
#include "model/style_tokens.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "model/search/begin_word.h"
#include "model/search/search.h"
#include "tests/model/search/tiny_decoder.h"
#include "tests/temporary_folder.h"

namespace storyteller::style_tokens_test {
namespace {

Vocabulary words() { return Vocabulary({"<pad>", "<start>", "<end>", "<unk>", "a", "dog"}); }
Vocabulary styled() { return with_styles(words(), std::vector<std::string>{"coco", "mine"}); }

TEST(StyleTokens, AreTheLastWordsOfTheVocabulary) {
  const Vocabulary vocabulary = styled();
  EXPECT_EQ(vocabulary.size(), 8);
  EXPECT_EQ(vocabulary.word(7), "<begin:mine>");
  EXPECT_EQ(styles_of(vocabulary), (std::vector<std::string>{"coco", "mine"}));
  EXPECT_EQ(style_ids(vocabulary), (std::vector<int32_t>{6, 7}));
  EXPECT_TRUE(styles_of(words()).empty());
  EXPECT_EQ(styles_of(Vocabulary(vocabulary.words())), styles_of(vocabulary)) << "from a file";
}

TEST(StyleTokens, BeginACaption) {
  EXPECT_EQ(begin_word(words(), "", ""), Vocabulary::kStart);
  EXPECT_EQ(begin_word(styled(), "", ""), 6) << "the first";
  EXPECT_EQ(begin_word(styled(), "mine", ""), 7);
  const auto unknown = message_of<UsageError>([] { begin_word(styled(), "min", "`style`"); });
  EXPECT_NE(unknown.find("`style`: the model knows no style 'min'"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("coco, mine"), std::string::npos) << unknown;
  const auto none = message_of<UsageError>([] { begin_word(words(), "mine", "`style`"); });
  EXPECT_NE(none.find("knows no styles"), std::string::npos) << none;
}

TEST(StyleTokens, OfCaptionsAreNoWords) {
  const std::vector<WordCount> counts = {{"<begin:coco>", 9}, {"<begin:>", 9}, {"dog", 9}};
  const Vocabulary vocabulary = Vocabulary::build(counts, 1);
  EXPECT_EQ(vocabulary.id("<begin:coco>"), Vocabulary::kUnk);
  EXPECT_NE(vocabulary.id("<begin:>"), Vocabulary::kUnk) << "of no style";
  EXPECT_TRUE(styles_of(vocabulary).empty());
}

/// Keeps what was read.
class Read final : public StepModel {
 public:
  explicit Read(std::vector<std::vector<int32_t>>& read) : read_(read) {}
  int64_t vocabulary() const override { return 5; }
  void start(std::span<const Tensor> /*features*/) override {}
  Tensor step(const std::vector<int32_t>& words) override {
    read_.push_back(words);
    return {};
  }
  std::vector<float> attention() const override { return {}; }
  void gather(const std::vector<int32_t>&, const std::vector<int32_t>&) override {}

 private:
  std::vector<std::vector<int32_t>>& read_;
};

TEST(BeginWord, IsReadInPlaceOfStartAlone) {
  std::vector<std::vector<int32_t>> read;
  const auto model = beginning_with(7, std::make_unique<Read>(read));
  model->step({Vocabulary::kStart, 4, Vocabulary::kEnd});
  EXPECT_EQ(read[0], (std::vector<int32_t>{7, 4, Vocabulary::kEnd}));
}

/// Captions of a decoder whose last two words are styles, in the style of `word`.
std::vector<std::vector<int>> captions_of(TinyDecoder& decoder, int word,
                                          const SearchOptions& options,
                                          const Vocabulary* vocabulary) {
  const auto model = beginning_with(word, step_model(decoder.decoder()));
  std::vector<std::vector<int>> words;
  SearchDemands demands;
  demands.vocabulary = vocabulary;
  for (const auto& of_picture :
       make_search(options, std::move(demands))->run(*model, {&decoder.features(), 1})) {
    for (const Caption& caption : of_picture) words.push_back(caption.words);
  }
  return words;
}

TEST(StyleTokens, AreNeverSaid) {
  const Vocabulary vocabulary = styled();
  SearchOptions beam, draws;
  beam.max_words = draws.max_words = 8;
  draws.sample = 20;
  bool said = false;  // where nobody bars them
  bool differ = false;
  for (uint64_t seed = 0; seed < 6; ++seed) {
    TinyDecoder decoder(seed, DType::kFloat32, /*words=*/4, /*pictures=*/3);
    for (const SearchOptions& options : {beam, draws}) {
      for (const int32_t style : style_ids(vocabulary)) {
        for (const auto& words : captions_of(decoder, style, options, &vocabulary)) {
          for (const int word : words) EXPECT_LT(word, 6);
        }
        for (const auto& words : captions_of(decoder, style, options, nullptr)) {
          said = said || std::any_of(words.begin(), words.end(), [](int word) { return word > 5; });
        }
      }
      differ = differ || captions_of(decoder, 6, options, &vocabulary) !=
                             captions_of(decoder, 7, options, &vocabulary);
    }
  }
  EXPECT_TRUE(said);
  EXPECT_TRUE(differ) << "the token is read";
}

}  // namespace
}  // namespace storyteller::style_tokens_test
