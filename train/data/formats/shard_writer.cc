#include "train/data/formats/shard_writer.h"

#include <archive.h>
#include <archive_entry.h>

#include <exception>
#include <span>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"

namespace storyteller {

/// Where the archive's bytes go. No exception may pass through libarchive: it waits here.
struct ShardTarget {
  AtomicFile file;
  std::exception_ptr failure = nullptr;
};

namespace {

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;

la_ssize_t write_bytes(archive* /*writer*/, void* to, const void* bytes, size_t count) {
  auto& target = *static_cast<ShardTarget*>(to);
  try {
    target.file.write(std::span(static_cast<const std::byte*>(bytes), count));
    return static_cast<la_ssize_t>(count);
  } catch (...) {
    target.failure = std::current_exception();
    return -1;
  }
}

const char* extension_of(const std::string& picture) {
  if (picture.starts_with("\xFF\xD8\xFF")) return ".jpg";
  if (picture.starts_with("\x89PNG")) return ".png";
  return nullptr;
}

/// Whether JSON can hold it as it is.
bool is_text(const std::string& caption) {
  try {
    return !nlohmann::json(caption).dump().empty();
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace

struct ShardWriter::Shard {
  explicit Shard(const std::filesystem::path& path)
      : target{AtomicFile(path)}, writer(archive_write_new(), archive_write_free) {
    if (!writer) throw MemoryError("no memory to write " + printable_path(path.string()));
    archive_write_set_format_pax_restricted(writer.get());
    archive_write_set_bytes_in_last_block(writer.get(), 1);
    check(archive_write_open(writer.get(), &target, nullptr, write_bytes, nullptr));
  }

  void check(int status) const {
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN) return;
    if (target.failure) std::rethrow_exception(target.failure);
    const char* cause = archive_error_string(writer.get());
    throw IoError(std::string("writing a shard failed: ") + (cause == nullptr ? "" : cause));
  }

  void add(const std::string& name, const std::string& contents) const {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                              archive_entry_free);
    if (!entry) throw MemoryError("no memory to write a shard");
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(contents.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 0, 0);  // the same bytes each time
    check(archive_write_header(writer.get(), entry.get()));
    if (archive_write_data(writer.get(), contents.data(), contents.size()) !=
        static_cast<la_ssize_t>(contents.size())) {
      check(ARCHIVE_FATAL);
    }
  }

  ShardTarget target;
  Writer writer;
  uint64_t bytes = 0;
  size_t pictures = 0;
};

ShardWriter::ShardWriter(std::filesystem::path folder, std::string prefix, const Limits& limits)
    : folder_(std::move(folder)), prefix_(std::move(prefix)), limits_(limits) {}

// The archive is closed into a file that is not kept; archive_write_fail would lose its buffer.
ShardWriter::~ShardWriter() = default;

void ShardWriter::begin() {
  constexpr size_t kDigits = 6;
  const std::string number = std::to_string(written_);
  const std::string zeros(kDigits - std::min(kDigits, number.size()), '0');
  shard_ = std::make_unique<Shard>(folder_ / (prefix_ + "-" + zeros + number + ".tar"));
}

void ShardWriter::end() {
  shard_->check(archive_write_close(shard_->writer.get()));
  shard_->target.file.commit();
  shard_.reset();
  ++written_;
}

void ShardWriter::require_picture(const std::string& picture, const std::string& id) {
  if (extension_of(picture) == nullptr) throw InputError(printable(id) + ": neither JPEG nor PNG");
}

void ShardWriter::add(const std::string& key, const std::string& id, const std::string& picture,
                      const std::vector<std::string>& captions) {
  require_picture(picture, id);
  const char* extension = extension_of(picture);
  if (shard_ && (shard_->bytes >= limits_.bytes || shard_->pictures >= limits_.pictures)) end();
  if (!shard_) begin();
  shard_->add(key + extension, picture);
  nlohmann::json record = {{"captions", captions}};
  set_name(record, "file_name", id);
  for (const std::string& caption : captions) replaced_ += is_text(caption) ? 0 : 1;
  shard_->add(key + ".json", json_line(record));
  shard_->bytes += picture.size();
  ++shard_->pictures;
}

size_t ShardWriter::finish() {
  if (shard_) end();
  return written_;
}

}  // namespace storyteller
