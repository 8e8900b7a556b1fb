// Captions as children's sentences, their words explained.
#include "tools/apps/book/telling.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tools/apps/book/book.h"
#include "tools/apps/book/glossary.h"
#include "tools/apps/book/page.h"

namespace storyteller::book::telling_test {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// The ways to tell a caption, each with its sentences joined by "/".
std::vector<std::string> ways(const std::string& caption, Level level, const Language& language) {
  std::vector<std::string> out;
  const Telling telling = telling_of(split(caption), level, language,
                                     [](std::string_view word) { return word != "poodle"; });
  for (const auto& way : telling.ways) {
    std::string text;
    for (const auto& sentence : way) {
      text += text.empty() ? "" : "/";
      for (std::size_t i = 0; i < sentence.size(); ++i) text += (i > 0 ? " " : "") + sentence[i];
    }
    out.push_back(text);
  }
  return out;
}

class WithWordNet : public testing::Test {
 protected:
  void SetUp() override {
    if (!language_.has_relations()) GTEST_SKIP() << "WordNet is not installed";
  }
  Language language_ = Language::open();
};

TEST_F(WithWordNet, TellsInShortSentencesOfThePresent) {
  const auto first =
      ways("a brown dog is running through the grass with a ball", Level::kFirst, language_);
  ASSERT_GE(first.size(), 3U);
  EXPECT_EQ(first[0], "a brown dog runs through the grass/we see a ball, too");
  EXPECT_EQ(first.back(), "we see a dog");
  EXPECT_EQ(ways("two men are sitting on a bench", Level::kFirst, language_)[0],
            "two men sit on a bench");
  EXPECT_EQ(ways("a man and a dog are walking", Level::kFirst, language_)[0],
            "a man and a dog walk");
  EXPECT_EQ(ways("a car parked next to a house", Level::kSecond, language_)[0],
            "a car is parked next to a house");
  EXPECT_EQ(ways("a dog in the snow", Level::kFirst, language_)[0], "there is a dog in the snow");
  EXPECT_EQ(ways("a poodle runs", Level::kFirst, language_)[0], "a dog runs")
      << "what is no common word becomes one";
  EXPECT_EQ(ways("a dog runs through tall grass and jumps over a log", Level::kThird, language_)[0],
            "a dog runs through tall grass and jumps over a log");
}

TEST(Telling, KeepsTheLengthOfItsLevelWhateverIsSaid) {
  const Language language = Language::without_wordnet();
  for (const char* caption :
       {"a man in a red shirt and a blue hat is riding a large brown horse on a dirt trail", "a",
        "of of of", "runs", "dogs dogs dogs dogs dogs dogs dogs dogs dogs dogs dogs dogs dogs",
        "<b>x</b> & a dog", "two"}) {
    for (const Level level : {Level::kFirst, Level::kSecond}) {
      const Telling telling =
          telling_of(split(caption), level, language, [](std::string_view) { return true; });
      ASSERT_FALSE(telling.ways.empty()) << caption;
      for (const auto& sentence : telling.ways.back()) {
        EXPECT_FALSE(sentence.empty());
        if (!telling.things.empty()) {
          EXPECT_LE(sentence.size(), most_words(level)) << caption;
        }
      }
    }
  }
}

TEST(Telling, ThirdPersons) {
  EXPECT_EQ(third_person("run"), "runs");
  EXPECT_EQ(third_person("carry"), "carries");
  EXPECT_EQ(third_person("play"), "plays");
  EXPECT_EQ(third_person("watch"), "watches");
  EXPECT_EQ(third_person("go"), "goes");
  EXPECT_EQ(third_person("have"), "has");
}

TEST(Gloss, IsCutAtTheFirstSemicolonAndInParentheses) {
  EXPECT_EQ(short_gloss("a member of the genus Canis (probably (long) ago) that barks; has a tail"),
            "a member of the genus Canis that barks");
  EXPECT_EQ(short_gloss(""), "");
  EXPECT_EQ(with_article("animal"), "an animal");
  EXPECT_EQ(with_article("fire hydrant"), "a fire hydrant");
}

TEST_F(WithWordNet, ExplainsWordsButNotAll) {
  const Glossary glossary(language_);
  const auto beagle = glossary.explain("beagle");
  ASSERT_TRUE(beagle);
  EXPECT_EQ(beagle->kinds.front(), "beagle");
  EXPECT_EQ(beagle->kinds[1], "hound");
  EXPECT_TRUE(Glossary::chain(*beagle).starts_with("A beagle is a hound;"))
      << Glossary::chain(*beagle);
  for (const char* denied : {"breast", "arm", "pistol", "corpse", "underwear", "whore", "idiot",
                             "beer", "paris", "penis", "nosuchword"}) {
    EXPECT_FALSE(glossary.explain(denied)) << denied;
  }
  for (const char* fine : {"dog", "frisbee", "bicycle", "beach", "tree", "boat"}) {
    const auto found = glossary.explain(fine);
    ASSERT_TRUE(found) << fine;
    EXPECT_LE(std::count(found->gloss.begin(), found->gloss.end(), ' '), 14) << fine;
    EXPECT_EQ(found->gloss.find(';'), std::string::npos);
  }
  EXPECT_TRUE(glossary.same_class("dog", "horse"));
  EXPECT_FALSE(glossary.same_class("dog", "car"));
}

TEST(BookHtml, TellsAsksAndRunsNothing) {
  Book book;
  book.options.title = "<script>alert(1)</script>";
  book.options.quiz = 1;
  book.model = "m.storyteller";
  BookPage told;
  told.name = "\"><img src=x onerror=alert(1)>.jpg";
  told.picture = solid_image(8, 6, {200, 100, 0});
  told.text = "A dog runs.";
  told.told = true;
  told.heading = "The dog";
  told.sentences = {"A dog runs."};
  told.question = "Where is the dog?";
  BookPage asked = told;
  asked.told = false;
  asked.sentences.clear();
  asked.text = "Not sure: perhaps a large white heart.";
  asked.question = "What do you see?";
  book.pages = {told, asked};
  book.quiz = {{.page = 0,
                .question = "What is in picture 1?",
                .answers = {"a cat", "a dog", "a cow", "a bird"},
                .right = 1}};
  const std::string page = book_html(book, "storyteller book '<x>'");
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<img src=x"), std::string::npos);
  EXPECT_EQ(page.find("http:"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(page.find("What do you see?"), std::string::npos);
  EXPECT_EQ(page.find("heart"), std::string::npos) << "what is not sure is not told";
  EXPECT_NE(page.find("picture 1: B"), std::string::npos);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
}

TEST(BookQuiz, OffersAsWrongWhatNearlyNothingSpeaksFor) {
  EXPECT_TRUE(is_denied(0, 0));
  EXPECT_TRUE(is_denied(0.049, 0.049));
  EXPECT_FALSE(is_denied(0.05, 0));  // pictures like it
  EXPECT_FALSE(is_denied(0, 0.05));  // what the model would say
  EXPECT_FALSE(is_denied(1, 1));
}

}  // namespace
}  // namespace storyteller::book::telling_test
