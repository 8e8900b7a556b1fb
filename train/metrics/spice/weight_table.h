#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "train/metrics/spice/feature_hash.h"

namespace storyteller::spice {

/// Slots that a feature may lie in: two, in one cache line of fingerprints.
constexpr size_t kWays = 2;
/// The pair of slots of a feature in a table of `rows` (a power of two) begins here.
constexpr size_t first_slot(Feature feature, size_t rows) {
  return (feature & (rows - 1)) & ~(kWays - 1);
}
/// 16 bits beyond those that choose the slot; 0 marks an empty slot.
constexpr uint16_t fingerprint(Feature feature) {
  const auto bits = static_cast<uint16_t>(feature >> 48);
  return bits == 0 ? uint16_t{1} : bits;
}

/// The frozen weights of a linear classifier over sparse features: rows of one byte a class in a
/// two-way hash table with fingerprints. A feature that training never saw, or that was too weak
/// to be kept, is found absent and costs two bytes of reading; one of 2^15 is mistaken for another.
template <int kClasses>
class WeightTable {
 public:
  using Scores = std::array<int32_t, kClasses>;

  WeightTable() = default;
  /// `rows` slots: a power of two, at least kWays. Throws InternalError otherwise.
  explicit WeightTable(size_t rows);

  /// Puts a feature into a free slot of its pair; false if there is none (the row is then lost).
  bool insert(Feature feature, std::span<const int8_t, kClasses> weights);
  size_t rows() const { return fingerprints_.size(); }
  size_t used() const;

  /// Sums of the weights of all `features`, by class.
  Scores score(std::span<const Feature> features) const {
    Scores scores{};
    const size_t rows = fingerprints_.size();
    for (const Feature feature : features) {
      const size_t slot = first_slot(feature, rows);
      const uint16_t print = fingerprint(feature);
      for (size_t way = 0; way < kWays; ++way) {
        if (fingerprints_[slot + way] != print) continue;
        const int8_t* row = weights_.data() + (slot + way) * kClasses;
        for (int k = 0; k < kClasses; ++k) scores[k] += row[k];
        break;
      }
    }
    return scores;
  }

  /// Two tensors, NAME.fingerprints (U16) and NAME.weights (I8).
  void write(const std::string& name, SafetensorsWriter& writer) const;
  /// Throws ModelError where a tensor is absent or has another type or shape.
  static WeightTable read(const SafetensorsFile& file, const std::string& name);

 private:
  std::vector<uint16_t> fingerprints_ = std::vector<uint16_t>(kWays, 0);  // [rows], 0 = empty
  std::vector<int8_t> weights_ = std::vector<int8_t>(kWays * kClasses);   // (rows, kClasses)
};

}  // namespace storyteller::spice
