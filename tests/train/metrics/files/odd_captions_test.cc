#include "train/metrics/files/odd_captions.h"

#include <gtest/gtest.h>

#include "train/text/ptb/tokenizer.h"

namespace storyteller::odd_captions_test {
namespace {

using Captions = std::vector<std::string>;

/// One note, with `part` in it; "" for none at all.
void expect_note(const std::vector<std::string>& notes, const std::string& part) {
  ASSERT_EQ(notes.size(), part.empty() ? 0U : 1U) << (notes.empty() ? "" : notes[0]);
  const std::string found = notes.empty() ? "" : notes[0];
  EXPECT_NE(found.find(part), std::string::npos) << found;
}

std::vector<std::string> odd(const Captions& captions) {
  return odd_captions("references", captions);
}

TEST(OddCaptions, PlainOnesAreNotOdd) {
  expect_note(odd({"A dog runs over the grass .", "Ein Hund läuft über die grüne Wiese .",
                   "一 只 狗 在 草地 上 奔跑", "a sign that says <3", "two men's shirts [sic]"}),
              "");
  expect_note(odd({}), "");
}

TEST(OddCaptions, NamesWhatIsOdd) {
  expect_note(odd({"一只狗在草地上奔跑", "a dog"}),
              "1 of 2 references (such as '一只狗在草地上奔跑') have no "
              "blanks between words");
  expect_note(odd({"สุนัขวิ่งบนสนามหญ้า"}), "no blanks");
  expect_note(odd({"<start> a dog <end> <pad>", "[CLS] a dog", "a <unk>", "a dog endseq"}),
              "4 of 4 references (such as '<start>') hold marks");
  expect_note(odd({"Ein Hund la\u0308uft"}), "NFC");
  expect_note(odd({"000000000042.jpg"}), "names of files");
}

TEST(OddCaptions, OfHypothesesEmptyOnesAndOneForAllAreCounted) {
  expect_note(odd_hypotheses(Captions{"a dog", "...", ""}),
              "2 of 3 hypotheses hold no words and score 0");
  expect_note(odd_hypotheses(Captions{"a dog", "a dog", "a dog"}),
              "all 3 hypotheses are the same: 'a dog'");
  expect_note(odd_hypotheses(Captions{"a dog", "a dog"}), "");
  expect_note(odd_hypotheses(Captions{"", "", ""}), "3 of 3");
}

TEST(OddCaptions, MeteorAndSpiceAreEnglish) {
  const Captions german = {"Ein Hund läuft .", "Zwei Kinder spielen .", "Ein Mann klettert ."};
  EXPECT_NE(other_language({Metric::kMeteor}, german), "");
  EXPECT_EQ(other_language({Metric::kBleu}, german), "");
  EXPECT_EQ(other_language({Metric::kSpice}, Captions{"A dog .", "Two cats .", "A man ."}), "");
}

TEST(HasWords, IsFalseOfMarksBlanksAndMarkup) {
  for (const char* caption :
       {"", " ", "...", "!!!", "-", "\U0001F600", "\u00A0", "\u200B", "<br>", "\xE9"}) {
    EXPECT_FALSE(has_words(caption)) << caption;
  }
  for (const char* caption : {"a", "A", "7", "a dog", "DON'T", "café", "狗", "<br> a dog"}) {
    EXPECT_TRUE(has_words(caption)) << caption;
  }
}

}  // namespace
}  // namespace storyteller::odd_captions_test
