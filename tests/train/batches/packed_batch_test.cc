#include "train/batches/packed_batch.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/train/data/fake_dataset.h"

namespace storyteller {
namespace {

TEST(PackedBatch, WordsThatTheModelDoesNotKnowAreRefused) {
  const ListedCaptions dataset({{"a b c"}});
  const Vocabulary vocabulary({"<pad>", "<start>", "<end>", "<unk>", "a", "b", "c"});
  const EncodedCaptions captions(CaptionCorpus(dataset), vocabulary);
  const CaptionBatch batch{
      .captions = {0}, .images = {0}, .row_image = {0}, .image_begin = {0, 1}, .image_rows = {0}};
  PackedBatch packed;
  BatchPacker knows(vocabulary.size());
  knows.assign(batch, captions);
  knows.finish(batch, Device::cpu(), &packed);
  EXPECT_EQ(packed.rows().total(), 4);
  try {
    BatchPacker(vocabulary.size() - 1).assign(batch, captions);
    FAIL() << "the word c goes on to the kernels";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "caption 0 holds word 6, but the model knows words 0 to 5: it was encoded with "
                 "another vocabulary");
  }
}

}  // namespace
}  // namespace storyteller
