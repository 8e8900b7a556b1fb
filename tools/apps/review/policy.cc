#include "tools/apps/review/policy.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/json_text.h"
#include "core/text/text_file.h"
#include "tools/apps/review/policy_yaml.h"
#include "tools/apps/review/sha256.h"

namespace storyteller::review {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostRules = 200, kMostWords = 2000, kLongestText = 500;

const std::vector<std::string>& policy_keys() {
  static const std::vector<std::string> keys = {"policy", "name", "sample_passes", "rules"};
  return keys;
}

const std::vector<std::string>& rule_keys() {
  static const std::vector<std::string> keys = {
      "id",          "words", "expand", "except",         "not_real", "as",
      "classifier",  "class", "review", "propose_reject", "severity", "confidence_below",
      "photo_below", "why"};
  return keys;
}

template <class Value>
using Names = std::vector<std::pair<std::string, Value>>;

const Names<Expand> kExpands = {
    {"none", Expand::kNone}, {"synonyms", Expand::kSynonyms}, {"hyponyms", Expand::kHyponyms}};
const Names<ReadAs> kReadings = {
    {"noun", ReadAs::kNoun}, {"verb", ReadAs::kVerb}, {"any", ReadAs::kAny}};
const Names<Severity> kSeverities = {
    {"low", Severity::kLow}, {"normal", Severity::kNormal}, {"high", Severity::kHigh}};

/// By the name of the file and its first sign that is no comment of JSON.
bool is_yaml(const std::string& plain, const std::string& name) {
  const size_t first = plain.find_first_not_of(" \t\r\n");
  const bool brace = first != std::string::npos && plain[first] == '{';
  return !brace && (name.ends_with(".yaml") || name.ends_with(".yml"));
}

class Reader {
 public:
  Reader(const std::string& text, const std::string& name, std::vector<PolicyProblem>* problems)
      : text_(text, name), problems_(problems) {}

  void read(Policy& policy) {
    std::string_view whole;
    text_.for_each_value([&](std::string_view value) {
      if (!whole.empty()) return wrong(value, "something stands behind the policy");
      whole = value;
    });
    if (!is_object(whole)) {
      problems_->push_back({text_.name() + ": is no policy: that is an object in { }"});
      return;
    }
    bool versioned = false;
    each_member(whole, policy_keys(), [&](const std::string& key, std::string_view value) {
      if (key == "policy") {
        versioned = true;
        if (value != "1") wrong(value, "'policy' is 1: this program knows no other version");
      } else if (key == "name") {
        policy.name = text(key, value);
      } else if (key == "sample_passes") {
        policy.sample_passes = share(key, value);
      } else {
        read_rules(value, policy.rules);
      }
    });
    if (!versioned) wrong(whole, "'policy' is missing: write \"policy\": 1");
    if (policy.rules.empty() && problems_->empty()) wrong(whole, "'rules' has none");
  }

 private:
  static bool is_object(std::string_view value) { return value.starts_with('{'); }

  void wrong(std::string_view at, const std::string& problem) {
    const std::string subject = rule_.empty() ? "" : "rule '" + printable(rule_) + "': ";
    problems_->push_back({text_.place(at).text() + ": " + subject + problem});
  }

