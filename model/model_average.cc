#include "model/model_average.h"

#include <memory>
#include <vector>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "model/captioner.h"
#include "model/fewer_words.h"
#include "model/model_file.h"

namespace storyteller {

namespace {

/// Of the values of both: options, words and preprocessing; the parameters follow from them.
void require_same(const SafetensorsFile& first, const SafetensorsFile& other) {
  const auto differs = [&](const char* what) {
    throw ModelError(other.file() + ": differs from " + first.file() + " in its " + what +
                     ": only models of one kind, with the same words, have a mean");
  };
  if (to_json(model_options_of(first)) != to_json(model_options_of(other))) {
    differs("options (storyteller.model)");
  }
  if (vocabulary_of(first).words() != vocabulary_of(other).words()) {
    differs("words (storyteller.vocabulary)");
  }
  if (concept_table_of(first) != concept_table_of(other)) {
    differs("concepts (storyteller.concepts)");
  }
  if (preprocessing_of(first) != preprocessing_of(other)) {
    differs("preprocessing (storyteller.preprocessing)");
  }
}

}  // namespace

SearchOptions search_options_of(const std::filesystem::path& model) {
  return model_options_of(SafetensorsFile::open(model)).search;
}

void write_average(std::span<const std::filesystem::path> models, StoredType type,
                   const std::filesystem::path& out, const std::optional<SearchOptions>& search,
                   int words) {
  if (models.empty()) throw UsageError("an average of no model");
  const SafetensorsFile first = SafetensorsFile::open(models.front());
  ModelOptions options = model_options_of(first);
  if (search) options.search = *search;
  Captioner mean(options, vocabulary_of(first), Device::cpu(), /*seed=*/std::nullopt,
                 /*with_gradients=*/false, DType::kFloat32, {}, concept_table_of(first));
  Parameters& parameters = mean.parameters();
  std::vector<std::vector<double>> sums;
  sums.reserve(static_cast<size_t>(parameters.size()));
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    sums.emplace_back(static_cast<size_t>(parameters.value(id).elements()));
  }
  for (const auto& model : models) {
    const SafetensorsFile file = SafetensorsFile::open(model);
    require_same(first, file);
    mean.take_values(file);
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      const auto* value = parameters.value(id).data<float>();
      for (double& sum : sums[static_cast<size_t>(id)]) sum += *value++;
    }
  }
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    auto* value = parameters.value(id).data<float>();
    for (const double sum : sums[static_cast<size_t>(id)]) {
      *value++ = static_cast<float>(sum / static_cast<double>(models.size()));
    }
  }
  SafetensorsWriter writer;
  std::unique_ptr<Captioner> smaller;
  if (words == 0) {
    mean.add_to(writer, type);
  } else {
    smaller = add_with_fewer_words(mean, words, type, writer);
  }
  writer.set_metadata("storyteller.averaged", std::to_string(models.size()));
  // One model stored anew has the training that it had.
  if (models.size() == 1 && first.metadata().contains(kHistoryKey)) {
    writer.set_metadata(kHistoryKey, first.metadata(kHistoryKey));
  }
  writer.write(out);
}

}  // namespace storyteller
