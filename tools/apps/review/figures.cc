#include "tools/apps/review/figures.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text/number_format.h"
#include "model/confidence/subject.h"
#include "tools/apps/review/classifiers.h"
#include "tools/apps/review/ledger.h"
#include "tools/apps/review/queue.h"
#include "tools/apps/shared/language.h"

namespace storyteller::review {
namespace {

using Ordered = nlohmann::ordered_json;

constexpr double kZ = 1.959963984540054;  // 95 %
constexpr double kLongestPause = 600;     // seconds; longer is no decision but a break

double wilson(const Share& share, double sign) {
  if (share.of == 0) return sign < 0 ? 0 : 1;
  const auto n = static_cast<double>(share.of);
  const double p = static_cast<double>(share.right) / n, z2 = kZ * kZ;
  const double middle = p + z2 / (2 * n);
  const double half = kZ * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return std::clamp((middle + sign * half) / (1 + z2 / n), 0.0, 1.0);
}

double seconds_of(const std::string& utc) {
  std::tm parts{};
  if (::strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) == nullptr) return 0;
  return static_cast<double>(::timegm(&parts));
}

bool is_decided(const std::string& verdict) { return verdict == kPass || verdict == kReject; }

/// Counts one picture for a rule.
void count(RuleFigures& rule, bool proposes, const std::string& verdict) {
  rule.flagged += 1;
  rule.proposed += proposes ? 1 : 0;
  if (!is_decided(verdict)) return;
  rule.upheld.of += 1;
  rule.upheld.right += verdict == kReject ? 1 : 0;
  if (!proposes) return;
  rule.rejected.of += 1;
  rule.rejected.right += verdict == kReject ? 1 : 0;
}

std::vector<RuleFigures> rules_of(const Policy& policy) {
  std::vector<RuleFigures> rules;
  for (const Rule& rule : policy.rules) rules.push_back({.id = rule.id, .why = rule.why});
  return rules;
}

RuleFigures* find_rule(std::vector<RuleFigures>& rules, const std::string& id) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const RuleFigures& rule) { return rule.id == id; });
  return found == rules.end() ? nullptr : &*found;
}

void count_people(Connection& connection, Figures& figures) {
  Statement all(connection,
                "SELECT picture, by, verdict, at FROM decision WHERE undone = 0 ORDER BY seq");
  std::map<std::int64_t, std::map<std::string, bool>> looks;
  std::map<std::string, double> last;
  std::vector<double> pauses;
  while (all.step()) {
    const std::string by = all.text(1);
    if (is_decided(all.text(2))) looks[all.integer(0)][by] = all.text(2) == kPass;
    const double at = seconds_of(all.text(3));
    const auto before = last.find(by);
    if (before != last.end() && at - before->second <= kLongestPause) {
      pauses.push_back(at - before->second);
    }
    last[by] = at;
  }
  std::vector<std::pair<bool, bool>> pairs;
  for (const auto& [picture, by_name] : looks) {
    if (by_name.size() < 2) continue;
    pairs.emplace_back(by_name.begin()->second, std::next(by_name.begin())->second);
  }
  figures.second_looks = static_cast<std::int64_t>(pairs.size());
  figures.kappa = kappa_of(pairs);
  if (pauses.empty()) return;
  const auto middle = pauses.begin() + static_cast<std::ptrdiff_t>(pauses.size() / 2);
  std::nth_element(pauses.begin(), middle, pauses.end());
  figures.seconds_each = *middle;
}

Ordered share_json(const Share& share) {
  if (share.of == 0) return nullptr;
  return {{"of", share.of},
          {"right", share.right},
          {"share", std::round(share.value() * 1e4) / 1e4},
          {"low", std::round(share.low() * 1e4) / 1e4},
          {"high", std::round(share.high() * 1e4) / 1e4}};
}

}  // namespace

double Share::value() const {
  return of == 0 ? 0 : static_cast<double>(right) / static_cast<double>(of);
}
double Share::low() const { return wilson(*this, -1); }
double Share::high() const { return wilson(*this, 1); }

