#include "train/confidence/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/random_stream.h"
#include "train/confidence/logistic_fit.h"

namespace storyteller {
namespace {

constexpr size_t kFolds = 5, kRepetitions = 5;
constexpr size_t kQuantiles = 51;
/// A cut-off that fewer captions are above says nothing.
constexpr size_t kLeastSure = 20;

using Names = std::vector<std::string>;

Names caption_signals(bool elsewhere) {
  Names names = {"mean_log_probability", "agreement"};
  if (elsewhere) names.emplace_back("remoteness");
  return names;
}
const Names& photo_signals() {
  static const Names names = {"active", "spread", "norm", "likeness", "mean_log_probability"};
  return names;
}

std::vector<double> values_of(const Signals& signals, const Names& names) {
  std::vector<double> values;
  for (const std::string& name : names) values.push_back(*signals.find(name));
  return values;
}

/// Examples of a fit, with the part that each is in.
struct Examples {
  LabelledSignals all;
  std::vector<size_t> own;  ///< positions of one's own

  void add(const Signals& signals, const Names& names, bool label, double weight) {
    all.values.push_back(values_of(signals, names));
    all.labels.push_back(label);
    all.weights.push_back(weight);
  }
};

LabelledSignals part_of(const LabelledSignals& all, const std::vector<size_t>& fold,
                        size_t left_out) {
  LabelledSignals part;
  for (size_t e = 0; e < all.values.size(); ++e) {
    if (fold[e] == left_out) continue;
    part.values.push_back(all.values[e]);
    part.labels.push_back(all.labels[e]);
    part.weights.push_back(all.weights[e]);
  }
  return part;
}

bool has_both(const LabelledSignals& examples) {
  const auto right = std::ranges::count(examples.labels, true);
  return right > 0 && right < std::ssize(examples.labels);
}

/// [repetition][example]: the probability by a fit that has not seen it.
std::vector<std::vector<double>> unseen(const LabelledSignals& all, const Names& names,
                                        uint64_t seed) {
  std::vector<std::vector<double>> probabilities;
  for (size_t repetition = 0; repetition < kRepetitions; ++repetition) {
    std::vector<size_t> order(all.values.size()), fold(all.values.size());
    std::iota(order.begin(), order.end(), size_t{0});
    RandomStream(philox_key(seed, repetition, /*site=*/0), /*stream=*/0).shuffle(order);
    for (size_t i = 0; i < order.size(); ++i) fold[order[i]] = i % kFolds;
    std::vector<double>& of = probabilities.emplace_back(all.values.size());
    for (size_t f = 0; f < kFolds; ++f) {
      LabelledSignals part = part_of(all, fold, f);
      // The few of one label may all be left out.
      const Logistic fit = fit_logistic(names, has_both(part) ? part : all);
      for (size_t e = 0; e < all.values.size(); ++e) {
        if (fold[e] == f) of[e] = fit.probability(all.values[e]);
      }
    }
  }
  return probabilities;
}

std::vector<double> mean_over(const std::vector<std::vector<double>>& repetitions) {
  std::vector<double> mean(repetitions.front().size());
  for (const auto& one : repetitions) {
    for (size_t e = 0; e < mean.size(); ++e) {
      mean[e] += one[e] / static_cast<double>(repetitions.size());
    }
  }
  return mean;
}

std::vector<double> quantiles_of(const std::vector<JudgedCaption>& captions) {
  std::vector<double> values;
  values.reserve(captions.size());
  for (const JudgedCaption& caption : captions) values.push_back(caption.signals.likeness);
  std::ranges::sort(values);
  std::vector<double> quantiles;
  for (size_t q = 0; q < kQuantiles; ++q) {
    const double place =
        static_cast<double>(q) * static_cast<double>(values.size() - 1) / (kQuantiles - 1);
    const auto below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, values.size() - 1);
    quantiles.push_back(values[below] +
                        (place - static_cast<double>(below)) * (values[above] - values[below]));
  }
  return quantiles;
}

/// Mean over the repetitions; null without one of each label.
std::optional<double> auroc_of(const std::vector<std::vector<double>>& repetitions, size_t begin,
                               const std::vector<bool>& labels) {
  double sum = 0;
  for (const auto& one : repetitions) {
    std::vector<Forecast> forecasts;
    for (size_t i = 0; i < labels.size(); ++i) forecasts.push_back({one[begin + i], labels[i]});
    const std::optional<double> area = auroc(forecasts);
    if (!area) return std::nullopt;
    sum += *area;
  }
  return sum / static_cast<double>(repetitions.size());
}

/// One calibration in the making.
class Fit {
 public:
  Fit(const CalibrationData& data, const CalibrationOptions& options)
      : data_(data), options_(options) {
    values_.domain = quantiles_of(data.own);
    for (auto* captions : {&data_.own, &data_.elsewhere}) {
      for (JudgedCaption& caption : *captions) {
        caption.signals.remoteness = remoteness_of(caption.signals.likeness, values_.domain);
      }
    }
  }

