#include "tools/train_spice_model/training.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/real_data.h"
#include "tests/run_program.h"

namespace storyteller::spice::training_test {
namespace {

/// Sentences of a small grammar: "a red dog sees the cat near a car .", each with its tree.
std::vector<TreebankSentence> grammar_sentences(size_t count, uint64_t seed) {
  const auto pick = [&](std::initializer_list<const char*> words) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return *(words.begin() + (seed >> 33) % words.size());
  };
  std::vector<TreebankSentence> out;
  while (out.size() < count) {
    TreebankSentence s;
    const auto add = [&](const char* word, Tag tag, int32_t head, Label label) {
      s.words.emplace_back(word);
      s.tags.push_back(tag);
      s.heads.push_back(head);
      s.labels.push_back(label);
      s.joined.push_back(false);
    };
    const auto phrase = [&](int32_t head, Label label, bool place) {
      const bool adjective = *pick({"y", "n"}) == 'y';
      const auto noun = static_cast<int32_t>(s.size()) + 1 + (place ? 1 : 0) + (adjective ? 1 : 0);
      if (place) add(pick({"near", "on", "under"}), Tag::kIN, noun, Label::kCase);
      add(pick({"a", "the"}), Tag::kDT, noun, Label::kDet);
      if (adjective) add(pick({"red", "big", "old"}), Tag::kJJ, noun, Label::kAmod);
      add(pick({"dog", "cat", "car", "tree"}), Tag::kNN, head, label);
      return noun;
    };
    const int32_t subject = phrase(0, Label::kNsubj, false);
    const int32_t verb = subject + 1;
    s.heads[subject] = verb;
    add(pick({"sees", "hits"}), Tag::kVBZ, kNoHead, Label::kRoot);
    phrase(verb, Label::kObj, false);
    phrase(verb, Label::kObl, true);
    add(".", Tag::kPeriod, verb, Label::kPunct);
    out.push_back(std::move(s));
  }
  return out;
}

const TrainingOptions kSmall{.seed = 3,
                             .tagger_epochs = 4,
                             .parser_epochs = 4,
                             .runs = 2,
                             .folds = 2,
                             .tagger_rows = 1024,
                             .transition_rows = 4096,
                             .label_rows = 1024};

std::vector<TreebankSentence> captions_of(const std::vector<TreebankSentence>& sentences) {
  std::vector<TreebankSentence> out;
  for (const auto& s : sentences) out.push_back(as_caption(s, false));
  return out;
}

TEST(SpiceTraining, LearnsASmallGrammarFromASlice) {
  const SyntaxModel model = train_syntax_model(grammar_sentences(150, 1), kSmall);
  const Accuracy found = accuracy_on(model, captions_of(grammar_sentences(100, 2)));
  EXPECT_GT(found.words, 800);
  EXPECT_GT(found.tags, 0.99 * found.words);
  EXPECT_GT(found.heads, 0.97 * found.words);
  EXPECT_GT(found.labels, 0.97 * found.words);
}

TEST(SpiceTraining, EqualSeedsGiveEqualBitsAndOthersDoNot) {
  const TemporaryFolder folder;
  const auto sentences = grammar_sentences(60, 1);
  const auto train = [&](uint64_t seed, const char* name) {
    TrainingOptions options = kSmall;
    options.seed = seed;
    save_syntax_model(train_syntax_model(sentences, options), {{"seed", "x"}}, folder / name);
    return file_text(folder / name);
  };
  const std::string first = train(5, "a");
  EXPECT_EQ(first, train(5, "b"));
  EXPECT_NE(first, train(6, "c"));
}

TEST(SpiceTraining, ASavedModelParsesAsBefore) {
  const TemporaryFolder folder;
  const SyntaxModel model = train_syntax_model(grammar_sentences(60, 1), kSmall);
  save_syntax_model(model, {}, folder / "m");
  const SyntaxModel loaded = load_syntax_model(folder / "m");
  for (const auto& s : captions_of(grammar_sentences(20, 9))) {
    EXPECT_EQ(model.parse(s.words).tags, loaded.parse(s.words).tags);
    EXPECT_EQ(model.parse(s.words).tree.heads, loaded.parse(s.words).tree.heads);
  }
}

TEST(SpiceTraining, NoSentencesAreRefused) {
  EXPECT_EQ(message_of<InputError>([] { train_syntax_model({}, kSmall); }),
            "training: there is no sentence");
}

TEST(SpiceTraining, HoldsOutEveryTenthSentence) {
  const Split split = split_treebank(grammar_sentences(25, 1));
  EXPECT_EQ(split.held_out.size(), 2);
  EXPECT_EQ(split.training.size(), 23);
  EXPECT_EQ(split.held_out[1].words, grammar_sentences(25, 1)[19].words);
}

TEST(SpiceModelFile, DamagedFilesAreRefused) {
  const TemporaryFolder folder;
  const std::string whole =
      file_text(std::string(STORYTELLER_SOURCE_DIR) + "/models/spice_native.safetensors");
  const auto refused = [&](std::string bytes) {
    write_text(folder / "m", bytes);
    return message_of<ModelError>([&] { load_syntax_model(folder / "m"); });
  };
  EXPECT_NE(refused(whole.substr(0, whole.size() / 2)), "");
  std::string flipped = whole;
  flipped[flipped.size() - 100000] ^= 1;
  EXPECT_NE(refused(flipped).find("checksum"), std::string::npos) << refused(flipped);
  EXPECT_NE(refused("no model"), "");
}

TEST(SpiceModelFile, OtherFormatsAndTablesAreRefused) {
  const TemporaryFolder folder;
  const auto refused = [&](const SafetensorsWriter& writer) {
    writer.write(folder / "m");
    return message_of<ModelError>([&] { load_syntax_model(folder / "m"); });
  };
  SafetensorsWriter other;
  other.set_metadata("format", "storyteller.spice_native.9");
  EXPECT_NE(refused(other).find("model format 'storyteller.spice_native.9', expected"),
            std::string::npos);

  SafetensorsWriter table;
  table.set_metadata("format", "storyteller.spice_native.1");
  table.set_metadata("tags", tag_names());
  table.set_metadata("labels", label_names());
  const std::vector<uint16_t> prints(6);
  const std::vector<int8_t> weights(6 * kTags);
  table.add("tagger.fingerprints", StoredType::kU16, {6}, prints.data());
  table.add("tagger.weights", StoredType::kI8, {6, kTags}, weights.data());
  EXPECT_NE(refused(table).find("6 rows, which is not a power of two"), std::string::npos);

  SafetensorsWriter narrow;
  narrow.set_metadata("format", "storyteller.spice_native.1");
  narrow.set_metadata("tags", tag_names());
  narrow.set_metadata("labels", label_names());
  narrow.add("tagger.fingerprints", StoredType::kU16, {4}, prints.data());
  narrow.add("tagger.weights", StoredType::kI8, {4, 6}, weights.data());
  EXPECT_NE(refused(narrow).find("tagger.weights"), std::string::npos);
}

TEST(SpiceModelFile, TheBuiltInOneIsTheFileAndAtMostFourMegabytes) {
  const std::filesystem::path path =
      std::string(STORYTELLER_SOURCE_DIR) + "/models/spice_native.safetensors";
  EXPECT_LE(std::filesystem::file_size(path), 4'000'000);
  const SyntaxModel loaded = load_syntax_model(path);
  const std::vector<std::string> words = {"a", "man", "riding", "a", "wave", "on", "a", "board"};
  EXPECT_EQ(loaded.parse(words).tree.heads, built_in_syntax_model()->parse(words).tree.heads);
}

}  // namespace
}  // namespace storyteller::spice::training_test