  template <class Each>
  void each_member(std::string_view object, const std::vector<std::string>& keys,
                   const Each& each) {
    std::set<std::string> seen;
    text_.for_each_member(object, [&](const std::string& key, std::string_view value) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        wrong(value, "unknown key '" + printable(key) + "'" + did_you_mean(key, keys));
      } else if (!seen.insert(key).second) {
        wrong(value, "'" + key + "' stands there twice");
      } else {
        each(key, value);
      }
      return true;
    });
  }

  std::string text(const std::string& key, std::string_view value) {
    const Json json = text_.parse(value);
    if (!json.is_string() || json.get<std::string>().empty() ||
        json.get<std::string>().size() > kLongestText) {
      wrong(value, "'" + key + "' is a text in quotes");
      return "";
    }
    return json.get<std::string>();
  }

  double share(const std::string& key, std::string_view value) {
    const Json json = text_.parse(value);
    if (!json.is_number() || !(json.get<double>() >= 0 && json.get<double>() <= 1)) {
      wrong(value, "'" + key + "' is a number from 0 to 1, not " + printable(value, 40));
      return 0;
    }
    return json.get<double>();
  }

  template <class Value>
  Value one_of(const std::string& key, std::string_view value, const Names<Value>& names) {
    const std::string given = text(key, value);
    std::vector<std::string> candidates;
    std::string listed;
    for (const auto& [name, meaning] : names) {
      if (name == given) return meaning;
      candidates.push_back(name);
      listed += (listed.empty() ? "" : ", ") + name;
    }
    if (!given.empty()) {
      wrong(value, "'" + key + "' is one of " + listed + ", not '" + printable(given) + "'" +
                       did_you_mean(given, candidates));
    }
    return names.front().second;
  }

  std::vector<std::string> phrases(const std::string& key, std::string_view value) {
    std::vector<std::string> found;
    const Json json = text_.parse(value);
    if (!json.is_array() || json.size() > kMostWords) {
      wrong(value, "'" + key + "' is a list of words in quotes: [\"gun\", \"rifle\"]");
      return found;
    }
    for (const Json& entry : json) {
      std::string phrase = entry.is_string() ? lower_case(trimmed(entry.get<std::string>())) : "";
      std::replace(phrase.begin(), phrase.end(), '_', ' ');
      if (phrase.empty() || phrase.size() > kLongestText) {
        wrong(value, "'" + key + "' is a list of words in quotes, not of " +
                         printable(entry.dump(-1, ' ', true, Json::error_handler_t::replace), 40));
      } else {
        found.push_back(std::move(phrase));
      }
    }
    return found;
  }

  void read_rules(std::string_view value, std::vector<Rule>& rules) {
    if (!value.starts_with('[')) return wrong(value, "'rules' is a list: [ {...}, {...} ]");
    std::set<std::string> ids;
    text_.for_each_element(value, [&](size_t index, std::string_view element) {
      rule_ = std::to_string(index + 1);
      if (!is_object(element)) {
        wrong(element, "a rule is an object in { }");
      } else if (index >= kMostRules) {
        if (index == kMostRules) wrong(element, "too many rules");
      } else {
        rules.push_back(read_rule(element));
        if (!rules.back().id.empty() && !ids.insert(rules.back().id).second) {
          wrong(element, "another rule has this id");
        }
      }
      rule_.clear();
    });
  }

  Rule read_rule(std::string_view object) {
    Rule rule;
    const std::string id = text_.member(object, "id").empty() ? ""
                           : text_.parse(text_.member(object, "id")).is_string()
                               ? text_.parse(text_.member(object, "id")).get<std::string>()
                               : "";
    if (!id.empty()) rule_ = id;
    std::map<std::string, std::string_view> given;
    each_member(object, rule_keys(), [&](const std::string& key, std::string_view value) {
      given[key] = value;
      set(rule, key, value);
    });
    check(rule, object, given);
    return rule;
  }

  void set(Rule& rule, const std::string& key, std::string_view value) {
    if (key == "id") {
      rule.id = text(key, value);
      const bool plain = std::all_of(rule.id.begin(), rule.id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      });
      if (!plain) wrong(value, "an id has small letters, digits and - alone");
    } else if (key == "words") {
      rule.words = phrases(key, value);
      if (rule.words.empty()) wrong(value, "'words' has none");
    } else if (key == "except") {
      rule.except = phrases(key, value);
    } else if (key == "not_real") {
      rule.not_real = phrases(key, value);
    } else if (key == "expand") {
      rule.expand = one_of(key, value, kExpands);
    } else if (key == "as") {
      rule.as = one_of(key, value, kReadings);
    } else if (key == "severity") {
      rule.severity = one_of(key, value, kSeverities);
    } else if (key == "classifier") {
      rule.kind = RuleKind::kClassifier;
      rule.classifier = text(key, value);
    } else if (key == "class") {
      const Json json = text_.parse(value);
      constexpr std::int64_t kMost = 100'000;
      const bool fine = json.is_number_integer() && json.get<std::int64_t>() >= 0 &&
                        json.get<std::int64_t>() < kMost;
      if (!fine) wrong(value, "'class' is the number of a class, from 0");
      rule.class_index = fine ? json.get<int>() : 0;
    } else if (key == "review") {
      rule.review = share(key, value);
    } else if (key == "propose_reject") {
      rule.propose_reject = share(key, value);
    } else if (key == "why") {
      rule.why = text(key, value);
    } else {
      rule.kind = key == "confidence_below" ? RuleKind::kConfidenceBelow : RuleKind::kPhotoBelow;
      rule.review = share(key, value);
    }
  }

  void check(const Rule& rule, std::string_view object,
             const std::map<std::string, std::string_view>& given) {
    if (!given.contains("id")) wrong(object, "'id' is missing");
    std::string looks_at;
    int kinds = 0;
    for (const char* kind : {"words", "classifier", "confidence_below", "photo_below"}) {
      if (given.contains(kind)) ++kinds;
    }
    if (kinds != 1) {
      return wrong(object,
                   "one of 'words', 'classifier', 'confidence_below' and 'photo_below' says what "
                   "it looks at" +
                       std::string(kinds == 0 ? "" : "; there are several"));
    }
    const bool of_words = rule.kind == RuleKind::kWords;
    const bool scored = of_words || rule.kind == RuleKind::kClassifier;
    if (scored && !given.contains("review")) {
      wrong(object, "'review' is missing: the score from which on a person looks");
    }
    for (const char* key : {"expand", "except", "not_real", "as"}) {
      if (!of_words && given.contains(key)) {
        wrong(given.at(key), std::string("'") + key + "' belongs to rules of words");
      }
    }
    for (const char* key : {"review", "propose_reject"}) {
      if (!scored && given.contains(key)) {
        wrong(given.at(key), std::string("'") + key + "' belongs to rules that have a score");
      }
    }
    if (given.contains("class") && rule.kind != RuleKind::kClassifier) {
      wrong(given.at("class"), "'class' belongs to rules of a classifier");
    }
    if (scored && rule.propose_reject && *rule.propose_reject < rule.review) {
      wrong(given.at("propose_reject"), "'propose_reject' is below 'review'");
    }
  }

  JsonText text_;
  std::vector<PolicyProblem>* problems_;
  std::string rule_;  // that is read, for messages
};

}  // namespace

