#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/tensor.h"
#include "model/concepts/concepts.h"
#include "model/decoder/decoder.h"

namespace storyteller {

/// What a search needs to know of a model: it starts, takes words, and drops, copies or reorders
/// its rows.
class StepModel {
 public:
  StepModel() = default;
  virtual ~StepModel() = default;
  StepModel(const StepModel&) = delete;
  StepModel& operator=(const StepModel&) = delete;

  virtual int64_t vocabulary() const = 0;
  /// Features (I,L,D), those of each encoder that the model has: one row for each picture, before
  /// the first word.
  virtual void start(std::span<const Tensor> features) = 0;
  /// The word that each row reads -> logits (rows, at least V) of the next, the words being the
  /// first V. They are the caller's, who may write into them.
  virtual Tensor step(const std::vector<int32_t>& words) = 0;
  /// Where the last step looked among the regions, (rows,L); empty: the model does not attend.
  virtual std::vector<float> attention() const = 0;
  /// How much of what it attended to the last step let through, (rows) in [0, 1]: the mean of its
  /// gate, or what a sentinel left to the regions. Empty: there is no gate.
  virtual std::vector<float> gates() const { return {}; }
  /// Row b is from now on what row parents[b] was. `images` says which picture each row is of;
  /// pictures keep their order.
  virtual void gather(const std::vector<int32_t>& parents, const std::vector<int32_t>& images) = 0;
};

/// Of a decoder, which has one encoder, that outlives it and is refreshed. It reads the regions
/// and, where `concepts` is not null, those that are detected in them.
std::unique_ptr<StepModel> step_model(Decoder& decoder, const Concepts* concepts = nullptr);

}  // namespace storyteller
