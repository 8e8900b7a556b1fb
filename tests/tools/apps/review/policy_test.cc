#include "tools/apps/review/policy.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::review::policy_test {
namespace {

/// What is wrong with a policy of these rules, a line each.
std::string problems(const std::string& text) {
  std::vector<PolicyProblem> found;
  parse_policy(text, "p.json", &found);
  std::string all;
  for (const PolicyProblem& problem : found) all += problem.message + "\n";
  return all;
}

std::string of_rule(const std::string& members) {
  return problems("{\"policy\": 1,\n\"rules\": [\n{\"id\": \"r\", " + members + "}]}");
}

TEST(ReviewPolicy, TheExampleIsRight) {
  EXPECT_EQ(problems(example_policy()), "");
  std::vector<PolicyProblem> none;
  const Policy policy = parse_policy(example_policy(), "", &none);
  EXPECT_EQ(policy.name, "school page");
  EXPECT_EQ(policy.sample_passes, 0.05);
  ASSERT_EQ(policy.rules.size(), 6U);
  EXPECT_EQ(policy.rules[0].expand, Expand::kHyponyms);
  EXPECT_EQ(policy.rules[0].severity, Severity::kHigh);
  EXPECT_EQ(policy.rules[0].propose_reject, 0.8);
  EXPECT_EQ(policy.rules[4].kind, RuleKind::kConfidenceBelow);
  EXPECT_EQ(policy.rules[4].review, 0.5);
  EXPECT_EQ(policy.sha256.size(), 64U);
}

TEST(ReviewPolicy, WhatIsWrongIsNamedWithItsLineAndWhatWasMeant) {
  EXPECT_EQ(of_rule("\"words\": [\"gun\"],\n\"revew\": 0.3, \"review\": 0.3"),
            "p.json:4: rule 'r': unknown key 'revew'; did you mean 'review'?\n");
  EXPECT_EQ(of_rule("\"words\": [\"gun\"], \"review\": 0.3,\n\"expand\": \"hyponims\""),
            "p.json:4: rule 'r': 'expand' is one of none, synonyms, hyponyms, not 'hyponims'; did "
            "you mean 'hyponyms'?\n");
  EXPECT_EQ(of_rule("\"words\": [\"gun\"], \"review\": 1.3"),
            "p.json:3: rule 'r': 'review' is a number from 0 to 1, not 1.3\n");
  EXPECT_EQ(of_rule("\"words\": [\"gun\"], \"review\": 0.5, \"propose_reject\": 0.4"),
            "p.json:3: rule 'r': 'propose_reject' is below 'review'\n");
  EXPECT_EQ(of_rule("\"words\": [\"gun\"]"),
            "p.json:3: rule 'r': 'review' is missing: the score from which on a person looks\n");
  EXPECT_EQ(problems("{\"polici\": 1, \"rules\": [{\"id\": \"a\", \"photo_below\": 0.5}]}"),
            "p.json: unknown key 'polici'; did you mean 'policy'?\n"
            "p.json: 'policy' is missing: write \"policy\": 1\n");
}

TEST(ReviewPolicy, AllKindsOfMistakesAreFound) {
  for (const char* members :
       {"\"review\": 0.5", "\"words\": [], \"review\": 0.5", "\"words\": [3], \"review\": 0.5",
        "\"words\": \"gun\", \"review\": 0.5", "\"words\": [\"a\"], \"photo_below\": 0.5",
        "\"photo_below\": 0.5, \"except\": [\"a\"]", "\"photo_below\": 0.5, \"review\": 0.5",
        "\"photo_below\": 0.5, \"photo_below\": 0.5", "\"photo_below\": \"x\"",
        "\"photo_below\": 0.5, \"severity\": \"hi\"", "\"photo_below\": 0.5, \"why\": \"\"",
        "\"classifier\": \"f\", \"review\": 0.2, \"class\": -1"}) {
    EXPECT_NE(of_rule(members), "") << members;
  }
  for (const char* text :
       {"", "[]", "{", "{\"policy\": 2, \"rules\": [{\"id\": \"a\", \"photo_below\": 0.5}]}",
        "{\"policy\": 1}", "{\"policy\": 1, \"rules\": [3]}", "{\"policy\": 1, \"rules\": {}}",
        "{\"policy\": 1, \"rules\": [{\"id\": \"A b\", \"photo_below\": 0.5}]}", "nonsense",
        "{\"policy\": 1, \"rules\": [{\"id\": \"a\", \"photo_below\": 0.5}]} {}",
        "{\"policy\": 1, \"rules\": [{\"id\": \"a\", \"photo_below\": 0.5}, {\"id\": \"a\", "
        "\"photo_below\": 0.5}]}"}) {
    EXPECT_NE(problems(text), "") << text;
  }
  const std::string whole = example_policy();
  for (size_t length = 0; length < whole.size(); length += 7) problems(whole.substr(0, length));
}

TEST(ReviewPolicy, CommentsKeepLinesAndTexts) {
  EXPECT_EQ(without_comments("a // b\nc /* d\ne */ f \"// g\" /"),
            "a     \nc     \n     f \"// g\" /");
  EXPECT_EQ(problems("// one\n{\"policy\": 1, /* two */ \"rules\": [\n"
                     "{\"id\": \"a\", \"photo_below\": 0.5}, // three\n]}"),
            "");
}

TEST(ReviewPolicy, AFileThatIsWrongIsAnErrorOfUse) {
  const TemporaryFolder folder;
  write_text(folder / "p.json", "{\"policy\": 1,\n\"rulez\": []}");
  const std::string said = message_of<UsageError>([&] { read_policy(folder / "p.json"); });
  EXPECT_NE(said.find("p.json:2: unknown key 'rulez'; did you mean 'rules'?"), std::string::npos)
      << said;
  EXPECT_THROW(read_policy(folder / "none.json"), InputError);
}

}  // namespace
}  // namespace storyteller::review::policy_test
