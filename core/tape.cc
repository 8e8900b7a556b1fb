#include "core/tape.h"

#include "core/dispatch.h"
#include "kernels/arithmetic.h"

namespace storyteller {

void* Tape::Arena::take(size_t bytes, size_t alignment) {
  if (bytes > kBlockBytes) throw InternalError("Tape: a closure of over 64 KiB");
  offset_ = (offset_ + alignment - 1) / alignment * alignment;
  if (blocks_.empty() || offset_ + bytes > kBlockBytes) {
    if (!blocks_.empty()) ++block_;
    offset_ = 0;
    if (block_ == blocks_.size()) blocks_.push_back(std::make_unique<std::byte[]>(kBlockBytes));
  }
  void* place = blocks_[block_].get() + offset_;
  offset_ += bytes;
  return place;
}

Var Tape::output(Tensor value, bool tracked) {
  if (!recording() || !tracked) return Var(std::move(value));
  auto* slot = new (arena_.take(sizeof(GradientSlot), alignof(GradientSlot))) GradientSlot;
  slots_.push_back(slot);
  slot->shape = value.shape();
  slot->dtype = value.dtype();
  slot->device = value.device();
  return {std::move(value), slot};
}

Var Tape::view(const Var& whole, Tensor value, int64_t first_element) {
  Var view = output(std::move(value), whole.tracked());
  if (view.tracked()) {
    view.slot()->parent = whole.slot();
    view.slot()->begin = first_element;
  }
  return view;
}

Var Tape::rows(const Var& whole, int64_t begin, int64_t count) {
  return view(whole, whole.value().row_range(begin, count), begin * whole.shape().row_elements());
}

Var Tape::reshaped(const Var& x, Shape shape) { return view(x, x.value().reshaped(shape), 0); }

void Tape::backward(std::span<const Var> losses) {
  for (const Var& loss : losses) {
    if (!loss) continue;
    check_shape("backward", loss.value().elements() == 1, "a loss is one number", loss.shape());
    if (!loss.tracked()) continue;
    const Tensor gradient = accumulated_gradient(loss);
    on("backward", gradient, [&]<class T>(auto backend) {
      fill(backend, Fill<T>{.x = gradient.data<T>(), .value = 1, .n = 1});
    });
  }
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) node->run(node->closure);
}

void Tape::reset() {
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) node->destroy(node->closure);
  for (auto slot = slots_.rbegin(); slot != slots_.rend(); ++slot) (*slot)->~GradientSlot();
  nodes_.clear();
  slots_.clear();
  arena_.rewind();
}

namespace {

void make(GradientSlot* slot) {
  if (slot->gradient) return;
  slot->gradient = Tensor::empty(slot->shape, slot->dtype, slot->device);
  slot->fresh = true;
}

void settle(GradientSlot* slot) {
  const SourceOp source("zero gradient");
  if (slot->fresh) slot->gradient.fill_zero();
  slot->fresh = false;
}

/// The slot that owns the gradient of which `slot` is a view, and the first element within it.
GradientSlot* owner_of(GradientSlot* slot, int64_t* begin) {
  *begin = 0;
  for (; slot->parent != nullptr; slot = slot->parent) *begin += slot->begin;
  return slot;
}

Tensor part_of(const GradientSlot* owner, const GradientSlot* slot, int64_t begin) {
  if (owner == slot) return owner->gradient;
  return owner->gradient.reshaped({owner->shape.elements()})
      .row_range(begin, slot->shape.elements())
      .reshaped(slot->shape);
}

}  // namespace

Tensor accumulated_gradient(const Var& x) {
  int64_t begin = 0;
  GradientSlot* owner = owner_of(x.slot(), &begin);
  make(owner);
  settle(owner);
  return part_of(owner, x.slot(), begin);
}

Tensor written_gradient(const Var& x, bool* accumulate) {
  // A view never overwrites: whether its rows were written before is known for the whole alone.
  *accumulate = true;
  if (x.slot()->parent != nullptr) return accumulated_gradient(x);
  make(x.slot());
  *accumulate = !x.slot()->fresh;
  x.slot()->fresh = false;
  return x.slot()->gradient;
}

void give_gradient(const Var& x, const Tensor& gradient) {
  if (x.slot()->parent == nullptr && !x.slot()->gradient) {
    x.slot()->gradient = gradient;
    return;
  }
  bool accumulate = false;
  const Tensor sum = written_gradient(x, &accumulate);
  if (!accumulate) {
    sum.copy_from(gradient);
    return;
  }
  on("give_gradient", sum, [&]<class T>(auto backend) {
    add_scaled(
        backend,
        AddScaled<T>{.x = gradient.data<T>(), .y = sum.data<T>(), .scale = 1, .n = sum.elements()});
  });
}

Tensor gathered_gradient(const Var& x) {
  if (!x.tracked()) return {};
  int64_t begin = 0;
  const GradientSlot* owner = owner_of(x.slot(), &begin);
  if (!owner->gradient || owner->fresh) return {};
  return part_of(owner, x.slot(), begin);
}

}  // namespace storyteller
