#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/serialization/safetensors.h"
#include "model/decoder/decoder.h"
#include "train/batches/packed_batch.h"

namespace storyteller {

/// Where one of our parameters lies inside a weight of the exchange format, which joins all that is
/// multiplied with the hidden state (see tests/goldens/make_decoder_goldens.py).
struct ExchangedWeight {
  std::string ours, theirs;
  int64_t first_row = 0;
};

inline std::vector<ExchangedWeight> exchanged_weights(const DecoderOptions& options) {
  const int64_t A = options.attention;
  const int64_t G = options.gate == ContextGate::kVector ? options.feature_width : 1;
  std::vector<ExchangedWeight> weights = {
      {"decoder.embedding.weight", "decoder.embedding.weight"},
      {"decoder.initial.hidden.weight", "decoder.initial_hidden.weight"},
      {"decoder.initial.hidden.bias", "decoder.initial_hidden.bias"},
      {"decoder.initial.cell.weight", "decoder.initial_cell.weight"},
      {"decoder.initial.cell.bias", "decoder.initial_cell.bias"},
      {"decoder.attention.key.weight", "decoder.key.weight"},
      {"decoder.attention.key.bias", "decoder.key.bias"},
      {"decoder.attention.score.weight", "decoder.score.weight"},
      {"decoder.attention.query.weight", "decoder.from_hidden.weight"},
      {"decoder.attention.query.bias", "decoder.from_hidden.bias"},
      {"decoder.attention.gate.weight", "decoder.from_hidden.weight", A},
      {"decoder.attention.gate.bias", "decoder.from_hidden.bias", A},
      {"decoder.lstm.hidden.weight", "decoder.from_hidden.weight", A + G},
      {"decoder.lstm.bias", "decoder.from_hidden.bias", A + G},
      {"decoder.lstm.word.weight", "decoder.from_word.weight"},
      {"decoder.lstm.context.weight", "decoder.from_context.weight"},
      {"decoder.output.weight", "decoder.output.weight"},
      {"decoder.output.bias", "decoder.output.bias"}};
  if (options.query == AttentionQuery::kHiddenAndWord) {
    weights.push_back({"decoder.attention.query.word.weight", "decoder.query_word.weight"});
  }
  if (options.output == OutputLayer::kSum) {
    weights.push_back({"decoder.output.context.weight", "decoder.output_context.weight"});
  }
  return weights;
}

/// All elements of a tensor of the file as double.
inline std::vector<double> all_of(const SafetensorsFile& file, const std::string& name) {
  std::vector<double> values(static_cast<size_t>(element_count(file.find(name).shape)));
  file.read_double(name, values);
  return values;
}

/// The elements of `prefix` + theirs that belong to one of our parameters of `shape`.
inline std::vector<double> part_of(const SafetensorsFile& file, const std::string& prefix,
                                   const ExchangedWeight& weight, const Shape& shape) {
  const std::vector<double> all = all_of(file, prefix + weight.theirs);
  const int64_t begin = weight.first_row * shape.row_elements();
  return {all.begin() + begin, all.begin() + begin + shape.elements()};
}

inline void copy_to(const Tensor& tensor, const std::vector<double>& values) {
  if (tensor.dtype() == DType::kFloat64) {
    tensor.copy_from_host(values.data());
  } else {
    const std::vector<float> single(values.begin(), values.end());
    tensor.copy_from_host(single.data());
  }
}

inline std::vector<double> to_double(const Tensor& tensor) {
  if (tensor.dtype() == DType::kFloat64) return tensor.to_host<double>();
  const auto single = tensor.to_host<float>();
  return {single.begin(), single.end()};
}

/// |ours - theirs| / |theirs|, Euclidean.
inline double relative_error(const std::vector<double>& ours, const std::vector<double>& theirs) {
  double difference = 0, norm = 0;
  for (size_t i = 0; i < theirs.size(); ++i) {
    difference += (ours[i] - theirs[i]) * (ours[i] - theirs[i]);
    norm += theirs[i] * theirs[i];
  }
  if (ours.size() != theirs.size()) return INFINITY;
  return norm == 0 ? std::sqrt(difference) : std::sqrt(difference / norm);
}

/// Rows [first, first + count) of an exchange file as a batch: captions (B,T+1) int, lengths (B)
/// falling within them, image (B) in [0, images).
inline PackedBatch batch_of(const SafetensorsFile& file, int64_t images, Device device,
                            int64_t first, int64_t count) {
  const auto read = [&](const char* name) {
    std::vector<int64_t> values(static_cast<size_t>(element_count(file.find(name).shape)));
    file.read_int64(name, values);
    return values;
  };
  const auto captions = read("input.captions"), lengths = read("input.lengths"),
             image = read("input.image");
  const int64_t width = file.find("input.captions").shape[1];
  PackedBatch batch;
  std::vector<int32_t> words, targets;
  std::vector<uint64_t> row_key;
  batch.offset = {0};
  for (int64_t t = 0; t < lengths[first]; ++t) {
    for (int64_t b = 0; b < count && lengths[first + b] > t; ++b) {
      words.push_back(static_cast<int32_t>(captions[(first + b) * width + t]));
      targets.push_back(static_cast<int32_t>(captions[(first + b) * width + t + 1]));
      row_key.push_back(static_cast<uint64_t>(first + b) << 16 | static_cast<uint64_t>(t));
    }
    batch.offset.push_back(static_cast<int64_t>(words.size()));
  }
  const auto N = static_cast<int64_t>(words.size());
  batch.counted = static_cast<double>(N);
  batch.words = Tensor::from({N}, words, device);
  batch.targets = Tensor::from({N}, targets, device);
  batch.row_key = Tensor::from({N}, row_key, device);
  batch.map = make_row_map({image.begin() + first, image.begin() + first + count}, images, device);
  return batch;
}

/// All rows of the file as one batch.
inline PackedBatch batch_of(const SafetensorsFile& file, int64_t images, Device device) {
  return batch_of(file, images, device, 0, file.find("input.lengths").shape[0]);
}

}  // namespace storyteller
