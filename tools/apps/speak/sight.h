#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/tensor.h"
#include "model/captioning.h"
#include "model/image/decode.h"
#include "model/image/image.h"

namespace storyteller::speak {

/// What the encoders see in a picture.
struct Look {
  std::vector<float> pooled;     ///< (D) features of the first encoder, mean over the regions
  std::vector<Tensor> features;  ///< [encoder] (1,L,D)
};

/// What the decoder says of it.
struct Told {
  Caption caption;
  std::string sentence;            ///< as the model says it
  std::vector<std::string> words;  ///< of that
  Assessment assessment;
};

/// Looks at pictures and tells what they show: two steps, as most frames of a stream need the first
/// alone. An interface, so that what is said when can be tried without a network.
class Sight {
 public:
  virtual ~Sight() = default;
  virtual Look look(const Image& image) = 0;
  /// `number` of the picture among those that are told, from 0.
  virtual Told tell(const Look& look, std::uint64_t number) = 0;

 protected:
  Sight() = default;
  Sight(const Sight&) = default;
  Sight& operator=(const Sight&) = default;
};

/// By captioners.
class ModelSight : public Sight {
 public:
  explicit ModelSight(Captioning captioning) : captioning_(std::move(captioning)) {}

  Look look(const Image& image) override;
  Told tell(const Look& look, std::uint64_t number) override;
  /// How pictures are decoded for these encoders.
  DecodeOptions decoding() const;

 private:
  Captioning captioning_;
};

}  // namespace storyteller::speak
