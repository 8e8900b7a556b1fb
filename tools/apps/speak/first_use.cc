#include "tools/apps/speak/first_use.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "core/system/environment.h"
#include "tools/apps/speak/open_file.h"

namespace storyteller::speak {

namespace fs = std::filesystem;

fs::path first_use_note() {
  fs::path state = environment("XDG_STATE_HOME");
  if (!state.is_absolute()) {
    const fs::path home = environment("HOME");
    if (!home.is_absolute()) return {};
    state = home / ".local" / "state";
  }
  return state / "storyteller" / "speak-notice";
}

bool is_first_use(const fs::path& note) {
  std::error_code failure;
  if (note.empty()) return true;
  if (fs::exists(note, failure)) return false;
  fs::create_directories(note.parent_path(), failure);
  ::chmod(note.parent_path().c_str(), S_IRWXU);
  const OpenFile made(::open(note.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  return true;
}

}  // namespace storyteller::speak
