#include "train/batches/packed_batch.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/train/data/fake_dataset.h"

namespace storyteller::packed_batch_test {
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

TEST(PackedBatch, RowsHaveTheBeginAndTheWeightOfTheirCaption) {
  const ListedCaptions dataset({{"a b", "a"}, {"b"}});
  const CaptionCorpus corpus(dataset);
  const Vocabulary vocabulary({"<pad>", "<start>", "<end>", "<unk>", "a", "b", "<begin:x>"});
  const EncodedCaptions captions(
      corpus, vocabulary,
      EncodingOptions{.equal_images = true, .ranges = {{.end = 1}, {.end = 2, .begin = 6}}});
  BatchSampler sampler(captions.lengths(), {.batch = 3});
  CaptionBatch batch;
  sampler.next(&batch);
  BatchPacker packer(vocabulary.size());
  packer.assign(batch, captions);
  PackedBatch packed;
  packer.finish(batch, Device::cpu(), &packed);
  const std::vector<int32_t> words = packed.words.to_host<int32_t>();
  const std::vector<uint64_t> keys = packed.row_key.to_host<uint64_t>();
  ASSERT_EQ(packed.row_weight.size(), words.size());
  for (size_t n = 0; n < words.size(); ++n) {
    const uint64_t caption = keys[n] >> 16U;
    EXPECT_EQ(packed.row_weight[n], captions.weight(caption));
    if ((keys[n] & 0xFFFFU) != 0) continue;
    EXPECT_EQ(words[n], caption == 2 ? 6 : Vocabulary::kStart);
  }
  EXPECT_EQ(packed.counted, 7) << "words, not weights";
  const EncodedCaptions plain(corpus, vocabulary);
  packer.assign(batch, plain);
  packer.finish(batch, Device::cpu(), &packed);
  EXPECT_TRUE(packed.row_weight.empty());
  EXPECT_FALSE(weights_of_rows(packed.row_weight, DType::kFloat32, Device::cpu()));
}

}  // namespace
}  // namespace storyteller::packed_batch_test
