#include "tools/commands/album_picture.h"

#include <filesystem>
#include <utility>

#include "core/error.h"
#include "core/system/missing_file.h"
#include "core/system/printable.h"
#include "core/system/program_file.h"
#include "model/ensemble.h"
#include "model/shipped_model.h"
#include "tools/apps/album/describer.h"
#include "tools/apps/album/search.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/people_arguments.h"

namespace storyteller {
namespace {

std::int64_t model_named(album::Connection& connection, const std::string& digits) {
  album::Statement find(connection, "SELECT id FROM model WHERE checksum = ?");
  return find.bind_text(1, digits).step() ? find.integer(0) : 0;
}

}  // namespace

album::TagThresholds thresholds_for(album::Connection& connection) {
  album::Statement find(connection,
                        "SELECT checksum, name FROM model ORDER BY (SELECT count(*) FROM caption "
                        "WHERE caption.model = model.id) DESC LIMIT 1");
  if (!find.step()) return {};
  const std::string digits = find.text(0);
  const std::filesystem::path model = find.text(1);
  auto thresholds = album::TagThresholds::beside(model, digits);
  if (thresholds.size() > 0) return thresholds;
  const std::filesystem::path shipped = shipped_model(program_file());
  return album::TagThresholds::beside(shipped.parent_path() / model.filename(), digits);
}

std::int64_t picture_named(album::Connection& connection, const std::string& path) {
  const auto picture = album::find_picture(connection, path);
  if (picture) return *picture;
  std::error_code failure;
  const bool there = std::filesystem::exists(path, failure);
  throw InputError(
      printable_path(path) + ": " +
      (there ? "is not in the album; storyteller album index " + printable_path(path) + " adds it"
             : why_missing(path)));
}

AlbumVector vector_for(album::Connection& connection, const std::string& path,
                       const ModelArguments& models, const Machine& machine) {
  if (const auto picture = album::find_picture(connection, path)) {
    album::Vector vector = album::vector_of(connection, *picture);
    album::Statement model(connection, "SELECT model FROM caption WHERE picture = ?");
    if (!vector.empty() && model.bind(1, *picture).step()) {
      return {std::move(vector), model.integer(0), *picture};
    }
  }
  const Device device = machine.start(/*verbose=*/false);
  const std::vector<std::string> files = models.files();
  Ensemble ensemble = Ensemble::load(files, device);
  // No word is looked up for a vector.
  const Language language = Language::without_wordnet();
  album::Describer describer(captioning_of(ensemble, SearchArguments{}, WordArguments{}, Choice{}),
                             language);
  const album::ReadPicture picture = describer.read(path, std::nullopt);
  if (picture.inputs.empty()) throw InputError(picture.error);
  AlbumVector found{.vector = describer.vector_of(picture),
                    .model = model_named(connection, model_digits(ensemble))};
  if (found.vector.empty()) {
    throw ModelError(
        printable_path(files.front()) +
        ": was not calibrated, so it cannot tell which pictures are alike; storyteller "
        "calibrate writes a model that can");
  }
  if (found.model == 0) {
    throw InputError(
        printable_path(files.front()) +
        ": described no picture of this album; name the model that did, or index again "
        "with --recaption");
  }
  return found;
}

}  // namespace storyteller
