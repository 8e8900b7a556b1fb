#include "model/encoder_inputs.h"

#include <algorithm>
#include <cstdint>

#include "model/image/preprocess.h"

namespace storyteller {
namespace {

/// On a processor more at once gain nothing; what the first layers write of sixteen takes some 200
/// MB, and blocks of that size stay with the pool, for every size of batch others.
constexpr int64_t kEncodedTogether = 4;

/// By encoder `number`.
Tensor encoded_by(Captioner& encoder, size_t number,
                  std::span<const EncoderInputs* const> pictures) {
  const Preprocessing& preprocessing = encoder.preprocessing();
  const auto count = static_cast<int64_t>(pictures.size());
  const int64_t together = encoder.device().is_cpu() ? kEncodedTogether : count;
  Tensor features;
  for (int64_t begin = 0; begin < count; begin += together) {
    const int64_t rows = std::min(together, count - begin);
    const Tensor input = Tensor::empty({rows, preprocessing.height, preprocessing.width, 3},
                                       DType::kFloat32, Device::cpu());
    auto* to = input.data<float>();
    for (int64_t row = begin; row < begin + rows; ++row) {
      const std::vector<float>& one = (*pictures[static_cast<size_t>(row)])[number];
      to = std::copy(one.begin(), one.end(), to);
    }
    Tensor some = encoder.encode_input(input);
    if (rows == count) return some;
    if (!features) {
      features = Tensor::empty(some.shape().with_rows(count), some.dtype(), some.device());
    }
    features.row_range(begin, rows).copy_from(some);
  }
  return features;
}

}  // namespace

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
    features.push_back(encoded_by(*models.encoders()[e], e, pictures));
  }
  return features;
}

}  // namespace storyteller
