#include "tools/apps/album/keeper.h"

namespace storyteller::album {

bool Keeper::put_unchanged(std::int64_t picture, std::int64_t size, std::int64_t mtime_ns,
                           std::string_view claimed) {
  Statement update(connection_,
                   "UPDATE picture SET size = ?, mtime_ns = ?, state = 1, claimed = NULL, why = "
                   "NULL WHERE id = ? AND claimed = ?");
  update.bind(1, size).bind(2, mtime_ns).bind(3, picture).bind_text(4, claimed).run();
  return connection_.changes() == 1;
}

bool Keeper::put_bad(std::int64_t picture, std::int64_t size, std::int64_t mtime_ns,
                     const std::string& why, std::string_view claimed) {
  Statement update(connection_,
                   "UPDATE picture SET size = ?, mtime_ns = ?, content = NULL, state = 2, claimed "
                   "= NULL, why = ? WHERE id = ? AND claimed = ?");
  update.bind(1, size).bind(2, mtime_ns).bind_text(3, why).bind(4, picture);
  update.bind_text(5, claimed).run();
  if (connection_.changes() != 1) return false;
  forget(picture);
  return true;
}

}  // namespace storyteller::album
