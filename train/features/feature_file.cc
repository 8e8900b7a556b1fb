#include "train/features/feature_file.h"

#include <xxhash.h>

#include <cstddef>
#include <cstring>

#include "core/error.h"

namespace storyteller {
namespace {

constexpr char kMagic[] = "STFEATUR";
constexpr uint32_t kVersion = 1;
constexpr size_t kAlignment = 64;

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

}  // namespace storyteller
