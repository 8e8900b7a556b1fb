#include "train/vqa/answering.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/error.h"
#include "train/batches/picture_batches.h"

namespace storyteller {

QuestionRows question_rows(const PackedBatch& batch) {
  return {.words = batch.words, .rows = batch.rows(), .row_key = batch.row_key.data<uint64_t>()};
}

std::vector<GivenAnswer> answer_questions(Captioner& captioner, FeatureSource& source,
                                          const EncodedCaptions& questions, size_t pictures,
                                          const std::function<void(size_t, size_t)>& progress) {
  std::vector<GivenAnswer> given(questions.size());
  const std::vector<CaptionBatch> batches = picture_batches(questions, pictures);
  std::vector<std::vector<size_t>> images;
  images.reserve(batches.size());
  for (const CaptionBatch& batch : batches) images.push_back(batch.images);
  source.expect(std::move(images), 0);
  captioner.refresh();
  StackedAttention& network = *captioner.answerer();
  BatchPacker packer(captioner.vocabulary().size());
  PackedBatch packed;
  StackedAttention::Loop loop;
  WordLists none;  // are barred
  size_t done = 0;
  for (const CaptionBatch& batch : batches) {
    Tape tape(Tape::Mode::kInfer);
    const StackedAttention::Memory memory = network.prepare(tape, source.next(tape, batch.images));
    packer.assign(batch, questions);
    packer.finish(batch, captioner.device(), &packed);
    const Var logits = network.answer(tape, loop, memory, question_rows(packed), packed.map);
    none.begin.assign(batch.captions.size() + 1, 0);
    const BestWords best = top_words(logits.value(), network.answers(), 1, none);
    const std::vector<int32_t> answers = best.word.to_host<int32_t>();
    const std::vector<float> scores = to_host_float(best.log_probability);
    const std::vector<float> alpha = to_host_float(loop.hops.back().alpha.value());
    const size_t regions = alpha.size() / batch.captions.size();
    for (size_t row = 0; row < batch.captions.size(); ++row) {
      if (!std::isfinite(scores[row])) throw ModelError("no answer has a probability");
      if (!source.usable(static_cast<size_t>(batch.row_image[row]))) continue;
      const auto map = std::span(alpha).subspan(row * regions, regions);
      given[batch.captions[row]] = {
          .answer = answers[row],
          .probability = std::exp(scores[row]),
          .region = static_cast<size_t>(std::max_element(map.begin(), map.end()) - map.begin())};
    }
    done += batch.images.size();
    if (progress) progress(std::min(done, pictures), pictures);
  }
  return given;
}

std::unique_ptr<FeatureSource> features_of(const SplitData& data, Captioner& captioner,
                                           BadPictures& bad) {
  if (data.features == nullptr) {
    return std::make_unique<EncodedPictures>(*data.dataset, captioner, 1, bad);
  }
  return std::make_unique<CachedFeatures>(CachedViews{.plain = data.features.get()}, captioner,
                                          nullptr);
}

std::vector<GivenAnswer> answer_split(Captioner& captioner, const SplitData& data, BadPictures& bad,
                                      const std::function<void(size_t, size_t)>& progress) {
  const auto source = features_of(data, captioner, bad);
  const EncodedCaptions questions(*data.captions, captioner.vocabulary(), kQuestionWords);
  return answer_questions(captioner, *source, questions, data.dataset->size(), progress);
}

}  // namespace storyteller
