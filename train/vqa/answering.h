#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "model/captioner.h"
#include "train/batches/packed_batch.h"
#include "train/features/feature_source.h"
#include "train/features/split_data.h"

namespace storyteller {

/// What a model answers to a question.
struct GivenAnswer {
  int32_t answer = -1;  ///< of Answers; -1: the picture cannot be read
  float probability = 0;
  size_t region = 0;  ///< at which the last hop looked most
};

/// Answers the questions of the first `pictures` pictures, whose features `source` gives, by number
/// of the question; those of other pictures stay -1. `progress(done, total)` counts pictures, may
/// be empty, and may throw to give up. Throws ModelError where no answer has a probability.
std::vector<GivenAnswer> answer_questions(Captioner& captioner, FeatureSource& source,
                                          const EncodedCaptions& questions, size_t pictures,
                                          const std::function<void(size_t, size_t)>& progress = {});

/// Features of a split's pictures: those that are prepared, else by decoding and encoding.
std::unique_ptr<FeatureSource> features_of(const SplitData& data, Captioner& captioner,
                                           BadPictures& bad);
/// The same for all pictures of a split: from its features, where they are prepared, else by
/// decoding and encoding.
std::vector<GivenAnswer> answer_split(Captioner& captioner, const SplitData& data, BadPictures& bad,
                                      const std::function<void(size_t, size_t)>& progress = {});

/// Longest question that is read, in words.
inline constexpr int kQuestionWords = 40;

/// The packed words of a batch as the answerer reads them; the batch must outlive it.
QuestionRows question_rows(const PackedBatch& batch);

}  // namespace storyteller
