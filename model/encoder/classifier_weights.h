#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "core/serialization/weights_file.h"

namespace storyteller {

/// The linear map from the mean of an encoder's features to the classes of ImageNet, with which it
/// was pretrained.
struct ClassifierWeights {
  std::string name;  ///< of the layer in its file: "classifier.1"
  int64_t classes = 0;
  std::vector<float> weight, bias;  ///< (classes,D), (classes)
};

/// That of a file: the one layer whose weight is (1000 or 1001, width) and whose bias goes with it.
/// Nothing where there is none, or more than one.
std::optional<ClassifierWeights> find_classifier(const WeightsFile& file, int64_t width);

/// Writes it to "classifier.weight" and "classifier.bias", which Concepts declared. Throws
/// ModelError naming `file` where a value is not finite.
void take_classifier(const ClassifierWeights& classifier, const std::string& file,
                     Parameters& parameters);

}  // namespace storyteller
