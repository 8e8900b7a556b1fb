#include "train/session/task_data.h"

#include "core/error.h"
#include "model/model_file.h"
#include "train/vqa/answer_targets.h"

namespace storyteller {

void require_data_for(Task task, const SplitData& data) {
  if ((task == Task::kVqa) == data.dataset->asks()) return;
  if (task == Task::kCaption) {
    throw UsageError(
        "`data` asks questions, and the task is caption; leave out the setting task, or name data "
        "with captions");
  }
  throw UsageError(data.joined() != nullptr
                       ? "`data`: questions of one data set are learned at a time; name one"
                       : "`data` asks no questions, which task=vqa needs; name easy-vqa:DIR, "
                         "vqa:DIR or made:FORMAT:PATH, which makes questions of captions");
}

Answers answers_for(Task task, const SafetensorsFile* model, const SplitData& data, int64_t most) {
  if (task != Task::kVqa) return {};
  if (model != nullptr) {
    require_task(*model, task);
    return answers_of(*model);
  }
  return choose_answers(*data.dataset, static_cast<size_t>(most));
}

}  // namespace storyteller
