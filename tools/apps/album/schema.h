#pragma once

#include "tools/apps/album/sqlite.h"

namespace storyteller::album {

/// What tells an album from other databases of SQLite.
inline constexpr int kApplicationId = kAlbum.application;
/// Version 2 has the table `packed`, indexes for filters and the words of models. Version 1 can be
/// read; what writes to it makes it one of version 2.
inline constexpr int kSchemaVersion = 2, kPackedVersion = 2;

/// What became of a picture.
enum class State : int { kQueued = 0, kDone = 1, kBad = 2, kMissing = 3 };

/// Where a word about a picture comes from: every fact knows its provenance.
enum class Source : int { kCaption = 1, kHypotheses = 2, kDetector = 3, kKeywords = 4, kHand = 5 };
inline constexpr int kSources = 6;  ///< the first is none

/// Makes tables in an empty database (kCreate), or checks that it is an album that this program
/// knows; of a former version it becomes one of this version before it is written to, in one
/// transaction: some seconds for 100,000 pictures. Throws InputError where it is none, or a later
/// program made it.
void prepare_schema(Connection& connection, Connection::Access access);

/// Of an album.
int schema_version(Connection& connection);

/// What every connection sets: safety and waiting.
void prepare_connection(Connection& connection);

}  // namespace storyteller::album
