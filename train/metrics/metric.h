#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace storyteller {

/// The metrics that a CaptionScorer knows. In the order in which reports show them.
enum class Metric : uint8_t {
  kBleu,        ///< BLEU-1..4, "bleu"
  kRougeL,      ///< "rouge-l"
  kMeteor,      ///< METEOR 1.5, "meteor"
  kCider,       ///< CIDEr-D, which is what coco-caption and the literature report as CIDEr; "cider"
  kPlainCider,  ///< CIDEr without clipping and length penalty, "plain-cider"
  kSpice,       ///< SPICE-native, "spice"
};

inline constexpr std::array kAllMetrics = {Metric::kBleu,  Metric::kRougeL,     Metric::kMeteor,
                                           Metric::kCider, Metric::kPlainCider, Metric::kSpice};

/// As it is typed: "rouge-l".
std::string_view name_of(Metric metric);

/// Which metrics to compute.
class MetricSet {
 public:
  constexpr MetricSet() = default;
  constexpr MetricSet(std::initializer_list<Metric> metrics) {
    for (const Metric metric : metrics) insert(metric);
  }
  constexpr void insert(Metric metric) { bits_ |= 1U << static_cast<unsigned>(metric); }
  constexpr void erase(Metric metric) { bits_ &= ~(1U << static_cast<unsigned>(metric)); }
  constexpr bool contains(Metric metric) const {
    return (bits_ >> static_cast<unsigned>(metric) & 1U) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const MetricSet&) const = default;

 private:
  uint32_t bits_ = 0;
};

/// Those that cost microseconds a caption: for rewards and validation.
inline constexpr MetricSet kQuickMetrics = {Metric::kBleu, Metric::kRougeL, Metric::kCider};

/// What papers report.
inline constexpr MetricSet kReportedMetrics = {Metric::kBleu, Metric::kRougeL, Metric::kMeteor,
                                               Metric::kCider, Metric::kSpice};

/// "bleu,cider", or "all"; blanks are ignored, and '_' stands for '-' too. `where` names the option
/// in the UsageError that a name which is none, or an empty list, gets.
MetricSet parse_metrics(std::string_view list, std::string_view where);

/// "bleu,cider": what parse_metrics reads.
std::string to_string(MetricSet metrics);

}  // namespace storyteller