  Calibration run() {
    fit_photo();
    fit_caption();
    choose_cut_offs();
    report_.own = part(data_.own, 0);
    if (!data_.elsewhere.empty()) report_.elsewhere = part(data_.elsewhere, data_.own.size());
    report_signals();
    values_.fitted.pictures = data_.own.size();
    values_.fitted.base_rate = report_.own.right;
    values_.fitted.auroc = report_.own.auroc.value_or(0.5);
    values_.fitted.ece = report_.own.calibration_error;
    values_.fitted.seed = options_.seed;
    return {std::move(values_), std::move(report_)};
  }

 private:
  void fit_caption() {
    const Names names = caption_signals(!data_.elsewhere.empty());
    Examples examples;
    for (const JudgedCaption& caption : data_.own) {
      examples.add(caption.signals, names, caption.right, 1);
    }
    const double weight = data_.elsewhere.empty()
                              ? 1
                              : options_.elsewhere_share * static_cast<double>(data_.own.size()) /
                                    static_cast<double>(data_.elsewhere.size());
    for (const JudgedCaption& caption : data_.elsewhere) {
      examples.add(caption.signals, names, caption.right, weight);
    }
    values_.caption = fit_logistic(names, examples.all);
    captions_ = unseen(examples.all, names, options_.seed);
    confidence_ = mean_over(captions_);
  }

  void fit_photo() {
    const Names& names = photo_signals();
    Examples examples;
    for (const auto* captions : {&data_.own, &data_.elsewhere}) {
      for (const JudgedCaption& caption : *captions) {
        examples.add(caption.signals, names, true, 1);
      }
    }
    for (const Signals& none : data_.none) examples.add(none, names, false, 1);
    values_.photo = fit_logistic(names, examples.all);
    const auto repetitions = unseen(examples.all, names, options_.seed);
    photo_ = mean_over(repetitions);
    report_.photo_auroc = auroc_of(repetitions, 0, examples.all.labels);
    report_.none = data_.none.size();
    const size_t photographs = data_.own.size() + data_.elsewhere.size();
    report_.none_flagged = flagged(photographs, data_.none.size());
  }

  /// Share of the pictures from `begin` on that do not look like photographs.
  double flagged(size_t begin, size_t count) const {
    const auto from = photo_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto below = std::count_if(from, from + static_cast<std::ptrdiff_t>(count),
                                     [](double photo) { return photo < 0.5; });
    return count == 0 ? 0 : static_cast<double>(below) / static_cast<double>(count);
  }

  double domain_of(const JudgedCaption& caption) const {
    return quantile_of(caption.signals.likeness, values_.domain);
  }

