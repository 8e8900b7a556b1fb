#include "model/encoder_inputs.h"

#include <algorithm>
#include <cstdint>

#include "model/image/preprocess.h"

namespace storyteller {

int sufficient_min_side(const Ensemble& models) {
  int seen = 0;
  for (const Captioner* encoder : models.encoders()) {
    seen = std::max(seen, sufficient_min_side(encoder->preprocessing()));
  }
  return seen;
}

EncoderInputs encoder_inputs(const Ensemble& models, const Image& image) {
  EncoderInputs inputs;
  for (const Captioner* encoder : models.encoders()) {
    const Preprocessing& preprocessing = encoder->preprocessing();
    std::vector<float>& input = inputs.emplace_back();
    input.resize(size_t{3} * static_cast<size_t>(preprocessing.width) *
                 static_cast<size_t>(preprocessing.height));
    preprocess(image, preprocessing, input.data());
  }
  return inputs;
}

std::vector<Tensor> encoded(const Ensemble& models,
                            std::span<const EncoderInputs* const> pictures) {
  std::vector<Tensor> features;
  for (size_t e = 0; e < models.encoders().size(); ++e) {
    Captioner& encoder = *models.encoders()[e];
    const Preprocessing& preprocessing = encoder.preprocessing();
    const Tensor input = Tensor::empty(
        {static_cast<int64_t>(pictures.size()), preprocessing.height, preprocessing.width, 3},
        DType::kFloat32, Device::cpu());
    auto* to = input.data<float>();
    for (const EncoderInputs* picture : pictures) {
      to = std::copy((*picture)[e].begin(), (*picture)[e].end(), to);
    }
    features.push_back(encoder.encode_input(input));
  }
  return features;
}

}  // namespace storyteller
