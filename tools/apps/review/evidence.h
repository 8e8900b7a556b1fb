#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/confidence/assessment.h"
#include "tools/apps/review/lexicon.h"
#include "tools/apps/review/word_rule.h"

namespace storyteller::review {

/// Where evidence comes from.
enum class Witness { kCaption, kHypothesis, kDetector, kKeyword, kModel, kClassifier };

/// "caption", "hypothesis", "detector", "keyword", "model", "classifier".
std::string_view name_of(Witness witness);
Witness witness_named(std::string_view name);

/// What classifiers say of a picture: by key, the probability of each class.
using Classes = std::map<std::string, std::vector<double>>;
/// The keys of classifiers, which name their content, by the file that a policy names.
using ClassifierKeys = std::map<std::string, std::string>;

/// What was seen in a picture; all that rules look at, so that another policy needs no pixels.
struct Sight {
  struct Said {
    std::string sentence;
    double share = 0;  ///< of what the search found
  };
  struct Seen {
    std::string word;
    double p = 0;
  };
  std::vector<Said> said = {};  ///< the caption is the first
  std::vector<Seen> seen = {};  ///< by the model's detector, where it has one
  std::vector<std::string> keywords = {};
  Classes classes = {};
  std::optional<double> confidence = {}, photo = {};  ///< null: the model was not calibrated

  std::string json() const;
  /// Empty of what is no JSON of a sight.
  static Sight of_json(std::string_view text);
};

/// What a rule has to say of a picture.
struct Finding {
  std::string rule;
  double score = 0, threshold = 0;  ///< in [0, 1]
  bool flagged = false;             ///< a person looks
  bool proposes = false;            ///< to reject
  Severity severity = Severity::kNormal;
  Witness witness = Witness::kCaption;  ///< of the greatest score
  std::string words = {};               ///< that were found; "" of kModel; which class
  std::string sentence = {};            ///< in which; "" of kModel and kClassifier
  size_t begin = 0, end = 0;            ///< where, in bytes

  /// "weapons 0.62: the sentence says \"rifle\"".
  std::string in_words() const;
  /// Without the rule and score: "the sentence says \"rifle\"".
  std::string why() const;
};

/// Words of a rule that did not count.
struct Dropped {
  std::string rule = {};
  Witness witness = Witness::kCaption;
  std::string words = {}, sentence = {}, reason = {};
};

struct Judgement {
  std::vector<Finding>
      findings;  ///< at most one of a rule, of a score above 0; as the policy has them
  std::vector<Dropped> dropped = {};
  bool flagged = false, proposes = false;
  int severity = 0;        ///< the greater the sooner a person looks
  double uncertainty = 1;  ///< least distance of a score to its threshold, of that severity
};

/// A policy made ready.
class Judge {
 public:
  /// `policy` and `lexicon` outlive it. Rules of classifiers that are not in `classifiers` find
  /// nothing.
  Judge(const Policy& policy, const Lexicon& lexicon, ClassifierKeys classifiers = {});

  Judgement judge(const Sight& sight) const;

  const Policy& policy() const { return *policy_; }
  /// Of each rule what it looks for; null of rules that have no words.
  const WordRule* words_of(size_t rule) const;
  /// The key of a rule's classifier; "": there is none.
  std::string classifier_of(const Rule& rule) const;
  /// What cannot be looked for, in words.
  std::vector<std::string> notes() const;

 private:
  const Policy* policy_;
  const Lexicon* lexicon_;
  ClassifierKeys classifiers_;
  std::vector<std::optional<WordRule>> words_;
};

/// Weights of sources beside the confidence: a detector alone can have a picture looked at, but
/// proposes nothing; what stands in the file was written by people.
inline constexpr double kDetectorWeight = 0.6;
/// Confidence of a model that was not calibrated.
inline constexpr double kUnknownConfidence = 0.5;

}  // namespace storyteller::review