  /// Of captions that may be sure by their domain, `begin` being the place of the first.
  void add_forecasts(const std::vector<JudgedCaption>& captions, size_t begin, double least_domain,
                     std::vector<Forecast>& forecasts) const {
    for (size_t i = 0; i < captions.size(); ++i) {
      if (domain_of(captions[i]) < least_domain) continue;
      forecasts.push_back({confidence_[begin + i], captions[i].right});
    }
  }

  /// The precision of kSure must hold on one's own pictures, and on those with the ones from
  /// elsewhere.
  void choose_cut_offs() {
    auto& cut_offs = values_.cut_offs;
    std::vector<Forecast> gated, all;
    add_forecasts(data_.own, 0, cut_offs.sure_domain, gated);
    add_forecasts(data_.own, 0, 0, all);
    cut_offs.sure = sure_cut_off(gated, options_.sure_precision, kLeastSure);
    if (!data_.elsewhere.empty() && cut_offs.sure) {
      add_forecasts(data_.elsewhere, data_.own.size(), cut_offs.sure_domain, gated);
      const auto both = sure_cut_off(gated, options_.sure_precision, kLeastSure);
      cut_offs.sure = both ? std::optional(std::max(*cut_offs.sure, *both)) : std::nullopt;
    }
    cut_offs.likely = unsure_cut_off(all, options_.unsure_share);
    if (cut_offs.sure) cut_offs.likely = std::min(cut_offs.likely, *cut_offs.sure);
  }

  CalibrationReport::Part part(const std::vector<JudgedCaption>& captions, size_t begin) const {
    CalibrationReport::Part part;
    std::vector<Forecast> forecasts;
    std::vector<bool> labels;
    for (size_t i = 0; i < captions.size(); ++i) {
      const bool right = captions[i].right;
      forecasts.push_back({confidence_[begin + i], right});
      labels.push_back(right);
      part.confidence += confidence_[begin + i] / static_cast<double>(captions.size());
      part.right += (right ? 1 : 0) / static_cast<double>(captions.size());
      part.grades.add(grade_of(confidence_[begin + i], photo_[begin + i], domain_of(captions[i]),
                               values_.cut_offs),
                      right);
    }
    part.pictures = captions.size();
    part.auroc = auroc_of(captions_, begin, labels);
    part.bins = reliability(forecasts);
    part.calibration_error = calibration_error(part.bins);
    part.no_photograph = flagged(begin, captions.size());
    return part;
  }

  void report_signals() {
    for (const char* name :
         {"mean_log_probability", "agreement", "likeness", "active", "spread", "norm"}) {
      std::vector<Forecast> subject, photo;
      for (const JudgedCaption& caption : data_.own) {
        const double value = *caption.signals.find(name);
        subject.push_back({value, caption.right});
        photo.push_back({value, true});
      }
      for (const Signals& none : data_.none) photo.push_back({*none.find(name), false});
      report_.signals.push_back({name, auroc(subject), auroc(photo)});
    }
  }

  CalibrationData data_;
  CalibrationOptions options_;
  ConfidenceValues values_;
  CalibrationReport report_;
  std::vector<std::vector<double>> captions_;  // [repetition][own, then elsewhere]
  std::vector<double> confidence_;             // their mean
  std::vector<double> photo_;                  // [own, elsewhere, none]
};

}  // namespace

Calibration calibrate(const CalibrationData& data, const CalibrationOptions& options) {
  if (data.own.size() < kLeastPictures) {
    throw InputError("a calibration needs " + std::to_string(kLeastPictures) +
                     " pictures with captions at least, and there are " +
                     std::to_string(data.own.size()) + "; name more `data`, or another `split`");
  }
  const auto right = std::ranges::count_if(data.own, &JudgedCaption::right);
  if (right == 0 || right == std::ssize(data.own)) {
    throw InputError(std::string("the subjects of all captions are ") +
                     (right == 0 ? "wrong" : "right") +
                     ": a calibration needs right and wrong ones; name other `data`");
  }
  if (data.none.empty()) throw InputError("a calibration needs pictures that are no photographs");
  return Fit(data, options).run();
}

}  // namespace storyteller
