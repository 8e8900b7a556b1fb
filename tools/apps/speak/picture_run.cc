#include "tools/apps/speak/picture_run.h"

#include <chrono>
#include <iostream>
#include <new>
#include <optional>

#include "core/error.h"
#include "core/system/printable.h"
#include "tools/cli/exit_code.h"

namespace storyteller::speak {

void PictureRun::tell(const std::filesystem::path& path, const std::vector<std::byte>& bytes,
                      bool waits) {
  const std::string name = path.string();
  session_.await();
  ImageWarnings warnings;
  try {
    const DecodeOptions options = sight_.decoding();
    const Image image = bytes.empty() ? read_image(path, &warnings, options)
                                      : decode_image(bytes, name, &warnings, options);
    const Told told = sight_.tell(sight_.look(image), count_++);
    for (const std::string& warning : warnings) report_warning(warning, std::cerr);
    session_.remark(name,
                    {.event = Remark::Event::kPicture,
                     .text = text_of(told, session_.phrasing()),
                     .told = &told},
                    waits, warnings);
  } catch (const std::bad_alloc&) {
    throw MemoryError(printable_path(name) +
                      ": not enough memory for this picture; make it smaller, or close other "
                      "programs");
  }
}

void PictureRun::tell(FolderWatch& watch) {
  while (const std::optional<FolderWatch::Found> found =
             watch.next(std::chrono::milliseconds(-1))) {
    try {
      tell(found->path, {}, /*waits=*/found->existing);
    } catch (const InputError& error) {
      session_.fail(found->path.string(), error);
    } catch (const MemoryError& error) {
      session_.fail(found->path.string(), error);
    }
  }
}

}  // namespace storyteller::speak
