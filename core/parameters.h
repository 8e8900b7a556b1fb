#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/tape.h"
#include "core/tensor.h"

namespace storyteller {

/// How a parameter starts. Every element is a pure function of (seed, name, index).
struct Initializer {
  enum class Kind { kConstant, kUniform, kNormal, kOrthogonal, kIdentity, kForgetBias };
  Kind kind = Kind::kConstant;
  float scale = 0;    ///< the constant, the bound of the uniform, the deviation of the normal
  int64_t gates = 4;  ///< of the bias that kForgetBias fills

  static Initializer constant(float value) { return {Kind::kConstant, value}; }
  static Initializer uniform(float bound) { return {Kind::kUniform, bound}; }
  static Initializer normal(float deviation) { return {Kind::kNormal, deviation}; }
  /// A stack of square blocks, each orthogonal (Saxe 2014).
  static Initializer orthogonal() { return {Kind::kOrthogonal, 1}; }
  /// A stack of square blocks, each the identity (Le 2015).
  static Initializer identity() { return {Kind::kIdentity, 1}; }
  /// Bias of an LSTM's gates i|f|...: 1 for the forget gate (Jozefowicz 2015), else 0.
  static Initializer forget_bias(int64_t gates = 4) { return {Kind::kForgetBias, 1, gates}; }
};

/// A part of the parameters that is trained alike: one contiguous range of the buffer.
struct ParameterGroup {
  std::string name;  ///< e.g. "encoder", "decoder"
  bool trainable = true;
  float learning_rate_scale = 1;
  float weight_decay = 0;
  int64_t begin = 0, end = 0;  ///< elements of the buffer; set by allocate()
};

/// The named values of a model, carved from ONE contiguous buffer, group after group (trainable
/// groups first), each value 64-byte aligned with zero padding. Gradients of trainable groups lie
/// at equal offsets in a second buffer. So the norm, an optimizer step and a checkpoint are each
/// one pass.
///
/// In bfloat16 the values are masters in float, and a shadow, a parallel buffer, holds them
/// rounded: ops compute with the shadow (var()), updates and files work on the masters (value()).
/// Gradients are bfloat16 then.
///
/// Use: add_group() and declare() while the model is built, then allocate(), then var().
class Parameters {
 public:
  using Id = int;

  /// Starts a group; later declarations belong to it.
  void add_group(ParameterGroup group);
  /// Adds a value to the last group. Throws InternalError when the name is taken.
  Id declare(const std::string& name, Shape shape, Initializer initializer);
  /// Moves a value that was declared before into the last group.
  void move_to_last_group(Id id) {
    entries_[static_cast<size_t>(id)].group = static_cast<int>(groups_.size()) - 1;
  }
  /// Adds a value that is saved with the model but neither trained nor in the buffer, such as the
  /// running statistics of a batch norm.
  Id declare_buffer(const std::string& name, Shape shape, float initial_value);

  /// Makes and initializes everything for a model that computes in `dtype`. Without a seed all
  /// values are 0, for a caller that fills them from a file: drawing them takes longer than reading
  /// them. `with_gradients` false serves captioning: no second buffer.
  void allocate(DType dtype, Device device, std::optional<uint64_t> seed, bool with_gradients);

  /// What ops compute with: the value, or its shadow, with its gradient slot; not tracked in a
  /// frozen group. Buffers have no shadow.
  Var var(Id id) const { return vars_[static_cast<size_t>(id)]; }
  /// The value itself, float32 or float64. Call bump_version() after writing to it.
  const Tensor& value(Id id) const { return masters_[static_cast<size_t>(id)]; }
  /// Throws InternalError when there is none of that name.
  Id find(const std::string& name) const;
  bool contains(const std::string& name) const { return ids_.contains(name); }

  int size() const { return static_cast<int>(entries_.size()); }
  const std::string& name(Id id) const { return entries_[static_cast<size_t>(id)].name; }
  const Shape& shape(Id id) const { return entries_[static_cast<size_t>(id)].shape; }
  bool is_buffer(Id id) const { return entries_[static_cast<size_t>(id)].group < 0; }
  const std::vector<ParameterGroup>& groups() const { return groups_; }
  int64_t trainable_elements() const;  ///< without padding

  /// The type that the model computes in.
  DType dtype() const { return dtype_; }
  /// The whole buffers; gradients() is empty without gradients, shadow() but in bfloat16.
  const Tensor& values() const { return values_; }
  const Tensor& shadow() const { return shadow_; }
  const Tensor& gradients() const { return has_parts_ ? sum_of_parts_ : gradients_; }
  /// All buffers in one; empty where there are none.
  const Tensor& buffers() const { return buffers_; }
  /// The buffer `id` in a tensor that is laid out as buffers().
  Tensor buffer_in(const Tensor& all, Id id) const;

  /// Declares every gradient undefined: the first writer of the next step overwrites.
  void forget_gradients();
  /// After each part of a step whose gradient is the sum of several: in bfloat16 the part is added
  /// to a sum in float, which gradients() then is, as a sum of 8 bits would lose what is small
  /// beside it. Other types add in place.
  void add_gradient_part();
  /// Zeroes what no op wrote in this step, so that gradients() can be read as a whole.
  void complete_gradients();

  /// Moves with every update; packed copies of a weight are stale when it has moved.
  uint64_t version() const { return version_; }
  /// After every change of values. kStale rounds them into the shadow, which kWritten says to have
  /// been done by whoever changed them.
  enum class Shadow { kStale, kWritten };
  void bump_version(Shadow shadow = Shadow::kStale);

 private:
  struct Entry {
    std::string name;
    Shape shape;
    Initializer initializer;
    int group;           // -1 for a buffer
    int64_t offset = 0;  // in values_, or in buffers_
  };

  void write_missing_gradients();
  void initialize(const Entry& entry, const Tensor& value, uint64_t seed) const;

  std::vector<ParameterGroup> groups_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, Id> ids_;
  std::vector<Tensor> masters_;
  std::vector<Var> vars_;
  std::vector<GradientSlot> slots_;
  DType dtype_ = DType::kFloat32;
  Tensor sum_of_parts_;     // float; made when it is first needed
  bool has_parts_ = false;  // in this step
  Tensor values_, shadow_, gradients_, buffers_;
  uint64_t version_ = 1;
};

}  // namespace storyteller
