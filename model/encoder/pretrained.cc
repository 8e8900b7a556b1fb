#include "model/encoder/pretrained.h"

#include <algorithm>

#include "core/error.h"
#include "core/serialization/finite.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

/// Counts values that are wrong in the same way, and keeps the first tensor that has any.
struct Wrong {
  std::size_t values = 0, tensors = 0, in_first = 0, size_of_first = 0;
  std::string first;

  void add(const std::string& name, std::size_t count, std::size_t size) {
    if (count == 0) return;
    if (tensors == 0) {
      first = name;
      in_first = count;
      size_of_first = size;
    }
    values += count;
    ++tensors;
  }
  /// "12 values in 2 tensors"
  std::string amount() const {
    return counted(values, "value in ", "values in ") + counted(tensors, "tensor", "tensors");
  }
  /// "'conv1.weight' (3 of 64)"
  std::string example() const {
    return "'" + printable(first) + "' (" + std::to_string(in_first) + " of " +
           std::to_string(size_of_first) + ")";
  }
};

class Reader {
 public:
  explicit Reader(const WeightsFile& file) : file_(file) {}

  EncoderWeights::Tensor read(const EncoderFit::Match& match) {
    file_.require_shape(match.file_name, match.shape);
    EncoderWeights::Tensor tensor{
        .name = match.name,
        .shape = match.shape,
        .values = std::vector<float>(static_cast<std::size_t>(element_count(match.shape)))};
    file_.read_float(match.file_name, tensor.values);
    const std::size_t size = tensor.values.size();
    const auto count = [&](auto is_wrong) {
      return static_cast<std::size_t>(
          std::count_if(tensor.values.begin(), tensor.values.end(), is_wrong));
    };
    not_finite_.add(match.file_name, count_not_finite(tensor.values), size);
    if (match.name.ends_with("running_var")) {
      negative_.add(match.file_name, count([](float x) { return x < 0; }), size);
    }
    if (match.shape.size() == 4) {
      ++convolutions_;
      const std::size_t zeros = count([](float x) { return x == 0; });
      if (zeros == size) zero_.add(match.file_name, zeros, size);
    }
    return tensor;
  }

  void require_usable() const {
    if (not_finite_.tensors > 0) {
      throw ModelError(file_.file() + ": " + not_finite_.amount() +
                       " are not finite (NaN, infinite or beyond float32), such as " +
                       not_finite_.example() +
                       "; use another copy of the file, or weights from before training failed");
    }
    if (negative_.tensors > 0) {
      throw ModelError(file_.file() + ": " + negative_.amount() +
                       " are negative where they are variances, such as " + negative_.example() +
                       "; use another copy of the file");
    }
  }

  std::vector<std::string> warnings() const {
    if (zero_.tensors == 0) return {};
    return {file_.file() + ": " +
            (zero_.tensors == convolutions_
                 ? "the weights of all " + std::to_string(convolutions_) + " convolutions are 0"
                 : std::to_string(zero_.tensors) + " of " + std::to_string(convolutions_) +
                       " convolutions have no weight but 0, such as '" + printable(zero_.first) +
                       "'") +
            ": was it saved before it was trained?"};
  }

 private:
  const WeightsFile& file_;
  Wrong not_finite_, negative_, zero_;
  std::size_t convolutions_ = 0;
};

}  // namespace

EncoderWeights read_encoder_weights(const WeightsFile& file, const EncoderFit& fit) {
  Reader reader(file);
  EncoderWeights weights;
  for (const EncoderFit::Match& match : fit.matches) weights.tensors.push_back(reader.read(match));
  for (const EncoderFit::Match& match : fit.biases) weights.biases.push_back(reader.read(match));
  reader.require_usable();
  weights.warnings = reader.warnings();
  return weights;
}

}  // namespace storyteller
