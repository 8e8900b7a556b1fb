#include "core/serialization/zip_archive.h"

#include <unistd.h>
#include <zip.h>

#include <algorithm>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

constexpr std::uint64_t kUnpackedFree = std::uint64_t{64} << 20U, kUnpackedTimes = 32;

std::string text_of(zip_error_t* error) {
  std::string text = zip_error_strerror(error);
  zip_error_fini(error);
  return printable(text);
}

/// Nothing is ever unpacked to a disk, and still: what climbs was not written by PyTorch or NumPy.
bool leaves_the_archive(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos) return true;
  while (true) {
    const std::size_t end = name.find('/');
    if (name.substr(0, end) == "..") return true;
    if (end == std::string_view::npos) return false;
    name.remove_prefix(end + 1);
  }
}

}  // namespace

struct ZipArchive::Handle {
  zip_t* archive = nullptr;

  /// Takes the source over; null stands for an error that `error` has.
  void open(zip_source_t* source, zip_error_t* error, const std::string& file) {
    if (source != nullptr)
      archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, error);
    if (archive != nullptr) return;
    const std::string text = text_of(error);
    if (source != nullptr) zip_source_free(source);
    throw ModelError(file + ": not a valid ZIP archive: " + text +
                     "; it may be cut short: copy or download it again");
  }
  ~Handle() {
    if (archive != nullptr) zip_discard(archive);
  }
};

ZipArchive::ZipArchive(const InputFile& input)
    : file_(input.name()), handle_(std::make_unique<Handle>()) {
  zip_error_t error;
  zip_error_init(&error);
  const int copy = ::dup(input.descriptor());
  std::FILE* stream = copy < 0 ? nullptr : ::fdopen(copy, "rb");
  if (stream == nullptr) {
    if (copy >= 0) ::close(copy);
    throw IoError("cannot read " + file_ + ": no descriptor is free");
  }
  zip_source_t* source = zip_source_filep_create(stream, 0, -1, &error);
  if (source == nullptr) std::fclose(stream);
  handle_->open(source, &error, file_);
  list_entries(input.size());
}

ZipArchive::ZipArchive(std::span<const std::byte> bytes, const std::string& file)
    : file_(file), handle_(std::make_unique<Handle>()) {
  zip_error_t error;
  zip_error_init(&error);
  handle_->open(zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error), &error, file_);
  list_entries(bytes.size());
}

ZipArchive::~ZipArchive() = default;

void ZipArchive::list_entries(std::uint64_t file_bytes) {
  const std::string invalid = file_ + ": not a ZIP archive that is read: ";
  const auto count = static_cast<std::uint64_t>(
      std::max<zip_int64_t>(zip_get_num_entries(handle_->archive, 0), 0));
  if (count > kMaxZipEntries) {
    throw ModelError(invalid + "it has " + std::to_string(count) + " entries (at most " +
                     std::to_string(kMaxZipEntries) + ")");
  }
  const std::uint64_t limit = kUnpackedFree + kUnpackedTimes * file_bytes;
  std::uint64_t unpacked = 0;
  for (std::uint64_t index = 0; index < count; ++index) {
    zip_stat_t status;
    constexpr zip_uint64_t kNeeded =
        ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(handle_->archive, index, ZIP_FL_ENC_RAW, &status) != 0 ||
        (status.valid & kNeeded) != kNeeded) {
      throw ModelError(invalid + "entry " + std::to_string(index) + " cannot be described");
    }
    const std::string name = status.name;
    const std::string who = invalid + "entry '" + printable(name) + "' ";
    if (leaves_the_archive(name)) throw ModelError(who + "has a name that leaves the archive");
    if (status.encryption_method != ZIP_EM_NONE) throw ModelError(who + "is encrypted");
    if (status.comp_method != ZIP_CM_STORE && status.comp_method != ZIP_CM_DEFLATE) {
      throw ModelError(who + "is compressed by method " + std::to_string(status.comp_method) +
                       "; stored and deflated ones are read");
    }
    if (status.size > limit - unpacked) {
      throw ModelError(who + "and those before it would unpack to more than " +
                       std::to_string(limit) +
                       " bytes, 64 MiB and 32 times the file; if that is "
                       "meant, save it without compression");
    }
    unpacked += status.size;
    if (name.back() == '/') continue;
    entries_.push_back({.name = name, .size = status.size, .index = index});
  }
  const auto by_name = [](const Entry& a, const Entry& b) { return a.name < b.name; };
  std::sort(entries_.begin(), entries_.end(), by_name);
  const auto twice =
      std::adjacent_find(entries_.begin(), entries_.end(),
                         [](const Entry& a, const Entry& b) { return a.name == b.name; });
  if (twice == entries_.end()) return;
  throw ModelError(invalid + "entry '" + printable(twice->name) + "' is there twice");
}

const ZipArchive::Entry* ZipArchive::find(std::string_view name) const {
  const auto at = std::lower_bound(
      entries_.begin(), entries_.end(), name,
      [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
  return at != entries_.end() && at->name == name ? &*at : nullptr;
}

std::unique_ptr<std::byte[]> ZipArchive::read(const Entry& entry) const {
  const std::string who = file_ + ": entry '" + printable(entry.name) + "': ";
  zip_file_t* open = zip_fopen_index(handle_->archive, entry.index, 0);
  if (open == nullptr) {
    throw ModelError(who + printable(zip_strerror(handle_->archive)));
  }
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> stream(open, zip_fclose);
  auto bytes = allocate_bytes(entry.size, file_);
  std::uint64_t done = 0;
  const auto next = [&](std::byte* out, std::uint64_t size) {
    const zip_int64_t got = zip_fread(open, out, std::min<std::uint64_t>(size, 1U << 30U));
    if (got < 0) {
      throw ModelError(who + printable(zip_error_strerror(zip_file_get_error(open))) +
                       "; the file is damaged: copy or download it again");
    }
    return static_cast<std::uint64_t>(got);
  };
  while (done < entry.size) {
    const std::uint64_t got = next(bytes.get() + done, entry.size - done);
    if (got == 0) throw ModelError(who + "has fewer bytes than it says; the file is damaged");
    done += got;
  }
  // Reading its end is what makes libzip compare the checksum.
  std::byte more{};
  if (next(&more, 1) != 0) throw ModelError(who + "has more bytes than it says");
  return bytes;
}

}  // namespace storyteller
