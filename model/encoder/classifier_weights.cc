#include "model/encoder/classifier_weights.h"

#include "core/error.h"
#include "core/serialization/finite.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

constexpr std::string_view kWeight = ".weight";

std::vector<float> values(const WeightsFile& file, const std::string& name, int64_t count) {
  std::vector<float> x(static_cast<size_t>(count));
  file.read_float(name, x);
  return x;
}

void take(const std::vector<float>& values, const Tensor& to) {
  to.copy_from(Tensor::from(to.shape(), values, to.device()));
}

}  // namespace

std::optional<ClassifierWeights> find_classifier(const WeightsFile& file, int64_t width) {
  std::optional<ClassifierWeights> found;
  for (const WeightTensor& tensor : file.tensors()) {
    if (!tensor.name.ends_with(kWeight) || tensor.shape.size() != 2) continue;
    const int64_t classes = tensor.shape[0];
    const std::string name = tensor.name.substr(0, tensor.name.size() - kWeight.size());
    if ((classes != 1000 && classes != 1001) || tensor.shape[1] != width) continue;
    if (!file.contains(name + ".bias")) continue;
    if (file.find(name + ".bias").shape != std::vector<int64_t>{classes}) continue;
    if (found) return std::nullopt;
    found = ClassifierWeights{.name = name,
                              .classes = classes,
                              .weight = values(file, tensor.name, classes * width),
                              .bias = values(file, name + ".bias", classes)};
  }
  return found;
}

void take_classifier(const ClassifierWeights& classifier, const std::string& file,
                     Parameters& parameters) {
  if (count_not_finite(classifier.weight) + count_not_finite(classifier.bias) > 0) {
    throw ModelError(file + ": values of '" + printable(classifier.name) +
                     "' are not finite; use another copy of the file");
  }
  take(classifier.weight, parameters.value(parameters.find("classifier.weight")));
  take(classifier.bias, parameters.value(parameters.find("classifier.bias")));
  parameters.bump_version();
}

}  // namespace storyteller
