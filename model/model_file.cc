#include "model/model_file.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace storyteller {
namespace {

constexpr const char* kFormatKey = "storyteller.format";
constexpr const char* kOptionsKey = "storyteller.model";
constexpr const char* kVocabularyKey = "storyteller.vocabulary";
constexpr const char* kPreprocessingKey = "storyteller.preprocessing";
constexpr const char* kConceptsKey = "storyteller.concepts";
constexpr const char* kAnswersKey = "storyteller.answers";

void check_format(const SafetensorsFile& file) {
  if (!file.metadata().contains(kFormatKey)) {
    throw ModelError(file.file() +
                     ": these are weights, not a model of storyteller (no 'storyteller.format'); "
                     "give the best.storyteller of a training run");
  }
  const std::string& version = file.metadata(kFormatKey);
  if (version != std::to_string(kModelFormat)) {
    throw ModelError(file.file() + ": model format " + version + ", this version reads " +
                     std::to_string(kModelFormat) + "; update storyteller");
  }
}

}  // namespace

ModelOptions model_options_of(const SafetensorsFile& file) {
  check_format(file);
  ModelOptions options;
  Config config;
  declare(options, config);
  try {
    config.load_json(file.metadata(kOptionsKey), Config::Source::kCheckpoint, file.file());
  } catch (const UsageError& error) {
    throw ModelError(std::string(error.what()) + "; the file was written by another version");
  }
  return options;
}

void require_task(const SafetensorsFile& file, Task task) {
  if (model_options_of(file).task == task) return;
  throw ModelError(file.file() +
                   (task == Task::kVqa
                        ? ": this model says captions and answers no questions; give one that "
                          "was trained with task=vqa"
                        : ": this model answers questions and says no captions; use 'storyteller "
                          "ask', or give a model of captions"));
}

Vocabulary vocabulary_of(const SafetensorsFile& file) {
  check_format(file);
  const auto json = nlohmann::json::parse(file.metadata(kVocabularyKey), nullptr, false);
  if (!json.is_array()) {
    throw ModelError(file.file() + ": its vocabulary is damaged; use another copy of the file");
  }
  std::vector<std::string> words;
  words.reserve(json.size());
  for (const auto& word : json) {
    if (!word.is_string()) throw ModelError(file.file() + ": its vocabulary holds no words");
    words.push_back(word.get<std::string>());
  }
  return Vocabulary(std::move(words));
}

Preprocessing preprocessing_of(const SafetensorsFile& file) {
  check_format(file);
  return preprocessing_from_json(file.metadata(kPreprocessingKey), file.file());
}

ConceptTable concept_table_of(const SafetensorsFile& file) {
  if (model_options_of(file).concepts.count == 0) return {};
  return concept_table_from_json(file.metadata(kConceptsKey), file.file());
}

Answers answers_of(const SafetensorsFile& file) {
  if (model_options_of(file).task != Task::kVqa) return {};
  return answers_from_json(file.metadata(kAnswersKey), file.file());
}

void describe_model(const ModelOptions& options, const Vocabulary& vocabulary,
                    const Preprocessing& preprocessing, SafetensorsWriter& writer) {
  writer.set_metadata(kFormatKey, std::to_string(kModelFormat));
  writer.set_metadata(kOptionsKey, to_json(options));
  writer.set_metadata(kVocabularyKey, nlohmann::json(vocabulary.words()).dump());
  writer.set_metadata(kPreprocessingKey, to_json(preprocessing));
}

void describe_concepts(const ConceptTable& table, SafetensorsWriter& writer) {
  writer.set_metadata(kConceptsKey, to_json(table));
}

void describe_answers(const Answers& answers, SafetensorsWriter& writer) {
  writer.set_metadata(kAnswersKey, to_json(answers));
}

}  // namespace storyteller
