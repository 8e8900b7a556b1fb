#include "tools/apps/speak/sight.h"

#include <algorithm>
#include <array>

#include "model/confidence/signals.h"
#include "model/image/preprocess.h"

namespace storyteller::speak {

Look ModelSight::look(const Image& image) {
  Look look;
  for (Captioner* encoder : captioning_.models.encoders()) {
    look.features.push_back(encoder->encode(std::span(&image, 1)));
  }
  const Tensor& first = look.features.front();
  const std::vector<float> values = to_host_float(first);
  look.pooled = pooled(values, static_cast<std::size_t>(first.size(1)),
                       static_cast<std::size_t>(first.size(2)))
                    .mean;
  return look;
}

Told ModelSight::tell(const Look& look, std::uint64_t number) {
  const std::array<std::uint64_t, 1> numbers = {number};
  Description description = std::move(describe(captioning_, look.features, numbers).front());
  Told told;
  told.caption = std::move(description.captions.front());
  told.words = captioning_.models.vocabulary().decode(told.caption.words);
  told.sentence = captioning_.models.vocabulary().sentence(told.caption.words);
  told.assessment = description.assessment;
  return told;
}

DecodeOptions ModelSight::decoding() const {
  DecodeOptions options{.note_blank = true};
  for (const Captioner* encoder : captioning_.models.encoders()) {
    options.min_side = std::max(options.min_side, sufficient_min_side(encoder->preprocessing()));
  }
  return options;
}

}  // namespace storyteller::speak