std::string Share::in_words() const {
  if (of == 0) return "none yet";
  return decimal(value(), 2) + " (" + decimal(low(), 2) + " to " + decimal(high(), 2) + "), " +
         std::to_string(right) + " of " + std::to_string(of);
}

Expected expected_of(const RuleFigures& rule, std::int64_t scanned) {
  Expected expected;
  if (scanned == 0) return expected;
  expected.reviews = 1000 * static_cast<double>(rule.flagged) / static_cast<double>(scanned);
  expected.bounded = rule.upheld.of == 0 && rule.flagged > 0;
  expected.false_reviews = expected.reviews * (1 - rule.upheld.value());
  return expected;
}

std::string Expected::in_words() const {
  if (reviews == 0) return "none of 1,000 pictures to review";
  const std::string all = decimal(reviews, reviews < 10 ? 1 : 0);
  const std::string wrong = decimal(false_reviews, false_reviews < 10 ? 1 : 0);
  return all + " of 1,000 pictures to review, " + (bounded ? "at most " : "about ") + wrong +
         " of them falsely" + (bounded ? " (nothing decided yet)" : "");
}

std::optional<double> kappa_of(const std::vector<std::pair<bool, bool>>& pairs) {
  if (pairs.empty()) return std::nullopt;
  double same = 0, first = 0, second = 0;
  for (const auto& [a, b] : pairs) {
    same += a == b ? 1 : 0;
    first += a ? 1 : 0;
    second += b ? 1 : 0;
  }
  const auto n = static_cast<double>(pairs.size());
  const double chance = (first * second + (n - first) * (n - second)) / (n * n);
  if (chance >= 1) return std::nullopt;
  return (same / n - chance) / (1 - chance);
}

Figures figures_of(Connection& connection) {
  Figures figures;
  const std::string policy = kept(connection, "policy");
  Statement row(connection, "SELECT name, sha256, text FROM policy WHERE id = ?");
  row.bind_text(1, policy);
  if (!row.step()) {
    throw InputError("nothing was scanned yet; storyteller review scan DIR --policy FILE does");
  }
  figures.policy_name = row.text(0);
  figures.policy_sha256 = row.text(1);
  figures.policy_text = row.text(2);
  std::vector<PolicyProblem> problems;
  figures.rules = rules_of(parse_policy(figures.policy_text, kStoredPolicy, &problems));
  Statement models(connection, "SELECT checksum FROM model ORDER BY id");
  while (models.step()) figures.models.push_back(models.text(0));
  figures.bad = connection.integer("SELECT count(*) FROM picture WHERE state = 2").value_or(0);
  Statement all(
      connection,
      "SELECT judged.picture, flagged, proposes, sampled, ifnull(verdict, ''), "
      "EXISTS(SELECT 1 FROM dropped WHERE dropped.picture = judged.picture) FROM judged "
      "JOIN picture ON picture.id = judged.picture LEFT JOIN decided ON decided.picture = "
      "judged.picture WHERE state = 1 AND policy = ? ORDER BY judged.picture");
  all.bind_text(1, policy);
  while (all.step()) {
    const bool flagged = all.integer(1) != 0, proposes = all.integer(2) != 0;
    const bool sampled = all.integer(3) != 0;
    const std::string verdict = all.text(4);
    figures.scanned += 1;
    figures.flagged += flagged ? 1 : 0;
    figures.proposed += proposes ? 1 : 0;
    figures.sampled += sampled ? 1 : 0;
    figures.dropped += all.integer(5);
    figures.passed += verdict == kPass ? 1 : 0;
    figures.rejected += verdict == kReject ? 1 : 0;
    figures.escalated += verdict == kEscalate ? 1 : 0;
    figures.waiting += (flagged || sampled) && !is_decided(verdict) ? 1 : 0;
    if (sampled && is_decided(verdict)) {
      figures.missed.of += 1;
      figures.missed.right += verdict == kReject ? 1 : 0;
    }
    if (proposes && verdict == kPass) figures.overturned.push_back(all.integer(0));
  }
  Statement findings(
      connection,
      "SELECT rule, finding.proposes, ifnull(verdict, ''), witness, (SELECT caption "
      "FROM caption WHERE caption.picture = judged.picture) FROM finding JOIN judged "
      "USING(picture) JOIN picture ON picture.id = judged.picture LEFT JOIN decided "
      "ON decided.picture = judged.picture WHERE finding.flagged AND state = 1 AND "
      "policy = ?");
  findings.bind_text(1, policy);
  while (findings.step()) {
    RuleFigures* rule = find_rule(figures.rules, findings.text(0));
    if (rule == nullptr) continue;
    count(*rule, findings.integer(1) != 0, findings.text(2));
    if (findings.text(2) == kPass && witness_named(findings.text(3)) == Witness::kClassifier) {
      rule->passed_subjects[kinds_text(subject_of(words_of(findings.text(4))).kinds)] += 1;
    }
  }
  figures.classifiers = kept_classifiers(connection);
  count_people(connection, figures);
  const LogHead head = known_head(connection);
  figures.log_entries = head.entries;
  figures.log_hash = head.hash;
  return figures;
}

