#include "train/metrics/spice/syntax_model.h"

#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/metrics/spice/embedded_model.h"

namespace storyteller::spice {
namespace {

constexpr const char* kFormatKey = "format";
constexpr const char* kFormat = "storyteller.spice_native.1";

void require_metadata(const SafetensorsFile& file, const std::string& key,
                      const std::string& expected, const char* what) {
  const std::string& found = file.metadata(key);
  if (found == expected) return;
  throw ModelError(file.file() + ": " + what + " '" + printable(found, 60) + "', expected '" +
                   printable(expected, 60) + "'; train it again with train_spice_model");
}

SyntaxModel read(const SafetensorsFile& file) {
  require_metadata(file, kFormatKey, kFormat, "model format");
  require_metadata(file, "tags", tag_names(), "part-of-speech tags");
  require_metadata(file, "labels", label_names(), "labels");
  return {TaggerWeights::read(file, "tagger"), TransitionWeights::read(file, "transitions"),
          LabelWeights::read(file, "labels")};
}

}  // namespace

SyntaxModel::SyntaxModel(TaggerWeights tagger, TransitionWeights transitions, LabelWeights labels)
    : tagger_(std::move(tagger)),
      transitions_(std::move(transitions)),
      labels_(std::move(labels)) {}

ParsedCaption SyntaxModel::parse(std::span<const std::string> words) const {
  std::vector<WordFeatures> hashes;
  hashes.reserve(words.size());
  for (const std::string& word : words) hashes.push_back(word_features(word));
  ParsedCaption out;
  tag_words(tagger_, hashes, out.tags);
  ParserState state;
  spice::parse(transitions_, labels_, {hashes, out.tags}, state);
  out.tree = state.take_tree();
  return out;
}

void save_syntax_model(const SyntaxModel& model, const ModelNotes& notes,
                       const std::filesystem::path& path) {
  SafetensorsWriter writer;
  model.tagger().write("tagger", writer);
  model.transitions().write("transitions", writer);
  model.labels().write("labels", writer);
  for (const auto& [key, value] : notes) writer.set_metadata(key, value);
  writer.set_metadata(kFormatKey, kFormat);
  writer.set_metadata("tags", tag_names());
  writer.set_metadata("labels", label_names());
  writer.write(path);
}

SyntaxModel load_syntax_model(const std::filesystem::path& path) {
  return read(SafetensorsFile::open(path));
}

std::shared_ptr<const SyntaxModel> built_in_syntax_model() {
  static const auto model = std::make_shared<const SyntaxModel>(
      read(SafetensorsFile::parse(embedded_model(), "built-in SPICE model")));
  return model;
}

}  // namespace storyteller::spice
