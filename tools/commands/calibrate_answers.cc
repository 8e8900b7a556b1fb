#include "tools/commands/calibrate_answers.h"

#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "core/system/signals.h"
#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "model/captioner.h"
#include "tools/cli/progress.h"
#include "tools/commands/preparation_progress.h"
#include "tools/commands/score_rows.h"
#include "train/features/split_data.h"

namespace storyteller {
namespace {

/// The same model with it in its metadata.
void write_with(const SafetensorsFile& model, const AnswerConfidence& confidence,
                const std::string& out) {
  SafetensorsWriter writer;
  writer.add_all(model);
  writer.set_metadata(kAnswerConfidenceKey, to_json(confidence));
  writer.write(out);
}

}  // namespace

int calibrate_answers_command(const SafetensorsFile& model,
                              const AnswerCalibrationArguments& arguments, Device device) {
  if (arguments.data.size() != 1) {
    throw UsageError("--data: a model that answers questions is calibrated on one set; name one");
  }
  const MaxBad max_bad{.share = arguments.max_bad};
  const auto captioner = Captioner::load(model.file(), device, false, DType::kFloat32, Task::kVqa);
  SplitData data(arguments.data.front(), parse_split(arguments.split), max_bad);
  Progress progress(std::cerr, ProgressStyle::detect(2));
  BadPictures bad(max_bad.of(data.dataset->size() + data.dataset->skipped().count()));
  bad.record_all(data.dataset->skipped());
  data.prepare_features(*captioner, arguments.cache, observe_preparation(progress), bad);
  const std::vector<GivenAnswer> given = answer_split(*captioner, data, bad, [](size_t, size_t) {
    if (stop_requested()) throw Stopped();
  });
  progress.finish();
  AnswerConfidence confidence =
      calibrate_answers(*data.dataset, captioner->answers(), given, arguments.grades);
  confidence.fitted.data = arguments.name;
  confidence.fitted.split = arguments.split;
  write_with(model, confidence, arguments.out);
  const auto& fitted = confidence.fitted;
  if (arguments.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::parse(to_json(confidence));
    json["out"] = arguments.out;
    std::cout << json_line(json);
    return 0;
  }
  print_rows(std::cout,
             {{"questions", grouped(fitted.questions), ""},
              {"right", decimal(fitted.right, 3), "of the best answers"},
              {"AUROC", decimal(fitted.auroc, 3), "right answers against wrong ones"},
              {"calibration error", decimal(fitted.error, 3), ""},
              {"sure from", confidence.sure ? decimal(*confidence.sure, 3) : "never", ""},
              {"likely from", decimal(confidence.likely, 3), ""}});
  std::cout << arguments.out << '\n';
  return 0;
}

}  // namespace storyteller
