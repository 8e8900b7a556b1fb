#include "tools/apps/album/album_file.h"

#include "tools/apps/album/schema.h"
#include "tools/apps/database/place.h"

namespace storyteller::album {

std::filesystem::path default_album() { return database::default_place(kAlbum); }

std::filesystem::path place_of_album(const std::filesystem::path& asked, std::string* note) {
  return database::place_of(kAlbum, asked, note);
}

std::unique_ptr<Connection> open_album(const std::filesystem::path& asked,
                                       Connection::Access access) {
  auto connection = database::open(kAlbum, asked, access);
  prepare_connection(*connection);
  prepare_schema(*connection, access);
  if (access == Connection::Access::kRead) connection->execute("PRAGMA query_only = ON");
  return connection;
}

}  // namespace storyteller::album
