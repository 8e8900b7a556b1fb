#include "tools/apps/database/place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <utility>

#include "core/error.h"
#include "core/system/environment.h"
#include "core/system/home.h"
#include "core/system/printable.h"
#include "core/system/write_failure.h"
#include "core/text/hex.h"
#include "tools/cli/exit_code.h"

namespace storyteller::database {
namespace {

/// statfs(2).
constexpr std::array<std::pair<unsigned long, const char*>, 7> kNetworkFileSystems = {
    {{0x6969, "nfs"},
     {0x517B, "smb"},
     {0xFF534D42, "cifs"},
     {0xFE534D42, "smb2"},
     {0x5346414F, "afs"},
     {0x00C36400, "ceph"},
     {0x73757245, "coda"}}};

/// What SQLite puts beside it takes the mode of the file.
void make_private_file(const std::filesystem::path& file) {
  make_private_folder(file.parent_path());
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) {
    throw IoError(printable_path(file.string()) + ": cannot be made" +
                  write_failure(file.parent_path(), 0, errno));
  }
  ::close(made);
}

bool nobody_writes(const std::filesystem::path& file) {
  struct statvfs found {};
  return ::statvfs(file.c_str(), &found) == 0 && (found.f_flag & ST_RDONLY) != 0;
}

/// How a database that is there is opened: readers of a database in WAL mode write to the memory
/// that they share with writers, a file beside it, unless nobody writes at all.
Connection::Access access_to(const Kind& kind, const std::filesystem::path& file,
                             Connection::Access asked) {
  const std::string name = printable_path(file.string());
  if (::access(file.c_str(), W_OK) == 0) return Connection::Access::kWrite;
  const std::filesystem::path folder = file.parent_path();
  if (asked != Connection::Access::kRead) {
    throw IoError(name + ": cannot be written" + write_failure(folder, 0, errno) +
                  "; this one can still be " + kind.read);
  }
  const std::filesystem::path log = file.string() + "-wal";
  std::error_code failure;
  const bool changes =
      std::filesystem::exists(log, failure) && std::filesystem::file_size(log, failure) > 0;
  if (nobody_writes(file)) {
    if (!changes) return Connection::Access::kFrozen;
    throw IoError(
        name + ": its last changes are in " + printable_path(log.string()) +
        ", and nothing can be written there; copy both to another folder, which --db names");
  }
  if (!changes && ::access(folder.c_str(), W_OK) != 0) {
    throw IoError(
        name + ": cannot be shared with those who write it, as nothing can be written to " +
        printable_path(folder.string()) + "; copy it to a folder of yours, which --db names");
  }
  return Connection::Access::kRead;
}

}  // namespace

void make_private_folder(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::is_directory(folder)) return;
  make_private_folder(folder.parent_path());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    throw IoError(printable_path(folder.string()) + ": cannot be made" +
                  write_failure(folder.parent_path(), 0, errno));
  }
}

std::string network_file_system(const std::filesystem::path& path) {
  struct statfs found {};
  for (std::filesystem::path at = path;; at = at.parent_path()) {
    const std::filesystem::path here = at.empty() ? "." : at;
    if (::statfs(here.c_str(), &found) == 0) break;
    if (at.empty() || at == at.parent_path()) return "";
  }
  for (const auto& [type, name] : kNetworkFileSystems) {
    if (static_cast<unsigned long>(found.f_type) == type) return name;
  }
  return "";
}

std::filesystem::path default_place(const Kind& kind) {
  std::string data = environment("XDG_DATA_HOME");
  if (data.empty()) {
    const std::string home = environment("HOME");
    if (home.empty()) {
      throw UsageError(std::string("neither XDG_DATA_HOME nor HOME says where the ") + kind.noun +
                       " lies; --db FILE does");
    }
    data = home + "/.local/share";
  }
  return std::filesystem::path(data) / "storyteller" / kind.file;
}

std::filesystem::path place_of(const Kind& kind, const std::filesystem::path& asked,
                               std::string* note) {
  const std::filesystem::path file =
      std::filesystem::absolute(asked.empty() ? default_place(kind) : expand_home(asked));
  const std::string network = network_file_system(file);
  if (network.empty()) return file;
  const std::string where = ": lies on a network's file system (" + network + "), where " +
                            kind.one + " cannot be shared safely; ";
  const std::filesystem::path folder = default_place(kind).parent_path();
  if (asked.empty() || !network_file_system(folder).empty()) {
    throw InputError(printable_path(file.string()) + where + "--db names a file on a local disk");
  }
  const std::string path = file.string();
  const std::filesystem::path local =
      folder /
      (std::string(kind.noun) + "-" + hex(XXH3_64bits(path.data(), path.size()), 16) + ".db");
  *note = printable_path(path) + where + "it is kept at " + printable_path(local.string());
  return local;
}

std::unique_ptr<Connection> open(const Kind& kind, const std::filesystem::path& asked,
                                 Connection::Access access) {
  std::string note;
  const std::filesystem::path file = place_of(kind, asked, &note);
  if (!note.empty()) report_warning(note, std::cerr);
  std::error_code failure;
  if (std::filesystem::is_directory(file, failure)) {
    throw UsageError(printable_path(file.string()) + ": is a folder; --db names a file in it");
  }
  if (!std::filesystem::exists(file, failure)) {
    if (access != Connection::Access::kCreate) {
      throw InputError(printable_path(file.string()) + ": no " + kind.noun + "; " + kind.made_by +
                       " makes one");
    }
    make_private_file(file);
  }
  return std::make_unique<Connection>(file, access_to(kind, file, access), kind);
}

}  // namespace storyteller::database
