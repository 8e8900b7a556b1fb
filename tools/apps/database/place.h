#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tools/apps/database/sqlite.h"

namespace storyteller::database {

/// Where the database of an application lies unless --db says otherwise:
/// XDG_DATA_HOME/storyteller/FILE, else ~/.local/share/storyteller/FILE.
std::filesystem::path default_place(const Kind& kind);

/// Where the database that is asked for ("": the default one) lies really. On a network's file
/// system SQLite's shared memory does not work: then a file of the local data folder stands for it,
/// and `note` says so. Throws InputError where that folder is on a network, too.
std::filesystem::path place_of(const Kind& kind, const std::filesystem::path& asked,
                               std::string* note);

/// The file of a database that is there, or with kCreate may be made: nobody but its owner reads
/// it. What is in it is the caller's to check. Throws InputError where it is not there, which says
/// how to make one.
std::unique_ptr<Connection> open(const Kind& kind, const std::filesystem::path& asked,
                                 Connection::Access access);

/// Every parent folder that is missing, for nobody but its owner.
void make_private_folder(const std::filesystem::path& folder);

/// The kind of file system at a path, or its nearest parent that is there: "nfs", "smb"; "" of a
/// local one.
std::string network_file_system(const std::filesystem::path& path);

}  // namespace storyteller::database
