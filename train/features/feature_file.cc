#include "train/features/feature_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "core/error.h"

namespace storyteller {
namespace {

constexpr char kMagic[] = "STFEATUR";
constexpr uint32_t kVersion = 1;
constexpr size_t kAlignment = 64;

bool is_same_file(int file, const std::filesystem::path& path) {
  struct stat open_file {
  }, named{};
  return fstat(file, &open_file) == 0 && stat(path.c_str(), &named) == 0 &&
         open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev;
}

}  // namespace

FeatureFileHeader feature_file_header(const FeatureKey& key, const FeatureShape& shape) {
  FeatureFileHeader header{};
  std::memcpy(header.magic, kMagic, sizeof header.magic);
  header.version = kVersion;
  header.header_bytes = sizeof header;
  header.images = shape.images;
  header.regions = shape.regions;
  header.width = shape.width;
  header.key = key;
  header.payload_bytes = feature_payload_bytes(shape);
  return header;
}

uint64_t header_hash(const FeatureFileHeader& header) {
  return XXH3_64bits(&header, offsetof(FeatureFileHeader, header_hash));
}

size_t feature_offset_in_payload(const FeatureShape& shape) {
  return (shape.images + kAlignment - 1) / kAlignment * kAlignment;
}

size_t feature_payload_bytes(const FeatureShape& shape) {
  size_t row = 0, all = 0, bytes = 0;
  if (__builtin_mul_overflow(shape.regions, shape.width, &row) ||
      __builtin_mul_overflow(row, shape.images, &all) ||
      __builtin_mul_overflow(all, sizeof(uint16_t), &bytes) || bytes > SIZE_MAX / 4) {
    throw InternalError("feature cache: the shape overflows");
  }
  return feature_offset_in_payload(shape) + bytes;
}

std::string header_fault(const FeatureFileHeader& header, const FeatureKey& key,
                         const FeatureShape& shape, uint64_t file_bytes) {
  if (std::memcmp(header.magic, kMagic, sizeof header.magic) != 0) return "not a feature cache";
  if (header.version != kVersion) return "of format version " + std::to_string(header.version);
  if (header.header_hash != header_hash(header)) return "damaged in its header";
  if (header.key.encoder != key.encoder) return "of another encoder";
  if (header.key.dataset != key.dataset) return "of another list of pictures";
  if (header.key.preprocessing != key.preprocessing) return "of another preprocessing";
  if (header.images != shape.images || header.regions != shape.regions ||
      header.width != shape.width || header.payload_bytes != feature_payload_bytes(shape)) {
    return "of another shape";
  }
  if (file_bytes != sizeof header + header.payload_bytes) {
    return "not of its full size (" + std::to_string(file_bytes) + " of " +
           std::to_string(sizeof header + header.payload_bytes) + " bytes)";
  }
  return "";
}

FeatureFileWriter::FeatureFileWriter(const std::filesystem::path& path,
                                     const std::function<void()>& wait)
    : path_(path), partial_(path.string() + ".partial") {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  while (true) {
    file_ = ::open(partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file_ < 0) fail("cannot be written");
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
      if (wait) wait();
      while (flock(file_, LOCK_EX) != 0) {
        if (errno != EINTR) fail("cannot be locked");
      }
    }
    if (is_same_file(file_, partial_)) return;
    ::close(file_);  // its owner renamed or removed it while this process waited
  }
}

FeatureFileWriter::~FeatureFileWriter() {
  if (file_ < 0) return;
  if (!committed_) ::unlink(partial_.c_str());
  ::close(file_);
}

void FeatureFileWriter::fail(const std::string& what) const {
  const int reason = errno;
  std::string message = partial_.string() + ": " + what + ": " + std::strerror(reason);
  if (bytes_ > 0) message += "; the feature cache needs " + std::to_string(bytes_) + " bytes";
  if (reason == ENOSPC || reason == EDQUOT) message += ": free some space or move the cache";
  throw IoError(message);
}

void FeatureFileWriter::reserve(uint64_t bytes) {
  bytes_ = bytes;
  if (ftruncate(file_, 0) != 0) fail("cannot be emptied");
  const int error = posix_fallocate(file_, 0, static_cast<off_t>(bytes));
  if (error != 0) {
    errno = error;
    fail("no room");
  }
}

void FeatureFileWriter::write(uint64_t offset, const void* data, size_t bytes) {
  const auto* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = pwrite(file_, next, bytes, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("writing failed");
    next += written;
    offset += static_cast<uint64_t>(written);
    bytes -= static_cast<size_t>(written);
  }
}

void FeatureFileWriter::commit() {
  if (fsync(file_) != 0) fail("syncing failed");
  if (::rename(partial_.c_str(), path_.c_str()) != 0) fail("cannot be renamed");
  committed_ = true;
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;  // some file systems cannot sync folders; the data are safe
  fsync(directory);
  ::close(directory);
}

}  // namespace storyteller
