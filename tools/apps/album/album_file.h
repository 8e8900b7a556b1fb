#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tools/apps/album/sqlite.h"

namespace storyteller::album {

/// Where an album lies unless --db says otherwise: XDG_DATA_HOME/storyteller/album.db, else
/// ~/.local/share/storyteller/album.db.
std::filesystem::path default_album();

/// Where the album that is asked for ("": the default one) lies really. On a network's file system
/// SQLite's shared memory does not work: then a file of the local data folder stands for it, and
/// `note` says so. Throws InputError where that folder is on a network, too.
std::filesystem::path place_of_album(const std::filesystem::path& asked, std::string* note);

/// An album that is there, to be searched or changed. Throws InputError where it is not there,
/// which says how to make one.
std::unique_ptr<Connection> open_album(const std::filesystem::path& asked,
                                       Connection::Access access);

}  // namespace storyteller::album
