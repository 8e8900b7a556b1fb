#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/tensor.h"

namespace storyteller {

/// Where the gradient of one tracked tensor gathers. Owned by a Tape (or by Parameters).
struct GradientSlot {
  Shape shape;  // of the tensor, and so of its gradient
  DType dtype = DType::kFloat32;
  Device device = Device::cpu();
  Tensor gradient;                 // empty until somebody writes to it
  GradientSlot* parent = nullptr;  // set for a view: the gradient is a part of the parent's
  int64_t begin = 0;               // first element within the parent
  bool fresh = false;  // memory is there, its content is not: the next writer may overwrite
};

/// A tensor and, if somebody wants its gradient, the slot in which that gathers.
class Var {
 public:
  Var() = default;
  /// A constant: nothing flows back into it.
  explicit Var(Tensor value) : value_(std::move(value)) {}
  Var(Tensor value, GradientSlot* slot) : value_(std::move(value)), slot_(slot) {}

  explicit operator bool() const { return static_cast<bool>(value_); }
  const Tensor& value() const { return value_; }
  const Shape& shape() const { return value_.shape(); }
  bool tracked() const { return slot_ != nullptr; }
  GradientSlot* slot() const { return slot_; }

 private:
  Tensor value_;
  GradientSlot* slot_ = nullptr;
};

/// Records what a step computed and runs it backwards.
///
/// A node is a closure; the order of recording is a topological order, so backward is one reverse
/// sweep: no graph walk, no recursion, no cycles. What a closure captures is what is saved for
/// backward. Nodes and slots lie in blocks that reset() keeps, so a warm step allocates nothing.
///
/// Deferred weight gradients need no mechanism of their own: a node that is recorded BEFORE the
/// steps that use a weight runs after all of them on the way back, and finds the packed rows that
/// they left (see linear_weight_gradient in core/ops/ops.h).
class Tape {
 public:
  enum class Mode { kTrain, kInfer };

  explicit Tape(Mode mode) : mode_(mode) {}
  ~Tape() { reset(); }
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// False for kInfer: nothing is recorded and no slot is made, the model code is the same.
  bool recording() const { return mode_ == Mode::kTrain; }

  /// Wraps the output of an op. It is tracked when the tape records and `tracked` is true, which is
  /// when any of the op's inputs is.
  Var output(Tensor value, bool tracked);

  /// Rows [begin, begin + count) of `whole`: value and gradient are views of those of `whole`.
  Var rows(const Var& whole, int64_t begin, int64_t count);

  /// The same elements in another shape: value and gradient are views of those of `x`.
  Var reshaped(const Var& x, Shape shape);

  /// Appends a node. `f()` runs once, during backward, after every node recorded later.
  template <class F>
  void record(F&& f) {
    using Closure = std::decay_t<F>;
    if (!recording()) return;
    void* place = arena_.take(sizeof(Closure), alignof(Closure));
    nodes_.push_back({new (place) Closure(std::forward<F>(f)),
                      [](void* closure) { (*static_cast<Closure*>(closure))(); },
                      [](void* closure) { static_cast<Closure*>(closure)->~Closure(); }});
  }

  /// Adds one to the gradient of each scalar in `losses` (empty ones are passed over) and sweeps
  /// backwards. Once per recording.
  void backward(std::span<const Var> losses);
  void backward(std::initializer_list<Var> losses) {
    backward(std::span(losses.begin(), losses.size()));
  }

  /// Forgets the recording; memory is kept for the next one. Vars of the past become invalid.
  void reset();

  size_t recorded_nodes() const { return nodes_.size(); }

 private:
  Var view(const Var& whole, Tensor value, int64_t first_element);

  struct Node {
    void* closure;
    void (*run)(void*);
    void (*destroy)(void*);
  };

  /// Bump allocation out of blocks that are kept.
  class Arena {
   public:
    void* take(size_t bytes, size_t alignment);
    void rewind() { block_ = offset_ = 0; }

   private:
    static constexpr size_t kBlockBytes = size_t{64} << 10;
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    size_t block_ = 0, offset_ = 0;
  };

  Mode mode_;
  Arena arena_;
  std::vector<Node> nodes_;
  std::vector<GradientSlot*> slots_;
};

/// The gradient of a Var for a kernel that ACCUMULATES: zero at first use. Requires x.tracked().
Tensor accumulated_gradient(const Var& x);

/// The gradient of a Var for a kernel that can also overwrite: `*accumulate` says which to do. The
/// kernel must write every element. Saves the pass that zeroes a large gradient.
Tensor written_gradient(const Var& x, bool* accumulate);

/// Gives `gradient` to `x` as its gradient: adopted where there was none, else added.
void give_gradient(const Var& x, const Tensor& gradient);

/// The gradient that gathered in an output, or an empty Tensor when nothing flowed back to it: the
/// node then has nothing to do.
Tensor gathered_gradient(const Var& x);

}  // namespace storyteller
