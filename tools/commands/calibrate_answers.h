#pragma once

#include <string>
#include <vector>

#include "core/device.h"
#include "core/serialization/safetensors.h"
#include "train/vqa/answer_calibration.h"

namespace storyteller {

/// `calibrate` of a model that answers questions.
struct AnswerCalibrationArguments {
  std::vector<std::string> data;  ///< one specification
  std::string name, split, cache, out;
  AnswerGrades grades;
  bool json = false;
  double max_bad = 0;
};

/// Fits how sure the model may be on the questions of a split and writes the model with it.
int calibrate_answers_command(const SafetensorsFile& model,
                              const AnswerCalibrationArguments& arguments, Device device);

}  // namespace storyteller