std::vector<std::string> usual_not_real() {
  return {"fake", "toy",    "plastic", "water",      "pretend",   "imitation", "replica",
          "foam", "rubber", "stuffed", "inflatable", "cardboard", "lego",      "chocolate"};
}

std::string without_comments(std::string text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i) i += text[i] == '\\';
      continue;
    }
    if (text[i] != '/' || i + 1 >= text.size()) continue;
    const bool line = text[i + 1] == '/';
    if (!line && text[i + 1] != '*') continue;
    const size_t close = line ? text.find('\n', i) : text.find("*/", i + 2);
    const size_t end = close == std::string::npos ? text.size() : close + (line ? 0 : 2);
    for (; i < end; ++i) text[i] = text[i] == '\n' ? '\n' : ' ';
    --i;
  }
  return text;
}

Policy parse_policy(const std::string& text, const std::string& name,
                    std::vector<PolicyProblem>* problems) {
  Policy policy;
  policy.text = text;
  policy.sha256 = sha256(text);
  std::string plain = without_comments(text);
  try {
    if (is_yaml(plain, name)) {
      plain = json_of_yaml(text, name);
    } else {
      mend_json(&plain);  // a comma behind the last of a list
    }
    Reader(plain, name, problems).read(policy);
  } catch (const InputError& error) {  // no JSON
    problems->push_back({error.what()});
  }
  if (policy.name.empty()) policy.name = "policy";
  return policy;
}

Policy read_policy(const std::filesystem::path& file) {
  std::vector<PolicyProblem> problems;
  Policy policy = parse_policy(read_text_file(file), printable_path(file.string()), &problems);
  if (problems.empty()) return policy;
  throw UsageError(problems.front().message +
                   (problems.size() == 1
                        ? ""
                        : " (and " + std::to_string(problems.size() - 1) +
                              " more; storyteller review policy check names all)"));
}

std::string example_policy() {
  return R"(// What a person shall look at before pictures are published; storyteller review reads it.
{
  "policy": 1,
  "name": "school page",
  // So many of the pictures that no rule found are looked at all the same, to know what is missed.
  "sample_passes": 0.05,
  "rules": [
    // Words that the sentence, other sentences of the search, the detector or the file's keywords
    // say. "hyponyms": whatever is a kind of it. A score of at least "review" goes to a person, one
    // of at least "propose_reject" with the proposal to reject.
    {"id": "weapons", "words": ["weapon", "knife", "arrow", "cannon"], "expand": "hyponyms",
     "except": ["water gun", "nail gun", "glue gun", "butter knife"],
     "review": 0.3, "propose_reject": 0.8, "severity": "high"},
    {"id": "alcohol", "words": ["alcohol", "beer bottle", "beer glass", "wine glass"],
     "expand": "hyponyms", "except": ["root beer", "ginger beer", "fruit punch"], "review": 0.3},
    {"id": "smoking", "words": ["cigarette", "cigar", "tobacco pipe"], "expand": "hyponyms",
     "review": 0.3},
    {"id": "children", "words": ["child", "boy", "girl", "baby", "toddler"], "expand": "synonyms",
     "review": 0.5, "severity": "low", "why": "needs a parent's consent"},
    // What the model says of itself.
    {"id": "unsure", "confidence_below": 0.5, "severity": "low"},
    {"id": "no-photo", "photo_below": 0.5, "severity": "low"}
  ]
}
)";
}

}  // namespace storyteller::review