std::vector<RuleFigures> tried(Connection& connection, const Judge& judge, std::int64_t* scanned) {
  std::vector<RuleFigures> rules = rules_of(judge.policy());
  Statement all(connection,
                "SELECT seen, ifnull(verdict, '') FROM sight JOIN picture ON picture.id = "
                "sight.picture LEFT JOIN decided ON decided.picture = sight.picture WHERE state = "
                "1");
  *scanned = 0;
  while (all.step()) {
    *scanned += 1;
    for (const Finding& finding : judge.judge(Sight::of_json(all.text(0))).findings) {
      RuleFigures* rule = find_rule(rules, finding.rule);
      if (rule != nullptr && finding.flagged) count(*rule, finding.proposes, all.text(1));
    }
  }
  return rules;
}

Ordered figures_json(const Figures& figures) {
  Ordered rules = Ordered::array();
  for (const RuleFigures& rule : figures.rules) {
    const Expected expected = expected_of(rule, figures.scanned);
    rules.push_back({{"id", rule.id},
                     {"flagged", rule.flagged},
                     {"proposed_reject", rule.proposed},
                     {"upheld", share_json(rule.upheld)},
                     {"rejected_of_proposed", share_json(rule.rejected)},
                     {"reviews_per_1000", std::round(expected.reviews * 10) / 10},
                     {"false_reviews_per_1000", std::round(expected.false_reviews * 10) / 10},
                     {"false_reviews_bounded", expected.bounded},
                     {"passed_subjects", rule.passed_subjects}});
  }
  Ordered json = {{"policy", figures.policy_name},
                  {"policy_sha256", figures.policy_sha256},
                  {"models", figures.models},
                  {"pictures", figures.scanned},
                  {"bad", figures.bad},
                  {"flagged", figures.flagged},
                  {"proposed_reject", figures.proposed},
                  {"sampled", figures.sampled},
                  {"waiting", figures.waiting},
                  {"passed", figures.passed},
                  {"rejected", figures.rejected},
                  {"escalated", figures.escalated},
                  {"words_that_did_not_count", figures.dropped},
                  {"rules", std::move(rules)},
                  {"missed", share_json(figures.missed)},
                  {"overturned", figures.overturned},
                  {"second_looks", figures.second_looks}};
  json["kappa"] =
      figures.kappa ? Ordered(std::round(*figures.kappa * 1e4) / 1e4) : Ordered(nullptr);
  json["seconds_each"] = figures.seconds_each ? Ordered(*figures.seconds_each) : Ordered(nullptr);
  json["log_entries"] = figures.log_entries;
  json["log_hash"] = figures.log_hash;
  json["classifiers"] = figures.classifiers;
  return json;
}

}  // namespace storyteller::review
