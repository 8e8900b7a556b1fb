#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "train/metrics/spice/weight_table.h"

namespace storyteller::spice {

/// Training of a WeightTable: the averaged perceptron (Collins 2002). Weights are integers and the
/// average is kept by Daume's second accumulator (w - u / T), so results repeat bit for bit.
template <int kClasses>
class Perceptron {
 public:
  using Scores = std::array<int32_t, kClasses>;

  Scores score(std::span<const Feature> features) const {
    Scores scores{};
    for (const Feature feature : features) {
      const auto found = rows_.find(feature);
      if (found == rows_.end()) continue;
      const Row& row = table_[found->second];
      for (int k = 0; k < kClasses; ++k) scores[k] += row.weights[k];
    }
    return scores;
  }

  /// One step of training: `right` should have won over `wrong` (equal: it did).
  void update(std::span<const Feature> features, int right, int wrong) {
    ++steps_;
    if (right == wrong) return;
    for (const Feature feature : features) {
      const auto [place, fresh] = rows_.try_emplace(feature, static_cast<uint32_t>(table_.size()));
      if (fresh) {
        if (frozen_) {
          rows_.erase(place);
          continue;
        }
        table_.push_back({feature, {}, {}});
      }
      Row& row = table_[place->second];
      row.weights[right] += 1;
      row.weights[wrong] -= 1;
      row.moments[right] += steps_;
      row.moments[wrong] -= steps_;
    }
  }

  size_t features() const { return table_.size(); }

  /// Forgets all weights and knows, from here on, only the `rows` (a power of two) strongest
  /// features that fit into a WeightTable of that many rows.
  void keep_strongest(size_t rows) {
    const auto order = by_strength();
    WeightTable<kClasses> fits(rows);
    std::vector<Row> kept;
    const std::array<int8_t, kClasses> none{};
    for (const uint32_t index : order) {
      if (fits.insert(table_[index].feature, none)) kept.push_back({table_[index].feature, {}, {}});
    }
    table_ = std::move(kept);
    rows_.clear();
    for (uint32_t i = 0; i < table_.size(); ++i) rows_.emplace(table_[i].feature, i);
    steps_ = 0;
    frozen_ = true;
  }

  /// The averaged weights of several perceptrons that were copied from one after keep_strongest and
  /// trained apart, strongest features first, in one byte each: runs differ in what they learn by
  /// chance, and their mean is better than each. At least one.
  static WeightTable<kClasses> frozen(std::span<const Perceptron> runs, size_t rows) {
    std::vector<std::array<double, kClasses>> means(runs.front().table_.size());
    std::vector<double> sizes;
    for (size_t i = 0; i < means.size(); ++i) {
      for (int k = 0; k < kClasses; ++k) {
        means[i][k] = 0;
        for (const Perceptron& run : runs) means[i][k] += run.average(run.table_[i], k);
        if (means[i][k] != 0) sizes.push_back(std::abs(means[i][k]));
      }
    }
    // A step that leaves the largest weights clipped: they are few, and decide anyway.
    double largest = 1;
    if (!sizes.empty()) {
      const auto place = sizes.begin() + static_cast<ptrdiff_t>((sizes.size() - 1) * 0.9995);
      std::nth_element(sizes.begin(), place, sizes.end());
      largest = *place;
    }
    WeightTable<kClasses> table(rows);
    std::array<int8_t, kClasses> bytes;
    for (const uint32_t index : runs.front().by_strength()) {
      for (int k = 0; k < kClasses; ++k) {
        const double scaled = std::round(means[index][k] * 127 / largest);
        bytes[k] = static_cast<int8_t>(std::clamp(scaled, -127.0, 127.0));
      }
      table.insert(runs.front().table_[index].feature, bytes);
    }
    return table;
  }

 private:
  struct Row {
    Feature feature;
    std::array<int32_t, kClasses> weights;
    std::array<int64_t, kClasses> moments;  // sum of step * change
  };

  double average(const Row& row, int k) const {
    return row.weights[k] - static_cast<double>(row.moments[k]) / static_cast<double>(steps_ + 1);
  }

  /// Rows by the sum of their averaged weights' sizes, ties by feature.
  std::vector<uint32_t> by_strength() const {
    std::vector<double> strength(table_.size());
    std::vector<uint32_t> order(table_.size());
    for (uint32_t i = 0; i < table_.size(); ++i) {
      order[i] = i;
      for (int k = 0; k < kClasses; ++k) strength[i] += std::abs(average(table_[i], k));
    }
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      if (strength[a] != strength[b]) return strength[a] > strength[b];
      return table_[a].feature < table_[b].feature;
    });
    return order;
  }

  std::unordered_map<Feature, uint32_t> rows_;
  std::vector<Row> table_;
  int64_t steps_ = 0;
  bool frozen_ = false;
};

}  // namespace storyteller::spice
