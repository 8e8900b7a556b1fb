#include "train/metrics/plausibility/statement_counts.h"

#include <cmath>

#include "core/system/parallel.h"
#include "core/system/threads.h"
#include "train/metrics/spice/spice.h"

namespace storyteller {
namespace {

std::string both(const std::string& a, const std::string& b) { return a + '\t' + b; }

/// (n + prior) / (of + 1): one observation of the prior beside those that there are.
double with_prior(uint64_t n, uint64_t of, double prior) {
  return (static_cast<double>(n) + prior) / (static_cast<double>(of) + 1);
}

}  // namespace

StatementCounts::StatementCounts(const TokenizedReferences& captions, const SpiceModel& model,
                                 int threads) {
  std::vector<std::vector<spice::Proposition>> said(captions.size());
  parallel_for(captions.size(), threads > 0 ? threads : threads_in_force(), [&](size_t image) {
    for (const Tokens& caption : captions[image]) {
      for (spice::Proposition& statement : model.propositions(caption)) {
        if (statement.size() > 1) said[image].push_back(std::move(statement));
      }
    }
  });
  for (const auto& statements : said) {
    for (const spice::Proposition& statement : statements) add(statement);
  }
}

uint64_t StatementCounts::Context::at(const std::string& key) const {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void StatementCounts::Context::add(const std::string& key, uint64_t times) {
  counts[key] += times;
  total += times;
}

double StatementCounts::Context::probability(const std::string& key) const {
  return static_cast<double>(at(key) + 1) / static_cast<double>(total + counts.size() + 1);
}

void StatementCounts::add(const spice::Proposition& statement, uint64_t times) {
  if (statement.size() < 2 || times == 0) return;
  counts_[statement] += times;
  if (statement.size() == 2) {
    described_.add(statement[0], times);
    attribute_.add(statement[1], times);
    return;
  }
  subject_.add(statement[0], times);
  relation_.add(statement[1], times);
  object_.add(statement[2], times);
  subject_relation_.add(both(statement[0], statement[1]), times);
  relation_object_.add(both(statement[1], statement[2]), times);
}

uint64_t StatementCounts::count(const spice::Proposition& statement) const {
  const auto found = counts_.find(statement);
  return found == counts_.end() ? 0 : found->second;
}

double StatementCounts::typicality(const spice::Proposition& statement) const {
  if (statement.size() < 2) return 0;
  const uint64_t n = count(statement);
  if (statement.size() == 2) {
    const double chance = attribute_.probability(statement[1]);
    return std::log(with_prior(n, described_.at(statement[0]), chance) / chance);
  }
  const std::string &s = statement[0], &r = statement[1], &o = statement[2];
  const uint64_t of_relation = relation_.at(r);
  const uint64_t with_subject = subject_relation_.at(both(s, r));
  const uint64_t with_object = relation_object_.at(both(r, o));
  const double object = object_.probability(o), subject = subject_.probability(s);
  const double object_of_relation = with_prior(with_object, of_relation, object);
  const double subject_of_relation = with_prior(with_subject, of_relation, subject);
  return 0.5 * (std::log(with_prior(n, with_subject, object_of_relation) / object) +
                std::log(with_prior(n, with_object, subject_of_relation) / subject));
}

}  // namespace storyteller
