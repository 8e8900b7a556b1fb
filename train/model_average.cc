#include "train/model_average.h"

#include <vector>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "model/captioner.h"

namespace storyteller {

namespace {

constexpr const char* kTrainingPrefix = "training.";  // the state of a run, in last.storyteller

bool is_weight(const std::string& name) { return !name.starts_with(kTrainingPrefix); }

void require_same(const SafetensorsFile& first, const SafetensorsFile& other) {
  for (const char* key : {"storyteller.format", "storyteller.model", "storyteller.preprocessing",
                          "storyteller.vocabulary"}) {
    if (first.metadata(key) == other.metadata(key)) continue;
    throw ModelError(other.file() + ": differs from " + first.file() + " in its '" + key +
                     "': only models of one kind, with the same words, have a mean");
  }
  for (const std::string& name : other.names()) {
    if (is_weight(name) && !first.contains(name)) {
      throw ModelError(other.file() + ": has '" + name + "', and " + first.file() + " has not");
    }
  }
}

}  // namespace

SearchOptions search_options_of(const std::filesystem::path& model) {
  return Captioner::options_of(SafetensorsFile::open(model)).search;
}

void write_average(std::span<const std::filesystem::path> models, StoredType type,
                   const std::filesystem::path& out, const std::optional<SearchOptions>& search) {
  if (models.empty()) throw UsageError("an average of no model");
  std::vector<SafetensorsFile> files;
  files.reserve(models.size());
  for (const auto& model : models) {
    files.push_back(SafetensorsFile::open(model));
    Captioner::options_of(files.back());  // is it a model?
    require_same(files.front(), files.back());
  }
  SafetensorsWriter writer;
  std::vector<std::vector<float>> means;
  for (const std::string& name : files.front().names()) {
    if (!is_weight(name)) continue;
    const auto shape = files.front().find(name).shape;
    std::vector<double> sum(static_cast<size_t>(element_count(shape)));
    std::vector<double> values(sum.size());
    for (const SafetensorsFile& file : files) {
      file.require_shape(name, shape);
      file.read_double(name, values);
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
    }
    std::vector<float>& mean = means.emplace_back(sum.size());
    for (size_t i = 0; i < sum.size(); ++i) {
      mean[i] = static_cast<float>(sum[i] / static_cast<double>(files.size()));
    }
    if (type == StoredType::kF32) {
      writer.add(name, type, {shape.begin(), shape.end()}, mean.data());
    } else {
      writer.add_rounded(name, type, {shape.begin(), shape.end()}, mean.data());
      means.pop_back();
    }
  }
  for (const auto& [key, value] : files.front().metadata()) {
    const bool of_a_run =
        key == "storyteller.history" || key == "storyteller.training" || key == "storyteller.xxh3";
    if (!of_a_run) writer.set_metadata(key, value);
  }
  if (search) {
    ModelOptions options = Captioner::options_of(files.front());
    options.search = *search;
    writer.set_metadata("storyteller.model", to_json(options));
  }
  writer.set_metadata("storyteller.averaged", std::to_string(files.size()));
  writer.write(out);
}

}  // namespace storyteller
