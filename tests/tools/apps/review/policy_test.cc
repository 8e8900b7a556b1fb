#include "tools/apps/review/policy.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tools/apps/review/policy_yaml.h"

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

/// What is wrong with a policy in YAML.
std::string yaml_problems(const std::string& text) {
  std::vector<PolicyProblem> found;
  parse_policy(text, "p.yaml", &found);
  std::string all;
  for (const PolicyProblem& problem : found) all += problem.message + "\n";
  return all;
}

constexpr const char* kYaml = R"(# What a person shall look at.
policy: 1
name: "no: 1 page"
sample_passes: .05
rules:
  - id: weapons
    words: [gun, 'knife', "a b"]
    expand: hyponyms
    review: 0.3
  - {id: no-photo, photo_below: 0.5, why: no}
)";

TEST(ReviewPolicy, YamlIsTheSamePolicy) {
  if (yaml_version().empty()) {
    EXPECT_NE(message_of<DeviceError>([] { yaml_problems(kYaml); }).find("libyaml-cpp-dev"),
              std::string::npos);
    GTEST_SKIP() << "YAML was left out";
  }
  EXPECT_EQ(yaml_problems(kYaml), "");
  std::vector<PolicyProblem> none;
  const Policy policy = parse_policy(kYaml, kStoredPolicy, &none);
  EXPECT_EQ(policy.name, "no: 1 page");
  EXPECT_EQ(policy.sample_passes, 0.05);
  ASSERT_EQ(policy.rules.size(), 2U);
  EXPECT_EQ(policy.rules[0].words, (std::vector<std::string>{"gun", "knife", "a b"}));
  EXPECT_EQ(policy.rules[0].expand, Expand::kHyponyms);
  EXPECT_EQ(policy.rules[1].why, "no");  // a word, as YAML 1.2 has it
  // JSON is read as JSON, also out of a review.
  EXPECT_EQ(parse_policy(example_policy(), kStoredPolicy, &none).rules.size(), 6U);
  EXPECT_TRUE(none.empty());
}

TEST(ReviewPolicy, YamlThatIsWrongIsNamedAsInJson) {
  if (yaml_version().empty()) GTEST_SKIP() << "YAML was left out";
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = kYaml;
    text.replace(text.find(from), from.size(), to);
    return yaml_problems(text);
  };
  EXPECT_EQ(with("review: 0.3", "review: 0.3\n    revew: 0.3"),
            "p.yaml:10: rule 'weapons': unknown key 'revew'; did you mean 'review'?\n");
  EXPECT_EQ(with("hyponyms", "hyponims"),
            "p.yaml:8: rule 'weapons': 'expand' is one of none, synonyms, hyponyms, not "
            "'hyponims'; did you mean 'hyponyms'?\n");
  EXPECT_EQ(with("0.3", "1.3"),
            "p.yaml:9: rule 'weapons': 'review' is a number from 0 to 1, not 1.3\n");
  EXPECT_EQ(with("[gun, 'knife', \"a b\"]", "[&a gun, *a]"),
            "p.yaml:7: has an anchor (&), which no policy needs\n");
  EXPECT_EQ(with("id: weapons", "id: *a"),
            "p.yaml:6: is no YAML: the referenced anchor is not defined\n");
  EXPECT_EQ(with("id: weapons", "id: !!python/x weapons"),
            "p.yaml:6: has a tag, 'tag:yaml.org,2002:python/x', that no policy has\n");
  EXPECT_EQ(with("rules:", "rules: !!python/x"),
            "p.yaml:5: has a tag, 'tag:yaml.org,2002:python/x', that no policy has\n");
  EXPECT_EQ(with("rules:", "rules: !!seq"), "");
  EXPECT_EQ(with("rules:", "? [a]\n: 3\nrules:"), "p.yaml:5: a key is a word\n");
  EXPECT_EQ(with("\"no: 1 page\"", "no: 1 page"), "p.yaml:3: is no YAML: illegal map value\n");
  EXPECT_EQ(yaml_problems(""), "p.yaml:1: is empty: a policy begins with policy: 1\n");
  EXPECT_EQ(yaml_problems(std::string(kYaml) + "---\na: 1\n"),
            "p.yaml:1: holds a second document (---)\n");
  std::string deep;
  for (size_t i = 0; i < 20; ++i) deep += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(yaml_problems(deep), "p.yaml:17: is nested too deeply\n");
  EXPECT_NE(yaml_problems("3"), "");
  const std::string whole = kYaml;
  for (size_t length = 0; length < whole.size(); length += 3)
    yaml_problems(whole.substr(0, length));
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
