#include "train/metrics/metric.h"

#include <algorithm>
#include <vector>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

std::vector<std::string> names() {
  std::vector<std::string> out;
  out.reserve(kAllMetrics.size() + 1);
  for (const Metric metric : kAllMetrics) out.emplace_back(name_of(metric));
  out.emplace_back("all");
  return out;
}

/// Adds the metric of that name; false where there is none.
bool insert(MetricSet& metrics, std::string_view name) {
  if (name == "all") {
    for (const Metric metric : kAllMetrics) metrics.insert(metric);
    return true;
  }
  const auto* const metric = std::find_if(kAllMetrics.begin(), kAllMetrics.end(),
                                          [&](Metric m) { return name_of(m) == name; });
  if (metric == kAllMetrics.end()) return false;
  metrics.insert(*metric);
  return true;
}

}  // namespace

std::string_view name_of(Metric metric) {
  switch (metric) {
    case Metric::kBleu:
      return "bleu";
    case Metric::kRougeL:
      return "rouge-l";
    case Metric::kMeteor:
      return "meteor";
    case Metric::kCider:
      return "cider";
    case Metric::kPlainCider:
      return "plain-cider";
    case Metric::kSpice:
      return "spice";
  }
  throw InternalError("name_of: no such metric");
}

MetricSet parse_metrics(std::string_view list, std::string_view where) {
  MetricSet metrics;
  std::string name;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] != ',') {
      if (list[i] != ' ') name += list[i] == '_' ? '-' : list[i];
      continue;
    }
    if (!name.empty() && !insert(metrics, name)) {
      throw UsageError(std::string(where) + ": unknown metric '" + printable(name) + "'" +
                       did_you_mean(name, names()) + " (there are " + joined(names()) + ")");
    }
    name.clear();
  }
  if (metrics.empty()) {
    throw UsageError(std::string(where) + ": name at least one metric of " + joined(names()));
  }
  return metrics;
}

std::string to_string(MetricSet metrics) {
  std::string out;
  for (const Metric metric : kAllMetrics) {
    if (metrics.contains(metric)) out.append(out.empty() ? "" : ",").append(name_of(metric));
  }
  return out;
}

}  // namespace storyteller
