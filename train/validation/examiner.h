#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "train/data/dataset.h"
#include "train/features/feature_source.h"
#include "train/metrics/named_scores.h"
#include "train/selection.h"
#include "train/session/train_options.h"

namespace storyteller {

/// As many as are looked at to see whether a model can examine at all: one batch.
inline constexpr size_t kProbedPictures = 32;

/// How many of the set's pictures are looked at after every epoch: `validation_images`, 0 is all.
size_t examined_pictures(const TrainOptions& options, const Dataset& dataset);

/// How good a model was on validation pictures.
struct Marks {
  NamedScores scores;
  int64_t distinct = 0;  ///< different things that it said
};

/// Says how good a model is on the validation pictures of one data set, after every epoch.
class Examiner {
 public:
  using Progress = std::function<void(size_t done, size_t total)>;

  virtual ~Examiner() = default;
  /// Of the set.
  virtual const std::string& name() const = 0;
  /// By what the best epoch is chosen.
  virtual const Criterion& criterion() const = 0;
  /// How many are looked at: the first ones.
  virtual size_t pictures() const = 0;
  /// `progress` may be empty, and may throw to give up. Throws ModelError where nothing has a
  /// probability, and InputError where no picture can be read.
  virtual Marks examine(FeatureSource& source, const Progress& progress) = 0;
  /// The same for a few of them, to see whether the model can: whether these pictures can be read
  /// does not matter.
  virtual void probe(FeatureSource& source, const Progress& progress) const = 0;
  /// Mean cross-entropy of what people said; nothing where it is not finite, or not measured.
  virtual std::optional<double> loss(FeatureSource& source) const = 0;

 protected:
  Examiner() = default;
  Examiner(const Examiner&) = default;
  Examiner& operator=(const Examiner&) = default;
};

}  // namespace storyteller
