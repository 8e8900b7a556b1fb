#include "train/objectives/rollout.h"

#include <algorithm>
#include <utility>

#include "core/random_stream.h"
#include "model/vocabulary.h"
#include "train/objectives/row_values.h"

namespace storyteller {
namespace {

// Sites of random numbers; see philox_key.
constexpr uint64_t kDrawSite = 0x726F6C6C, kCoinSite = 0x636F696E;

/// Keys of rows are a caption and a position below 2^16; these captions are none of a data set's.
constexpr uint64_t kDrawn = uint64_t{1} << 46U;
constexpr uint64_t kMostPerImage = 1024;

/// Captions that go on, and what the next step reads of each.
struct LiveCaptions {
  std::vector<size_t> captions;
  std::vector<int32_t> words, images;
  std::vector<uint64_t> keys;

  void find(const std::vector<DrawnCaption>& all, size_t most_words) {
    captions.clear(), words.clear(), images.clear(), keys.clear();
    for (size_t c = 0; c < all.size(); ++c) {
      const DrawnCaption& caption = all[c];
      if (caption.finished || caption.words.size() >= most_words) continue;
      captions.push_back(c);
      words.push_back(caption.words.empty() ? caption.begin : caption.words.back());
      images.push_back(static_cast<int32_t>(caption.image));
      keys.push_back(caption.key << 16U | caption.words.size());
    }
  }
};

}  // namespace

Rollout::Rollout(Decoder& decoder, As as, std::span<const CaptionRange> ranges)
    : decoder_(decoder),
      ranges_(ranges.begin(), ranges.end()),
      tape_(as == As::kTraining ? Tape::Mode::kTrain : Tape::Mode::kInfer) {}

std::vector<DrawnCaption> Rollout::none_said_yet(std::span<const size_t> images, int count,
                                                 std::span<const size_t> left_out) const {
  std::vector<DrawnCaption> captions;
  captions.reserve(images.size() * static_cast<size_t>(count));
  for (size_t i = 0; i < images.size(); ++i) {
    if (std::ranges::find(left_out, i) != left_out.end()) continue;
    for (int n = 0; n < count; ++n) {
      captions.push_back(
          {.image = i,
           .key = kDrawn | (uint64_t{images[i]} * kMostPerImage + static_cast<uint64_t>(n)),
           .words = {},
           .begin = range_of(ranges_, images[i]).begin});
    }
  }
  return captions;
}

void Rollout::start(const Tensor& features, RowMap map, const DropoutSite& site) {
  tape_.reset();
  map_ = std::move(map);
  site_ = site;
  device_ = features.device();
  memory_ = decoder_.prepare(tape_, Var(features));
  state_ = decoder_.initial_state(tape_, memory_, map_);
}

/// Logits of the word that follows each row's.
Tensor Rollout::say(const std::vector<int32_t>& words, const std::vector<uint64_t>& keys) {
  offset_ = {0, std::ssize(words)};
  word_ = Tensor::from({std::ssize(words)}, words, device_);
  row_key_ = Tensor::from({std::ssize(keys)}, keys, device_);
  site_.row_key = row_key_.data<uint64_t>();
  decoder_.begin(tape_, *loop_, memory_, map_, {offset_.data(), 1}, word_, site_);
  state_ = decoder_.step(tape_, *loop_, 0, state_);
  return decoder_.logits(tape_, *loop_).value();
}

std::vector<DrawnCaption> Rollout::speak(const Tensor& features, std::vector<DrawnCaption> captions,
                                         int most_words, double temperature,
                                         const DropoutSite& site) {
  const int64_t images = features.size(0);
  const uint64_t key = philox_key(site.seed, site.step, kDrawSite);
  LiveCaptions live;
  live.find(captions, static_cast<size_t>(most_words));
  start(features, make_row_map(live.images, images, features.device()), site);
  while (!live.captions.empty()) {
    const Tensor logits = say(live.words, live.keys);
    const SampledWords drawn =
        sample_step(logits, decoder_.vocabulary(), row_key_, key, temperature);
    const std::vector<int32_t> words = drawn.word.to_host<int32_t>();
    const std::vector<double> log_probability = from_rows(drawn.log_probability);
    std::vector<int32_t> parents;
    for (size_t row = 0; row < words.size(); ++row) {
      DrawnCaption& caption = captions[live.captions[row]];
      caption.words.push_back(words[row]);
      caption.log_probability += log_probability[row];
      caption.finished = words[row] == Vocabulary::kEnd;
      const bool goes_on = !caption.finished && std::ssize(caption.words) < most_words;
      if (goes_on) parents.push_back(static_cast<int32_t>(row));
    }
    live.find(captions, static_cast<size_t>(most_words));
    if (parents.size() == words.size() || parents.empty()) continue;
    state_ = Decoder::gather(tape_, state_, Tensor::from({std::ssize(parents)}, parents, device_));
    map_ = make_row_map(live.images, images, device_);
  }
  return captions;
}

std::vector<DrawnCaption> Rollout::draw(const Tensor& features, std::span<const size_t> images,
                                        int count, int most_words, const DropoutSite& site,
                                        std::span<const size_t> left_out) {
  return speak(features, none_said_yet(images, count, left_out), most_words, 1, site);
}

std::vector<DrawnCaption> Rollout::greedy(const Tensor& features, std::span<const size_t> images,
                                          int most_words, const DropoutSite& site,
                                          std::span<const size_t> left_out) {
  return speak(features, none_said_yet(images, 1, left_out), most_words, 0, site);
}

void Rollout::mix(const Tensor& features, double probability, const DropoutSite& site,
                  PackedBatch* batch) {
  const StepRows rows = batch->rows();
  const uint64_t coin = philox_key(site.seed, site.step, kCoinSite),
                 key = philox_key(site.seed, site.step, kDrawSite);
  std::vector<int32_t> read = batch->words.to_host<int32_t>();
  const std::vector<uint64_t> keys = batch->row_key.to_host<uint64_t>();
  start(features, batch->map, site);
  for (int64_t t = 0; t + 1 < rows.steps; ++t) {
    const auto begin = rows.begin(t), end = begin + rows.count(t);
    const Tensor logits =
        say({read.begin() + begin, read.begin() + end}, {keys.begin() + begin, keys.begin() + end});
    const std::vector<int32_t> drawn =
        sample_step(logits, decoder_.vocabulary(), row_key_, key, 1).word.to_host<int32_t>();
    for (int64_t row = 0; row < rows.count(t + 1); ++row) {
      const auto n = static_cast<size_t>(rows.begin(t + 1) + row);
      if (uniform01(philox(coin, 0, keys[n])[0]) < probability) {
        read[n] = drawn[static_cast<size_t>(row)];
      }
    }
  }
  batch->words = Tensor::from({std::ssize(read)}, read, features.device());
}

}  // namespace storyteller
