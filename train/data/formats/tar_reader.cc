#include "train/data/formats/tar_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <span>

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "core/system/file_head.h"
#include "core/system/printable.h"

namespace storyteller {

namespace {

constexpr size_t kBlock = size_t{1} << 16U, kTarBlock = 512;
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

/// What a file is that is no tar archive, and the way out, if that is known.
std::string kind_of(const std::filesystem::path& file) {
  const std::string head = file_head(file, kIdentifyBytes);
  const FileKind kind = identify_file(std::as_bytes(std::span(head)));
  if (kind.family == FileFamily::kUnknown) return "";
  const std::string what = " but " + std::string(kind.what);
  const bool packed = kind.family == FileFamily::kArchive || kind.family == FileFamily::kPointer ||
                      kind.family == FileFamily::kFailedDownload ||
                      kind.family == FileFamily::kOther;
  if (!packed) return what;
  return what + ", and pictures are read where they lie; " +
         way_out(kind, FileUse::kPicture, file.string());
}

/// Whether a block of zeros stands there.
bool is_end_mark(const std::filesystem::path& file, uint64_t offset) {
  std::array<char, kTarBlock> block{};
  std::ifstream in(file, std::ios::binary);
  return in.seekg(static_cast<std::streamoff>(offset)) && in.read(block.data(), block.size()) &&
         std::all_of(block.begin(), block.end(), [](char c) { return c == 0; });
}

}  // namespace

TarEnd for_each_member(
    const std::filesystem::path& file,
    const std::function<void(const TarMember&, const std::function<std::string()>&)>& each) {
  const std::string name = printable(file.string(), 400);
  const Reader reader(archive_read_new(), archive_read_free);
  if (!reader) throw MemoryError("no memory to read " + name);
  archive_read_support_format_tar(reader.get());
  // What `cat a.tar b.tar` makes would else end with the first.
  archive_read_set_format_option(reader.get(), "tar", "read_concatenated_archives", "1");
  const auto refuse = [&] {
    const std::string kind = kind_of(file);
    throw InputError(name + ": not a tar archive" +
                     (kind.empty() ? " (" + problem_of(reader.get()) + ")" : kind));
  };
  if (archive_read_open_filename(reader.get(), file.c_str(), kBlock) != ARCHIVE_OK) refuse();
  const uint64_t archive_bytes = std::filesystem::file_size(file);
  bool any = false;
  uint64_t end = 0;  // of the last member
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return {.damage = "", .is_marked = is_end_mark(file, end)};
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      if (!any) refuse();
      return {.damage = problem_of(reader.get())};
    }
    any = true;
    const char* path = archive_entry_pathname(entry);
    const bool is_file = archive_entry_filetype(entry) == AE_IFREG;
    const auto offset = static_cast<uint64_t>(archive_filter_bytes(reader.get(), 0));
    const auto bytes = is_file ? static_cast<uint64_t>(archive_entry_size(entry)) : 0;
    end = (offset + bytes + kTarBlock - 1) / kTarBlock * kTarBlock;
    if (!is_file || path == nullptr) continue;
    const TarMember member{.name = path, .offset = offset, .bytes = bytes};
    if (archive_entry_sparse_count(entry) > 0) {
      return {.damage = printable(member.name) + " is a sparse file, which is not read"};
    }
    // libarchive skips beyond the end of a file that is cut off, and says nothing.
    if (member.offset + member.bytes > archive_bytes) {
      return {.damage = "cut off in " + printable(member.name)};
    }
    each(member, [&] { return contents(reader.get(), member.bytes); });
  }
}

}  // namespace storyteller
