#include "train/metrics/spice/weight_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/error.h"
#include "train/metrics/spice/parser.h"
#include "train/metrics/spice/tag_set.h"

namespace storyteller::spice {
namespace {

template <class T>
void read_tensor(const SafetensorsFile& file, const std::string& name, StoredType type,
                 std::vector<T>& out) {
  const StoredTensorView view = file.find(name);
  if (view.type != type) {
    throw ModelError(file.file() + ": tensor '" + name +
                     "' has another element type than a model " +
                     "of this version; train it again with train_spice_model");
  }
  out.resize(view.bytes.size() / sizeof(T));
  if (!out.empty()) std::memcpy(out.data(), view.bytes.data(), out.size() * sizeof(T));
}

}  // namespace

template <int kClasses>
WeightTable<kClasses>::WeightTable(size_t rows) : fingerprints_(rows), weights_(rows * kClasses) {
  if (rows < kWays || !std::has_single_bit(rows)) {
    throw InternalError("WeightTable: " + std::to_string(rows) + " rows are not a power of two");
  }
}

template <int kClasses>
bool WeightTable<kClasses>::insert(Feature feature, std::span<const int8_t, kClasses> weights) {
  const size_t slot = first_slot(feature, rows());
  for (size_t way = 0; way < kWays; ++way) {
    uint16_t& print = fingerprints_[slot + way];
    if (print == fingerprint(feature)) return false;
    if (print != 0) continue;
    print = fingerprint(feature);
    std::copy(weights.begin(), weights.end(), weights_.begin() + (slot + way) * kClasses);
    return true;
  }
  return false;
}

template <int kClasses>
size_t WeightTable<kClasses>::used() const {
  return rows() - std::count(fingerprints_.begin(), fingerprints_.end(), 0);
}

template <int kClasses>
void WeightTable<kClasses>::write(const std::string& name, SafetensorsWriter& writer) const {
  const auto size = static_cast<int64_t>(rows());
  writer.add(name + ".fingerprints", StoredType::kU16, {size}, fingerprints_.data());
  writer.add(name + ".weights", StoredType::kI8, {size, kClasses}, weights_.data());
}

template <int kClasses>
WeightTable<kClasses> WeightTable<kClasses>::read(const SafetensorsFile& file,
                                                  const std::string& name) {
  WeightTable table;
  read_tensor(file, name + ".fingerprints", StoredType::kU16, table.fingerprints_);
  const auto rows = static_cast<int64_t>(table.fingerprints_.size());
  if (table.rows() < kWays || !std::has_single_bit(table.rows())) {
    throw ModelError(file.file() + ": tensor '" + name + ".fingerprints' has " +
                     std::to_string(rows) + " rows, which is not a power of two");
  }
  file.require_shape(name + ".fingerprints", std::array{rows});
  file.require_shape(name + ".weights", std::array{rows, int64_t{kClasses}});
  read_tensor(file, name + ".weights", StoredType::kI8, table.weights_);
  return table;
}

template class WeightTable<kTags>;
template class WeightTable<kTransitions>;
template class WeightTable<kLabels>;

}  // namespace storyteller::spice
