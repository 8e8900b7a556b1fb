#include "train/data/formats/tar_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {

namespace {

constexpr size_t kBlock = size_t{1} << 16U;
constexpr uint64_t kLongestText = uint64_t{16} << 20U;

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;

std::string problem_of(archive* reader) {
  const char* text = archive_error_string(reader);
  return printable(text == nullptr ? "damaged" : text, 200);
}

std::string contents(archive* reader, uint64_t bytes) {
  if (bytes > kLongestText) throw InputError("a text of more than 16 MiB in an archive");
  std::string text(bytes, '\0');
  const la_ssize_t got = archive_read_data(reader, text.data(), text.size());
  if (got < 0) throw InputError(problem_of(reader));
  text.resize(static_cast<size_t>(got));
  return text;
}

}  // namespace

std::string for_each_member(
    const std::filesystem::path& file,
    const std::function<void(const TarMember&, const std::function<std::string()>&)>& each) {
  const std::string name = printable(file.string(), 400);
  const Reader reader(archive_read_new(), archive_read_free);
  if (!reader) throw MemoryError("no memory to read " + name);
  archive_read_support_format_tar(reader.get());
  const auto refuse = [&] {
    throw InputError(name + ": not a tar archive (" + problem_of(reader.get()) +
                     "); a compressed one must be unpacked first");
  };
  if (archive_read_open_filename(reader.get(), file.c_str(), kBlock) != ARCHIVE_OK) refuse();
  const uint64_t archive_bytes = std::filesystem::file_size(file);
  bool any = false;
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return "";
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      if (!any) refuse();
      return problem_of(reader.get());
    }
    any = true;
    const char* path = archive_entry_pathname(entry);
    if (archive_entry_filetype(entry) != AE_IFREG || path == nullptr) continue;
    const TarMember member{.name = path,
                           .offset = static_cast<uint64_t>(archive_filter_bytes(reader.get(), 0)),
                           .bytes = static_cast<uint64_t>(archive_entry_size(entry))};
    // libarchive skips beyond the end of a file that is cut off, and says nothing.
    if (member.offset + member.bytes > archive_bytes) {
      return "cut off in " + printable(member.name);
    }
    try {
      each(member, [&] { return contents(reader.get(), member.bytes); });
    } catch (const InputError& error) {
      throw InputError(name + ": " + printable(member.name) + ": " + error.what());
    }
  }
}

}  // namespace storyteller
