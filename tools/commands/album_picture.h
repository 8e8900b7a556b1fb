#pragma once

#include <cstdint>
#include <string>

#include "tools/apps/album/tags.h"
#include "tools/apps/album/vectors.h"
#include "tools/commands/command.h"
#include "tools/commands/model_arguments.h"

namespace storyteller {

/// The direction of a picture's features, and whose features they are.
struct AlbumVector {
  album::Vector vector;
  std::int64_t model = 0;
  std::int64_t picture = 0;  ///< 0: it is not in the album
};

/// Of a picture of the album as it is kept there, of another file by the model that described most
/// of the album. Throws InputError where the file is no picture, or the model was not calibrated.
AlbumVector vector_for(album::Connection& connection, const std::string& path,
                       const ModelArguments& models, const Machine& machine);

/// Thresholds of detected words of the model that described most of an album: of the file beside
/// it, else beside the model that comes with the program.
album::TagThresholds thresholds_for(album::Connection& connection);

/// The picture of an album that a name stands for. Throws InputError where it is not in there.
std::int64_t picture_named(album::Connection& connection, const std::string& path);

}  // namespace storyteller
