#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace storyteller::review {

/// How far the words of a rule reach: those alone, their synonyms, all that is a kind of them.
enum class Expand : std::uint8_t { kNone, kSynonyms, kHyponyms };

/// As what parts of speech the words of a rule count. kUsual: as nouns where they are any.
enum class ReadAs : std::uint8_t { kUsual, kNoun, kVerb, kAny };

/// What a rule looks at.
enum class RuleKind : std::uint8_t { kWords, kClassifier, kConfidenceBelow, kPhotoBelow };

enum class Severity : std::uint8_t { kLow, kNormal, kHigh };

/// Words that, in front of a thing, make it none: "toy gun".
std::vector<std::string> usual_not_real();

/// One rule of a policy.
struct Rule {
  std::string id;
  RuleKind kind = RuleKind::kWords;
  std::vector<std::string> words = {};   ///< lower case, blanks within phrases
  std::vector<std::string> except = {};  ///< phrases that win over words
  std::vector<std::string> not_real = usual_not_real();
  Expand expand = Expand::kNone;
  ReadAs as = ReadAs::kUsual;
  std::string classifier = {};  ///< file of weights
  int class_index = 0;
  double review = 0;  ///< score from which on a person looks; of the other two kinds: below which
  std::optional<double> propose_reject = std::nullopt;
  Severity severity = Severity::kNormal;
  std::string why = {};  ///< for people
};

/// What shall be looked at by a person, and why.
struct Policy {
  std::string name;
  double sample_passes = 0;  ///< share of what no rule found that is looked at all the same
  std::vector<Rule> rules;
  std::string text;    ///< the file as it stands
  std::string sha256;  ///< of the text
};

/// Something wrong in a policy.
struct PolicyProblem {
  std::string message;  ///< "FILE:LINE: ..."
};

/// What stands for the name of a policy that a review keeps: it may be of either kind.
inline constexpr const char* kStoredPolicy = "policy.yaml";

/// Reads a policy: JSON, in which // and /* */ are comments, or YAML, by the end of the file's name
/// and where it does not begin with a brace. What is wrong is in `problems`, all of it; the policy
/// is good where there is none. Throws DeviceError for YAML in a program without yaml-cpp.
Policy parse_policy(const std::string& text, const std::string& name,
                    std::vector<PolicyProblem>* problems);

/// Of a file. Throws InputError where it cannot be read, UsageError for the first problem.
Policy read_policy(const std::filesystem::path& file);

/// `text` with blanks in the place of comments; every line keeps its number.
std::string without_comments(std::string text);

/// A policy to begin with, with comments.
std::string example_policy();

}  // namespace storyteller::review
