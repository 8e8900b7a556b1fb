#include "train/metrics/wordnet/wordnet_relations.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::wordnet_relations_test {
namespace {

constexpr auto kNoun = PartOfSpeech::kNoun;

/// Lines of data.noun, in the form of wndb(5WN), each at the offset that it names.
class Nouns {
 public:
  Nouns() {
    for (const char* name : {"data.noun", "data.verb", "data.adj", "data.adv"}) {
      write_text(folder_ / name, "");
    }
  }
  uint32_t add(const std::string& rest) {
    const auto offset = static_cast<uint32_t>(text_.size());
    std::string digits = std::to_string(offset);
    digits.insert(0, 8 - digits.size(), '0');
    text_ += digits + rest + "\n";
    write_text(folder_ / "data.noun", text_);
    return offset;
  }
  void write(const std::string& text) const { write_text(folder_ / "data.noun", text); }
  WordNetRelations open() const { return WordNetRelations::open(folder_.path()); }
  const std::string& text() const { return text_; }

 private:
  TemporaryFolder folder_;
  std::string text_;
};

std::string eight(uint32_t offset) {
  std::string digits = std::to_string(offset);
  return digits.insert(0, 8 - digits.size(), '0');
}

TEST(WordNetRelations, ReadsWordsPointersAndGlosses) {
  Nouns nouns;
  const uint32_t animal = nouns.add(" 05 n 01 animal 0 000 | a living thing; \"a wild animal\"  ");
  const uint32_t dog = nouns.add(" 05 n 02 dog 0 Canis_familiaris 0 002 @ " + eight(animal) +
                                 " n 0000 #m " + eight(animal) + " n 0000 | a pet  ");
  const WordNetRelations relations = nouns.open();
  const Synset set = relations.synset({dog, kNoun});
  EXPECT_EQ(set.words, (std::vector<std::string>{"dog", "canis_familiaris"}));
  ASSERT_EQ(set.pointers.size(), 2U);
  EXPECT_EQ(set.pointers[1].symbol, "#m");
  EXPECT_EQ(set.gloss, "a pet");
  EXPECT_EQ(relations.hypernyms({dog, kNoun}), (std::vector<SynsetKey>{{animal, kNoun}}));
  EXPECT_EQ(relations.definition({animal, kNoun}), "a living thing");
}

TEST(WordNetRelations, FollowsHyponymsToADepthAndThroughCircles) {
  Nouns nouns;
  // Three sets in a circle of "~" pointers; offsets are known as all lines are equally long.
  const auto line = [](const std::string& word, uint32_t to) {
    return " 05 n 01 " + word + " 0 001 ~ " + eight(to) + " n 0000 | x  ";
  };
  const auto length = static_cast<uint32_t>(line("aa", 0).size() + 9);
  const uint32_t a = nouns.add(line("aa", length));
  const uint32_t b = nouns.add(line("bb", 2 * length));
  const uint32_t c = nouns.add(line("cc", 0));
  const WordNetRelations relations = nouns.open();
  EXPECT_EQ(relations.hyponyms({a, kNoun}, 1), (std::vector<SynsetKey>{{b, kNoun}}));
  EXPECT_EQ(relations.hyponyms({a, kNoun}, 9), (std::vector<SynsetKey>{{b, kNoun}, {c, kNoun}}));
  EXPECT_EQ(relations.hyponyms({a, kNoun}, 9, 1).size(), 1U);
  EXPECT_TRUE(relations.hyponyms({a, kNoun}, 0).empty());
}

TEST(WordNetRelations, NamesWhatIsDamaged) {
  Nouns nouns;
  const uint32_t dog = nouns.add(" 05 n 01 dog 0 000 | a pet  ");
  const auto message = [&](uint32_t offset) {
    return message_of<InputError>([&] { nouns.open().synset({offset, kNoun}); });
  };
  EXPECT_NE(message(dog + 3).find("no synonym set begins there"), std::string::npos);
  EXPECT_NE(message(90'000).find("the file ends there"), std::string::npos);
  const std::string whole = nouns.text();
  for (const char* damaged : {"00000000 05 n zz dog 0 000 | x\n", "00000000 05 n 02 dog 0 000\n",
                              "00000000 05 n 01 dog 0 0x0 | x\n", "00000000 05 n 01 dog 0 001 @\n",
                              "00000000 05 n 00 000 | x\n", "00000000\n",
                              "00000000 05 n 01 dog 0 001 @ 1 q 0000 | x\n"}) {
    nouns.write(damaged);
    EXPECT_NE(message(0).find("wordnet-base"), std::string::npos) << damaged;
  }
  nouns.write(whole.substr(0, whole.size() - 5));  // cut off
  EXPECT_NE(message(0).find("the file ends there"), std::string::npos);
  const TemporaryFolder empty;
  EXPECT_NE(message_of<InputError>([&] { WordNetRelations::open(empty.path()); }).find("data.noun"),
            std::string::npos);
}

TEST(WordNetRelations, KnowsDogs) {
  const auto folder = default_wordnet_folder();
  if (!std::filesystem::exists(folder / "data.noun")) {
    GTEST_SKIP() << "WordNet is absent: install wordnet-base";
  }
  const WordNet wordnet = WordNet::open(folder);
  const WordNetRelations relations = WordNetRelations::open(folder);
  const SynsetKey dog{wordnet.synsets("dog", kNoun).front(), kNoun};
  EXPECT_EQ(relations.synset(dog).words.front(), "dog");
  EXPECT_GT(relations.hyponyms(dog, 3).size(), 100U);
  EXPECT_NE(relations.definition(dog).find("genus Canis"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::wordnet_relations_test
