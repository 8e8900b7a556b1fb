// `storyteller album`: pictures by tags, sentences and search in one's own words.
#include "tools/commands/album.h"
#include "tools/commands/album_arguments.h"

namespace storyteller {

void AlbumPlace::add_options(const Options& command) {
  command.text("--db", db,
               "the album's file; by default XDG_DATA_HOME/storyteller/album.db, else "
               "~/.local/share/storyteller/album.db");
}

void add_album_command(const Options& program) {
  const Options album =
      program.command("album", "index, tag and search pictures in your own words");
  add_album_index(album);
  add_album_search(album);
  add_album_similar(album);
  add_album_duplicates(album);
  add_album_tags(album);
  add_album_tag(album);
  add_album_show(album);
  add_album_stats(album);
  add_album_check(album);
  add_album_export(album);
  add_album_gallery(album);
}

}  // namespace storyteller
