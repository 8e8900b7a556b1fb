#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/tape.h"
#include "train/batches/packed_batch.h"

namespace storyteller {

/// One part of a batch, ready to be learned from.
struct StepInput {
  const CaptionBatch& batch;
  const PackedBatch& packed;  ///< for teacher forcing; an objective may pack words of its own
  Var encoded = {};           ///< (I,L,D) of the encoder; a constant where that is frozen
  /// What the decoder reads: the same, or with rows of concepts behind the L, (I,L+C,D).
  Var features = {};
  uint64_t seed = 0, step = 0;
  double sampling = 0;  ///< of the phase
};

/// What a term is a mean over: where a batch is computed in parts, it counts by the share that the
/// part has of them.
enum class Per : int { kWord, kCaption, kImage };

/// One number to be made small.
struct LossTerm {
  std::string_view name;
  Var value;  ///< scalar, unweighted
  double weight = 1;
  Per per = Per::kWord;
};

/// A number that an objective hands out beside its losses, for the log: of an epoch the mean is
/// kept, the sum of all sums over that of all counts.
struct Measure {
  std::string_view name;
  double sum = 0, count = 0;
};

/// What a model learns for: records on the tape what it computes of a part of a batch. Random
/// numbers are functions of the input's seed and step and of keys of its rows, so that a run that
/// goes on, and a batch in parts, give the same.
class Objective {
 public:
  virtual ~Objective() = default;
  /// As phases name it.
  virtual std::string_view name() const = 0;
  /// Appends its terms. What the tape's closures point into belongs to the objective, and stays in
  /// place until the next call; a warm call allocates nothing. The decoder is refreshed.
  virtual void record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) = 0;
  /// Of the last record().
  virtual std::span<const Measure> measures() const { return {}; }
  /// Names, for logs and reports, how the numbers came about; "": there is nothing to say.
  virtual std::string signature() const { return {}; }

 protected:
  Objective() = default;
  Objective(const Objective&) = default;
  Objective& operator=(const Objective&) = default;
};

}  // namespace storyteller
