#pragma once

#include "tools/apps/database/sqlite.h"

namespace storyteller::album {

using database::Connection;
using database::Statement;
using database::Transaction;

inline constexpr database::Kind kAlbum = {.application = 0x53544F52,  // "STOR"
                                          .noun = "album",
                                          .one = "an album",
                                          .file = "album.db",
                                          .made_by = "storyteller album index DIR",
                                          .again = "index again",
                                          .read = "searched"};

}  // namespace storyteller::album
