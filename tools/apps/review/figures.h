#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/apps/review/evidence.h"
#include "tools/apps/review/review_file.h"

namespace storyteller::review {

/// So many of so many, with Wilson's interval of 95 %.
struct Share {
  std::int64_t of = 0, right = 0;
  double value() const;  ///< 0 of none
  double low() const;
  double high() const;
  /// ".82 (.71 to .90), 41 of 50", or "none yet".
  std::string in_words() const;
};

/// What one rule did, and what people made of it.
struct RuleFigures {
  std::string id = {}, why = {};
  std::int64_t flagged = 0, proposed = 0;  ///< pictures
  Share upheld = {};                       ///< of those decided that it flagged: not passed
  Share rejected = {};                     ///< of those decided that it proposed to reject
  /// Of a classifier's rule: what the sentences of those pictures are about that people passed.
  std::map<std::string, std::int64_t> passed_subjects = {};
};

/// False reviews to expect of 1,000 pictures: as many of those that a rule flags as people passed
/// so far. `bounded`: nobody decided yet, and it can be no more than this.
struct Expected {
  double reviews = 0, false_reviews = 0;
  bool bounded = false;
  /// "12 of 1,000 pictures to review, 9 of them falsely"
  std::string in_words() const;
};
Expected expected_of(const RuleFigures& rule, std::int64_t scanned);

/// What a review came to.
struct Figures {
  std::string policy_name = {}, policy_sha256 = {}, policy_text = {};
  std::vector<std::string> models = {};
  std::int64_t scanned = 0, bad = 0, flagged = 0, proposed = 0, sampled = 0;
  std::int64_t waiting = 0, passed = 0, rejected = 0, escalated = 0;
  std::int64_t dropped = 0;  ///< pictures of which words did not count
  std::vector<RuleFigures> rules = {};
  Share missed = {};                          ///< of the decided part of the sample: not passed
  std::vector<std::int64_t> overturned = {};  ///< proposed to reject, and passed
  std::int64_t second_looks = 0;              ///< pictures that two people decided
  std::optional<double> kappa = {};           ///< their agreement beyond chance (Cohen)
  std::optional<double> seconds_each = {};    ///< median between two decisions of one person
  std::int64_t log_entries = 0;
  std::string log_hash = {};
  ClassifierKeys classifiers = {};  ///< that the last scan ran
};

/// Of the policy in force. Throws InputError where nothing was scanned.
Figures figures_of(Connection& connection);

/// What another policy would flag of the pictures that were scanned.
std::vector<RuleFigures> tried(Connection& connection, const Judge& judge, std::int64_t* scanned);

/// Cohen's kappa of pairs of yes and no; nothing of none, or where chance explains all.
std::optional<double> kappa_of(const std::vector<std::pair<bool, bool>>& pairs);

nlohmann::ordered_json figures_json(const Figures& figures);

}  // namespace storyteller::review
