#include "train/validation/validation_loss.h"

#include <memory>
#include <utility>
#include <vector>

#include "train/batches/packed_batch.h"
#include "train/batches/picture_batches.h"
#include "train/objectives/caption_loss.h"

namespace storyteller {
double validation_loss(Captioner& captioner, FeatureSource& source, const EncodedCaptions& captions,
                       size_t pictures) {
  const std::vector<CaptionBatch> batches = picture_batches(captions, pictures);
  std::vector<std::vector<size_t>> images;
  images.reserve(batches.size());
  for (const CaptionBatch& batch : batches) images.push_back(batch.images);
  source.expect(std::move(images), 0);
  captioner.decoder().refresh();
  BatchPacker packer(captioner.vocabulary().size());
  PackedBatch packed;
  const std::unique_ptr<DecoderLoop> loop = captioner.decoder().make_loop();
  double sum = 0, words = 0;
  for (const CaptionBatch& batch : batches) {
    Tape tape(Tape::Mode::kInfer);
    const Var features = captioner.attended(tape, source.next(tape, batch.images));
    packer.assign(batch, captions);
    for (size_t i = 0; i < batch.images.size(); ++i) {
      if (!source.usable(i)) packer.mask_image(batch, i);
    }
    packer.finish(batch, captioner.device(), &packed);
    const CaptionLoss loss = caption_loss(
        tape, captioner.decoder(), *loop, features, packed,
        {.label_smoothing = 0, .coverage_weight = 0, .region_reward = 0, .region_entropy = 0},
        {.row_key = packed.row_key.data<uint64_t>()});
    sum += to_host_scalar(loss.cross_entropy.value()) * packed.counted;
    words += packed.counted;
  }
  return words > 0 ? sum / words : 0;
}

}  // namespace storyteller
