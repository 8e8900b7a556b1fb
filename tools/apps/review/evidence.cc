#include "tools/apps/review/evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/system/printable.h"
#include "core/text/number_format.h"

namespace storyteller::review {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<Witness, const char*>, 6> kWitnesses = {
    {{Witness::kCaption, "caption"},
     {Witness::kHypothesis, "hypothesis"},
     {Witness::kDetector, "detector"},
     {Witness::kKeyword, "keyword"},
     {Witness::kModel, "model"},
     {Witness::kClassifier, "classifier"}}};

/// The evidence of one rule of words, source by source.
class Gatherer {
 public:
  Gatherer(const WordRule& rule, Finding& finding, std::vector<Dropped>& dropped)
      : rule_(rule), finding_(finding), dropped_(dropped) {}

  /// Whether there are words that count; `score` of them.
  bool look(const Sentence& sentence, Witness witness, double score) {
    const WordFindings found = rule_.find(sentence);
    for (const WordDrop& drop : found.drops) {
      dropped_.push_back({finding_.rule, witness, drop.hit.words, sentence.text, drop.reason});
    }
    if (found.hits.empty()) return false;
    if (score > finding_.score) {
      finding_.score = score;
      finding_.witness = witness;
      finding_.words = found.hits.front().words;
      finding_.sentence = sentence.text;
      finding_.begin = found.hits.front().begin;
      finding_.end = found.hits.front().end;
    }
    return true;
  }

 private:
  const WordRule& rule_;
  Finding& finding_;
  std::vector<Dropped>& dropped_;
};

/// To four digits, as files and people see it, so that all decide by the same number.
double rounded(double score) { return std::round(std::clamp(score, 0.0, 1.0) * 1e4) / 1e4; }

void weigh(const Rule& rule, Finding& finding) {
  finding.score = rounded(finding.score);
  finding.threshold = rule.review;
  finding.severity = rule.severity;
  finding.flagged = finding.score > 0 && finding.score >= rule.review;
  finding.proposes =
      finding.flagged && rule.propose_reject && finding.score >= *rule.propose_reject;
}

/// Rules that look at a number of the model's: below `rule.review` a person looks.
void weigh_number(const Rule& rule, const std::optional<double>& number, Finding& finding) {
  finding.witness = Witness::kModel;
  finding.threshold = rule.review;
  finding.severity = rule.severity;
  const bool photo = rule.kind == RuleKind::kPhotoBelow;
  finding.score = rounded(number.value_or(photo ? 1 : 0));
  finding.flagged = finding.score < rule.review;
}

}  // namespace

std::string_view name_of(Witness witness) {
  return kWitnesses.at(static_cast<size_t>(witness)).second;
}

Witness witness_named(std::string_view name) {
  for (const auto& [witness, its] : kWitnesses) {
    if (name == its) return witness;
  }
  return Witness::kModel;
}

