#include "train/data/verification.h"

#include "core/system/signals.h"
#include "train/data/loader.h"

namespace storyteller {

Verification verify(const Dataset& dataset, int threads,
                    const std::function<void(size_t, size_t)>& progress) {
  constexpr size_t kBatch = 32;
  Verification found;
  found.listed = dataset.size() + dataset.skipped().count();
  found.bad.record_all(dataset.skipped());
  const bool has_pictures = dataset.size() > 0 && dataset.has_picture(0);  // all have one, or none
  PictureLoader loader(
      dataset, all_in_batches(has_pictures ? dataset.size() : 0, kBatch), 1,
      [](const Image&, size_t, float* out) { *out = 0; }, {.threads = threads}, &found.bad,
      &found.repaired);
  size_t done = 0;
  while (const PictureBatch* batch = loader.next()) {
    done += batch->examples.size();
    if (progress) progress(done, dataset.size());
    if (stop_requested()) throw Stopped();
  }
  for (size_t i = 0; i < dataset.size(); ++i) found.captions += dataset.captions(i).size();
  return found;
}

}  // namespace storyteller
