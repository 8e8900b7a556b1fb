#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/device.h"
#include "core/serialization/onnx.h"
#include "core/serialization/stored_type.h"
#include "model/classifier/network.h"
#include "model/image/image.h"

namespace storyteller {

/// Writes the input of an imported classifier, (height, width, 3) of `input`, as Yahoo's open_nsfw
/// wants it: the picture is stretched to 8/7 of the sides, written as a JPEG of quality 75 and read
/// again, which the scores depend on (by up to .17 of the 30 photographs that were tried), then its
/// middle is taken: blue, green, red, less their means.
void classifier_input(const Image& image, const PictureShape& input, float* out);

/// Writes the classifier of an ONNX graph as a safetensors file, atomically; type: kF32, kF16 or
/// kBF16. Throws ModelError as network_of() does, IoError where the disk refuses.
void import_classifier(const OnnxModel& model, StoredType type, const std::filesystem::path& out);

/// Tells classes of pictures apart: what import_classifier() wrote, ready to run.
class PictureClassifier {
 public:
  /// Throws ModelError where the file is no classifier, or damaged.
  static std::unique_ptr<PictureClassifier> load(const std::filesystem::path& path, Device device);
  ~PictureClassifier();
  PictureClassifier(const PictureClassifier&) = delete;
  PictureClassifier& operator=(const PictureClassifier&) = delete;

  /// Hex digits that name the file's content.
  const std::string& checksum() const { return checksum_; }
  int classes() const { return static_cast<int>(classes_); }
  /// Floats of one picture's input.
  std::int64_t input_size() const;
  /// DecodeOptions::min_side that is enough.
  int min_side() const;

  /// Writes a picture's input, (height, width, 3); several threads may.
  void prepare(const Image& image, float* out) const;
  /// Inputs of `count` >= 1 pictures, one behind the other -> probabilities (count, classes), which
  /// do not depend on what is beside a picture but for rounding.
  std::vector<float> probabilities(std::span<const float> inputs, std::int64_t count);

 private:
  struct Running;
  PictureClassifier(ClassifierNetwork network, std::string checksum, Device device,
                    const std::string& who);

  PictureShape input_;
  std::string checksum_;
  std::int64_t classes_ = 0;
  std::unique_ptr<Running> running_;
};

}  // namespace storyteller