std::string Sight::json() const {
  Json json = {{"said", Json::array()}, {"seen", Json::array()}, {"keywords", keywords}};
  for (const Said& one : said) json["said"].push_back({one.sentence, rounded(one.share)});
  for (const Seen& one : seen) json["seen"].push_back({one.word, rounded(one.p)});
  json["confidence"] = confidence ? Json(*confidence) : Json(nullptr);
  json["photo"] = photo ? Json(*photo) : Json(nullptr);
  for (const auto& [key, scores] : classes) {
    for (const double score : scores) json["classes"][key].push_back(rounded(score));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Sight Sight::of_json(std::string_view text) {
  Sight sight;
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return sight;
  const auto pairs = [&](const char* key, const auto& take) {
    const auto list = json.find(key);
    if (list == json.end() || !list->is_array()) return;
    for (const Json& pair : *list) {
      const bool fine =
          pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_number();
      if (fine) take(pair[0].template get<std::string>(), pair[1].template get<double>());
    }
  };
  const auto number = [&](const char* key) -> std::optional<double> {
    const auto value = json.find(key);
    if (value == json.end() || !value->is_number()) return std::nullopt;
    return value->get<double>();
  };
  pairs("said", [&](std::string sentence, double share) {
    sight.said.push_back({std::move(sentence), share});
  });
  pairs("seen", [&](std::string word, double p) { sight.seen.push_back({std::move(word), p}); });
  const auto keywords = json.find("keywords");
  if (keywords != json.end() && keywords->is_array()) {
    for (const Json& word : *keywords) {
      if (word.is_string()) sight.keywords.push_back(word.get<std::string>());
    }
  }
  const auto classes = json.find("classes");
  if (classes != json.end() && classes->is_object()) {
    for (const auto& [key, scores] : classes->items()) {
      for (const Json& score : scores) {
        sight.classes[key].push_back(score.is_number() ? score.get<double>() : 0);
      }
    }
  }
  sight.confidence = number("confidence");
  sight.photo = number("photo");
  return sight;
}

std::string Finding::why() const {
  switch (witness) {
    case Witness::kCaption:
      return "the sentence says \"" + words + "\"";
    case Witness::kHypothesis:
      return "another sentence says \"" + words + "\"";
    case Witness::kDetector:
      return "the detector sees \"" + words + "\"";
    case Witness::kKeyword:
      return "a keyword of the file is \"" + words + "\"";
    case Witness::kClassifier:
      return "a classifier says " + words;
    case Witness::kModel:
      break;
  }
  return std::string(flagged ? "below " : "not below ") + decimal(threshold, 2);
}

std::string Finding::in_words() const { return rule + " " + decimal(score, 2) + ": " + why(); }

Judge::Judge(const Policy& policy, const Lexicon& lexicon, ClassifierKeys classifiers)
    : policy_(&policy), lexicon_(&lexicon), classifiers_(std::move(classifiers)) {
  for (const Rule& rule : policy.rules) {
    words_.emplace_back();
    if (rule.kind == RuleKind::kWords) words_.back().emplace(rule, lexicon);
  }
}

const WordRule* Judge::words_of(size_t rule) const {
  return words_[rule] ? &*words_[rule] : nullptr;
}

std::string Judge::classifier_of(const Rule& rule) const {
  const auto found = classifiers_.find(rule.classifier);
  return found == classifiers_.end() ? "" : found->second;
}

std::vector<std::string> Judge::notes() const {
  std::vector<std::string> notes;
  for (const Rule& rule : policy_->rules) {
    if (rule.kind == RuleKind::kClassifier && classifier_of(rule).empty()) {
      const std::string file = printable_path(rule.classifier);
      std::string note = "rule '" + rule.id + "': its classifier " + file;
      note += " is not there: the rule finds nothing; storyteller weights import FILE.onnx --out ";
      notes.push_back(note.append(file).append(" makes it of an ONNX file of yours"));
    }
    if (rule.kind == RuleKind::kWords && rule.expand != Expand::kNone &&
        !lexicon_->has_relations()) {
      notes.push_back("rule '" + rule.id +
                      "': without WordNet its words are taken as they stand; install "
                      "wordnet-base");
    }
    for (const std::string& word : rule.words) {
      if (rule.as != ReadAs::kUsual || !lexicon_->is_noun(word) || !lexicon_->is_verb(word)) {
        continue;
      }
      // What people write as verbs is found as nouns alone: worth saying of deeds.
      static constexpr std::array<std::string_view, 10> kDeeds = {
          "fight", "kiss", "smoke", "drink", "dance", "swim", "kick", "punch", "attack", "shoot"};
      if (std::find(kDeeds.begin(), kDeeds.end(), word) == kDeeds.end()) continue;
      notes.push_back("rule '" + rule.id + "': '" + word +
                      "' is looked for as a noun; \"as\": \"any\" finds the deed, too");
    }
  }
  return notes;
}

Judgement Judge::judge(const Sight& sight) const {
  Judgement judgement;
  const double confidence = sight.confidence.value_or(kUnknownConfidence);
  std::vector<Sentence> said, seen, keywords;
  for (const auto& one : sight.said) said.push_back(lexicon_->sentence(one.sentence));
  for (const auto& one : sight.seen) seen.push_back(lexicon_->label(one.word));
  for (const auto& one : sight.keywords) keywords.push_back(lexicon_->label(one));
  for (size_t r = 0; r < policy_->rules.size(); ++r) {
    const Rule& rule = policy_->rules[r];
    Finding finding{.rule = rule.id};
    if (rule.kind == RuleKind::kWords) {
      Gatherer gatherer(*words_[r], finding, judgement.dropped);
      double share = 0;
      for (size_t i = 0; i < said.size(); ++i) {
        if (i == 0) {
          gatherer.look(said[i], Witness::kCaption, confidence);
          continue;
        }
        // Others count by the share of all that say it.
        const double more = share + sight.said[i].share;
        if (gatherer.look(said[i], Witness::kHypothesis, confidence * more)) share = more;
      }
      for (size_t i = 0; i < seen.size(); ++i) {
        gatherer.look(seen[i], Witness::kDetector, kDetectorWeight * sight.seen[i].p);
      }
      for (const Sentence& keyword : keywords) gatherer.look(keyword, Witness::kKeyword, 1);
      weigh(rule, finding);
      if (finding.score <= 0) continue;
    } else if (rule.kind == RuleKind::kConfidenceBelow) {
      weigh_number(rule, sight.confidence, finding);
    } else if (rule.kind == RuleKind::kPhotoBelow) {
      weigh_number(rule, sight.photo, finding);
    } else {
      const auto classes = sight.classes.find(classifier_of(rule));
      const auto place = static_cast<size_t>(rule.class_index);
      if (classes == sight.classes.end() || place >= classes->second.size()) continue;
      finding.witness = Witness::kClassifier;
      finding.score = classes->second[place];
      finding.words = "class " + std::to_string(rule.class_index) + " of " + rule.classifier;
      weigh(rule, finding);
      if (finding.score <= 0) continue;
    }
    if (finding.witness == Witness::kModel && !finding.flagged) continue;
    judgement.findings.push_back(std::move(finding));
  }
  for (const Finding& finding : judgement.findings) {
    if (!finding.flagged) continue;
    constexpr int kProposed = 10;  // above all severities
    const int severity =
        static_cast<int>(finding.severity) + 1 + (finding.proposes ? kProposed : 0);
    const double distance = std::abs(finding.score - finding.threshold);
    if (severity > judgement.severity) {
      judgement.severity = severity;
      judgement.uncertainty = distance;
    } else if (severity == judgement.severity) {
      judgement.uncertainty = std::min(judgement.uncertainty, distance);
    }
    judgement.flagged = true;
    judgement.proposes = judgement.proposes || finding.proposes;
  }
  return judgement;
}

}  // namespace storyteller::review
