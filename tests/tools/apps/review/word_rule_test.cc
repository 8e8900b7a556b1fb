#include "tools/apps/review/word_rule.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <sstream>

#include "tests/temporary_folder.h"
#include "tests/words.h"

namespace storyteller::review::word_rule_test {
namespace {

const Lexicon& lexicon() {
  static const Lexicon lexicon = Lexicon::open();
  return lexicon;
}

WordFindings find(const Rule& rule, const std::string& sentence) {
  return WordRule(rule, lexicon()).find(lexicon().sentence(sentence));
}

Rule rule_of(std::vector<std::string> words, std::vector<std::string> except = {},
             Expand expand = Expand::kNone) {
  return {.id = "r", .words = std::move(words), .except = std::move(except), .expand = expand};
}

std::string reason(const Rule& rule, const std::string& sentence) {
  const WordFindings found = find(rule, sentence);
  if (!found.hits.empty()) return "hit " + found.hits.front().words;
  return found.drops.empty() ? "" : found.drops.front().reason;
}

TEST(ReviewWords, NegatedWordsDoNotCountAndSayWhy) {
  const Rule gun = rule_of({"gun"});
  EXPECT_EQ(reason(gun, "a man with a gun"), "hit gun");
  EXPECT_EQ(reason(gun, "a man without a gun"), "'without' in front of it");
  EXPECT_EQ(reason(gun, "The man isn't holding a gun."), "'n't' in front of it");
  EXPECT_EQ(reason(gun, "a complete lack of guns"), "'lack of' in front of it");
  EXPECT_EQ(reason(gun, "a gun-free zone"), "ends in '-free'");
  EXPECT_EQ(reason(rule_of({"dog"}), "no dog"), "'no' in front of it");
}

TEST(ReviewWords, NegationEndsWithItsClauseAndItsThing) {
  const Rule gun = rule_of({"gun"});
  for (const char* sentence : {"a man without a shirt holds a gun", "no hat, a gun",
                               "no dogs but a gun", "no hat and a gun", "not only a gun",
                               "not without a gun", "no one two three four five six gun"}) {
    EXPECT_EQ(reason(gun, sentence), "hit gun") << sentence;
  }
}

TEST(ReviewWords, ExceptionsWinAndTheLongestPhraseCounts) {
  EXPECT_EQ(reason(rule_of({"gun"}, {"nail gun"}), "a man holds two nail guns"),
            "except: nail gun");
  EXPECT_EQ(reason(rule_of({"gun"}), "a child with a toy gun"), "'toy' in front of it");
  EXPECT_EQ(reason(rule_of({"fire", "fire hydrant"}), "a red fire hydrant"), "hit fire hydrant");
  const WordFindings both = find(rule_of({"gun"}, {"water gun"}), "a water gun and a gun");
  ASSERT_EQ(both.hits.size(), 1U);
  EXPECT_EQ(both.hits.front().begin, 18U);
  EXPECT_EQ(both.hits.front().end, 21U);
  EXPECT_EQ(both.drops.size(), 1U);
}

TEST(ReviewWords, FormsAreFoundAndOtherThingsOfTheNameAreNot) {
  if (!lexicon().has_relations()) GTEST_SKIP() << "wordnet-base is not installed";
  EXPECT_EQ(reason(rule_of({"knife"}), "Two KNIVES."), "hit knives");
  EXPECT_EQ(reason(rule_of({"dog"}), "a police dog sniffs"), "hit police dog");
  EXPECT_EQ(reason(rule_of({"dog"}), "a boy eats a hot dog"), "part of 'hot dog'");
  const auto weapons = WordRule(rule_of({"weapon"}, {}, Expand::kHyponyms), lexicon()).terms();
  for (const char* word : {"gun", "rifle", "sword", "assault rifle"}) {
    EXPECT_TRUE(weapons.contains(word)) << word;
  }
  for (const char* word : {"bow", "arm", "ball", "shot"}) EXPECT_FALSE(weapons.contains(word));
  Rule fight = rule_of({"fight"});
  EXPECT_EQ(reason(fight, "two men are fighting in the street"), "");
  fight.as = ReadAs::kAny;
  EXPECT_EQ(reason(fight, "two men are fighting in the street"), "hit fighting");
}

TEST(ReviewWords, WithoutWordNetPluralsAreFoundAll) {
  const Lexicon plain = Lexicon::open("/nowhere");
  const WordRule rule(rule_of({"gun", "pony"}), plain);
  EXPECT_EQ(rule.find(plain.sentence("two guns")).hits.size(), 1U);
  EXPECT_EQ(rule.find(plain.sentence("ponies run")).hits.size(), 1U);
  EXPECT_TRUE(rule.find(plain.sentence("no guns")).hits.empty());
}

TEST(ReviewWords, AnyBytesAreTaken) {
  const Rule gun = rule_of({"gun"});
  for (const std::string text : {"", ",", "\xff\xfe gun", "no", "-", "'''", "gun gun gun", "n't"}) {
    find(gun, text);
  }
  EXPECT_EQ(find(gun, "\xff gun").hits.size(), 1U);
}

struct Counts {
  int right = 0, missed = 0, wrong = 0, all = 0;
  double f1() const {
    const int found = 2 * right + missed + wrong;
    return found == 0 ? 1 : 2.0 * right / found;
  }
};

TEST(ReviewWords, WrittenSentencesAreFoundAsAPersonReadsThem) {
  if (!lexicon().has_relations()) GTEST_SKIP() << "wordnet-base is not installed";
  const std::string folder = std::string(STORYTELLER_SOURCE_DIR) + "/tests/tools/apps/review/";
  std::map<std::string, WordRule> rules;
  for (const Rule& rule : read_policy(folder + "sentences.json").rules) {
    rules.emplace(rule.id, WordRule(rule, lexicon()));
  }
  std::istringstream lines(file_text(folder + "sentences.txt"));
  Counts all, denied;
  std::string kind, rule, mistakes;
  bool truth = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    if (line.starts_with('@')) {
      const auto head = words(line);
      rule = head.at(1);
      kind = head.at(2);
      truth = head.at(3) == "yes";
      continue;
    }
    const bool found = !rules.at(rule).find(lexicon().sentence(line)).hits.empty();
    for (Counts* counts : {&all, kind == "negation" || kind == "contrast" ? &denied : nullptr}) {
      if (counts == nullptr) continue;
      ++counts->all;
      counts->right += truth && found ? 1 : 0;
      counts->missed += truth && !found ? 1 : 0;
      counts->wrong += !truth && found ? 1 : 0;
    }
    if (found != truth) {
      mistakes += std::string(found ? "  wrongly: " : "  missed: ") + rule + ": " + line + "\n";
    }
  }
  const double right_of_denied = 1 - static_cast<double>(denied.missed + denied.wrong) / denied.all;
  std::printf(
      "%d sentences: F1 %.3f (%d found, %d missed, %d wrongly); %d with a negation: %.3f "
      "right\n%s",
      all.all, all.f1(), all.right, all.missed, all.wrong, denied.all, right_of_denied,
      mistakes.c_str());
  EXPECT_GE(all.all, 500);
  EXPECT_GE(all.f1(), 0.95) << mistakes;
  EXPECT_GE(right_of_denied, 0.95) << mistakes;
}

}  // namespace
}  // namespace storyteller::review::word_rule_test
