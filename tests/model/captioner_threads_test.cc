// One captioner, many threads: each call gives what it gives alone, to the bit.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "core/system/threads.h"
#include "model/captioner.h"

namespace storyteller::captioner_threads_test {
namespace {

constexpr size_t kThreads = 8, kRounds = 6;

Vocabulary some_words() {
  std::vector<std::string> words = {"<pad>", "<start>", "<end>", "<unk>"};
  for (int i = 0; i < 60; ++i) words.push_back("word" + std::to_string(i));
  return Vocabulary(std::move(words));
}

std::vector<Image> noise(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Image> images;
  for (size_t i = 0; i < count; ++i) {
    Image image = solid_image(96, 96, {0, 0, 0});
    for (uint8_t& byte : image.rgb) byte = static_cast<uint8_t>(random());
    images.push_back(std::move(image));
  }
  return images;
}

struct Answer {
  std::vector<std::vector<int>> words;
  std::vector<double> log_probabilities;
  bool operator==(const Answer&) const = default;
};

Answer answer(Captioner& captioner, const std::vector<Image>& images) {
  Answer out;
  SearchOptions search;
  search.beam = 3;
  search.max_words = 8;
  for (Caption& caption : captioner.caption(images, search)) {
    out.words.push_back(std::move(caption.words));
    out.log_probabilities.push_back(caption.log_probability);
  }
  return out;
}

void expect_every_thread_to_be_right(const std::string& encoder) {
  set_threads(2);
  ModelOptions options;
  options.encoder = encoder;
  options.decoder.hidden = options.decoder.embedding = options.decoder.attention = 32;
  options.encoder_choices.side = encoder == "resnet18" ? 64 : 0;
  const Vocabulary words = some_words();
  // Sizes of batches differ, so that what is kept between calls changes all the time.
  std::vector<std::vector<Image>> batches;
  for (size_t t = 0; t < kThreads; ++t) {
    batches.push_back(noise(1 + t % 3, static_cast<uint32_t>(t)));
  }
  std::vector<Answer> alone;
  for (const auto& images : batches) {
    Captioner captioner(options, words, Device::cpu(), 1, false);
    alone.push_back(answer(captioner, images));
  }

  Captioner shared(options, words, Device::cpu(), 1, false);
  std::vector<int> right(kThreads, 0);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < kRounds; ++i) right[t] += answer(shared, batches[t]) == alone[t];
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t t = 0; t < kThreads; ++t) EXPECT_EQ(right[t], kRounds) << "thread " << t;
}

// In a thread of their own, so that the other tests of this program keep their settings.
TEST(CaptionerThreads, OfAnEncoderTrainedFromScratchGetTheBitsOfOne) {
  std::thread([] { expect_every_thread_to_be_right("scene_cnn"); }).join();
}

TEST(CaptionerThreads, OfAPretrainedNetworkGetTheBitsOfOne) {
  std::thread([] { expect_every_thread_to_be_right("resnet18"); }).join();
}

}  // namespace
}  // namespace storyteller::captioner_threads_test
