#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/ops/ops.h"

namespace storyteller {

/// One step of a classifier. It reads values by their number: 0 is the picture, i + 1 what step i
/// made. Pictures are NHWC; what has no rows and columns is a picture of one pixel.
struct ClassifierStep {
  enum class Kind : std::uint8_t {
    kConvolution,  ///< relu(input * weight + bias [+ other])
    kMaxPool,
    kMeanPool,
    kGlobalMean,  ///< over all pixels
    kAdd,         ///< relu(input + other)
    kRelu,
    kLinear,   ///< of one pixel: input · weightᵀ + bias
    kSoftmax,  ///< of one pixel; the last step, and no other, is one
  };
  static constexpr int kNone = -1;

  Kind kind = Kind::kConvolution;
  int input = 0;
  int other = kNone;
  Window window = {.height = 1, .width = 1};  ///< of a convolution and a pooling
  std::int64_t groups = 1;                    ///< of a convolution
  bool relu = false;                          ///< of a convolution and kAdd
  bool ceil_mode = false;                     ///< of a pooling, as core/ops/ops.h has it
  bool count_padding = false;                 ///< of kMeanPool
};

/// Numbers of a convolution, (O, C/groups, height, width), or of kLinear, (N, K).
struct StepWeights {
  std::vector<std::int64_t> shape = {};
  std::vector<float> weight = {}, bias = {};  ///< bias (O) or (N)
};

/// Size of a value.
struct PictureShape {
  std::int64_t height = 1, width = 1, channels = 0;

  bool is_pixel() const { return height == 1 && width == 1; }
  std::string text() const;  ///< "7 x 7 x 1024"
  bool operator==(const PictureShape&) const = default;
};

/// A network that tells classes of pictures apart: steps in order, each with its weights, which are
/// empty where it has none.
struct ClassifierNetwork {
  PictureShape input = {};
  std::vector<ClassifierStep> steps = {};
  std::vector<StepWeights> weights = {};

  /// Sizes of all values. Throws ModelError, "WHO: step 3 (add): ...", for whatever cannot be
  /// computed: then, and only then, a run could fail.
  std::vector<PictureShape> shapes(const std::string& who) const;
};

/// Values of a classifier for one picture, all together.
inline constexpr std::int64_t kMaxClassifierValues = std::int64_t{1} << 26U;
inline constexpr std::int64_t kMinClassifierSide = 8, kMaxClassifierSide = 1024;

/// What is wrong with an input of this size; "" where nothing is.
std::string input_problem(const PictureShape& input);

/// What is wrong with a step whose inputs have these sizes; "" and its size where nothing is. Looks
/// at neither order nor kind of the others.
std::string step_problem(const ClassifierStep& step, std::span<const PictureShape> values,
                         const StepWeights& weights, PictureShape* out);

/// "convolution", "max_pool", ...
std::string_view name_of(ClassifierStep::Kind kind);

nlohmann::ordered_json steps_json(std::span<const ClassifierStep> steps);
/// Throws ModelError that begins with `who`.
std::vector<ClassifierStep> steps_of_json(const nlohmann::json& json, const std::string& who);

}  // namespace storyteller
