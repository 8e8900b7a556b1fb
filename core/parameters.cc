#include "core/parameters.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "core/ops/ops.h"
#include "kernels/philox.h"
#include "kernels/source_op.h"

namespace storyteller {
namespace {

constexpr int64_t kAlignedElements = 16;  // 64 bytes of float, 32 of the shadow

int64_t aligned(int64_t elements) {
  return (elements + kAlignedElements - 1) / kAlignedElements * kAlignedElements;
}

uint64_t hash_of(const std::string& name) {
  uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

double uniform_at(uint64_t key, int64_t index) {
  const auto bits = philox(key, 0, static_cast<uint64_t>(index));
  return (bits[0] + 0.5) * 0x1p-32;  // in (0, 1)
}

/// Standard normal by Box and Muller (1958).
double normal_at(uint64_t key, int64_t index) {
  const auto bits = philox(key, 1, static_cast<uint64_t>(index));
  const double u = (bits[0] + 0.5) * 0x1p-32, v = (bits[1] + 0.5) * 0x1p-32;
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

/// Rows of each n x n block: normal vectors made orthonormal by modified Gram-Schmidt.
std::vector<double> orthogonal_stack(uint64_t key, int64_t rows, int64_t n) {
  std::vector<double> q(static_cast<size_t>(rows * n));
  for (int64_t i = 0; i < rows * n; ++i) q[static_cast<size_t>(i)] = normal_at(key, i);
  for (int64_t row = 0; row < rows; ++row) {
    double* x = q.data() + row * n;
    for (int64_t before = row / n * n; before < row; ++before) {
      const double* y = q.data() + before * n;
      double dot = 0;
      for (int64_t i = 0; i < n; ++i) dot += x[i] * y[i];
      for (int64_t i = 0; i < n; ++i) x[i] -= dot * y[i];
    }
    double square = 0;
    for (int64_t i = 0; i < n; ++i) square += x[i] * x[i];
    for (int64_t i = 0; i < n; ++i) x[i] /= std::sqrt(square);
  }
  return q;
}

std::vector<double> identity_stack(int64_t rows, int64_t n) {
  std::vector<double> x(static_cast<size_t>(rows * n), 0.0);
  for (int64_t row = 0; row < rows; ++row) x[static_cast<size_t>(row * n + row % n)] = 1;
  return x;
}

}  // namespace

void Parameters::add_group(ParameterGroup group) { groups_.push_back(std::move(group)); }

Parameters::Id Parameters::declare(const std::string& name, Shape shape, Initializer initializer) {
  if (groups_.empty()) throw InternalError("Parameters: declare '" + name + "' before any group");
  if (!ids_.emplace(name, size()).second) {
    throw InternalError("Parameters: the name '" + name + "' is taken");
  }
  entries_.push_back({name, shape, initializer, static_cast<int>(groups_.size()) - 1});
  return size() - 1;
}

Parameters::Id Parameters::declare_buffer(const std::string& name, Shape shape,
                                          float initial_value) {
  if (!ids_.emplace(name, size()).second) {
    throw InternalError("Parameters: the name '" + name + "' is taken");
  }
  entries_.push_back({name, shape, Initializer::constant(initial_value), -1});
  return size() - 1;
}

void Parameters::allocate(DType dtype, Device device, std::optional<uint64_t> seed,
                          bool with_gradients) {
  int64_t offset = 0, trained = 0;
  // Frozen groups come last, so that gradients and moments need no memory for them.
  for (const bool trainable : {true, false}) {
    for (size_t g = 0; g < groups_.size(); ++g) {
      if (groups_[g].trainable != trainable) continue;
      groups_[g].begin = offset;
      for (Entry& entry : entries_) {
        if (entry.group != static_cast<int>(g)) continue;
        entry.offset = offset;
        offset += aligned(entry.shape.elements());
      }
      groups_[g].end = offset;
    }
    if (trainable) trained = offset;
  }
  int64_t buffered = 0;
  for (Entry& entry : entries_) {
    if (entry.group >= 0) continue;
    entry.offset = buffered;
    buffered += aligned(entry.shape.elements());
  }
  dtype_ = dtype;
  buffers_ = buffered > 0 ? Tensor::zeros({buffered}, wide(dtype), device) : Tensor();
  values_ = Tensor::zeros({offset}, wide(dtype), device);
  if (dtype == DType::kBFloat16) shadow_ = Tensor::empty({offset}, dtype, device);
  if (with_gradients) gradients_ = Tensor::zeros({trained}, dtype, device);
  slots_.resize(entries_.size());
  masters_.clear();
  vars_.clear();
  const auto part = [](const Tensor& whole, const Entry& entry) {
    return whole.row_range(entry.offset, entry.shape.elements()).reshaped(entry.shape);
  };
  for (size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const bool buffer = entry.group < 0;
    const Tensor value = part(buffer ? buffers_ : values_, entry);
    if (seed) initialize(entry, value, *seed);
    const bool tracked =
        with_gradients && !buffer && groups_[static_cast<size_t>(entry.group)].trainable;
    if (tracked) {
      slots_[i].shape = entry.shape;
      slots_[i].dtype = dtype;
      slots_[i].device = device;
      slots_[i].gradient = part(gradients_, entry);
    }
    masters_.push_back(value);
    vars_.emplace_back(buffer || !shadow_ ? value : part(shadow_, entry),
                       tracked ? &slots_[i] : nullptr);
  }
  bump_version();
}

Tensor Parameters::buffer_in(const Tensor& all, Id id) const {
  const Entry& entry = entries_[static_cast<size_t>(id)];
  return all.row_range(entry.offset, entry.shape.elements()).reshaped(entry.shape);
}

void Parameters::bump_version(Shadow shadow) {
  if (shadow_ && shadow == Shadow::kStale) cast_values(values_, shadow_);
  ++version_;
}

void Parameters::initialize(const Entry& entry, const Tensor& value, uint64_t seed) const {
  const Initializer& how = entry.initializer;
  const int64_t n = entry.shape.elements();
  const uint64_t key = philox_key(seed, 0, hash_of(entry.name));
  std::vector<double> x(static_cast<size_t>(n), how.scale);
  if (how.kind == Initializer::Kind::kUniform) {
    for (int64_t i = 0; i < n; ++i) x[i] = how.scale * (2 * uniform_at(key, i) - 1);
  } else if (how.kind == Initializer::Kind::kNormal) {
    for (int64_t i = 0; i < n; ++i) x[i] = how.scale * normal_at(key, i);
  } else if (how.kind == Initializer::Kind::kForgetBias) {
    for (int64_t i = 0; i < n; ++i) x[i] = i / (n / how.gates) == 1 ? how.scale : 0;
  } else if (how.kind == Initializer::Kind::kOrthogonal ||
             how.kind == Initializer::Kind::kIdentity) {
    if (entry.shape.rank() != 2 || entry.shape[0] % entry.shape[1] != 0) {
      throw InternalError("Parameters: '" + entry.name + "' of shape " + entry.shape.to_string() +
                          " is no stack of square blocks");
    }
    x = how.kind == Initializer::Kind::kIdentity
            ? identity_stack(entry.shape[0], entry.shape[1])
            : orthogonal_stack(key, entry.shape[0], entry.shape[1]);
  }
  if (value.dtype() == DType::kFloat64) {
    value.copy_from_host(x.data());
  } else {
    const std::vector<float> single(x.begin(), x.end());
    value.copy_from_host(single.data());
  }
}

Parameters::Id Parameters::find(const std::string& name) const {
  const auto found = ids_.find(name);
  if (found == ids_.end()) throw InternalError("Parameters: no value named '" + name + "'");
  return found->second;
}

int64_t Parameters::trainable_elements() const {
  int64_t sum = 0;
  for (const Entry& entry : entries_) {
    if (entry.group >= 0 && groups_[static_cast<size_t>(entry.group)].trainable) {
      sum += entry.shape.elements();
    }
  }
  return sum;
}

void Parameters::forget_gradients() {
  has_parts_ = false;
  for (GradientSlot& slot : slots_) slot.fresh = static_cast<bool>(slot.gradient);
}

void Parameters::add_gradient_part() {
  if (dtype_ != DType::kBFloat16) return;
  write_missing_gradients();
  if (!sum_of_parts_) {
    sum_of_parts_ = Tensor::empty(gradients_.shape(), wide(dtype_), gradients_.device());
  }
  has_parts_ ? add_cast_values(gradients_, sum_of_parts_) : cast_values(gradients_, sum_of_parts_);
  forget_gradients();
  has_parts_ = true;
}

void Parameters::complete_gradients() {
  if (!has_parts_) write_missing_gradients();
}

void Parameters::write_missing_gradients() {
  const SourceOp source("zero gradient");
  for (GradientSlot& slot : slots_) {
    if (slot.fresh) slot.gradient.fill_zero();
    slot.fresh = false;
  }
}

}  // namespace storyteller
