#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "train/features/feature_cache.h"

namespace storyteller {

/// First bytes of a feature cache; see FeatureCache for the layout.
struct FeatureFileHeader {
  char magic[8];
  uint32_t version;
  uint32_t header_bytes;
  uint64_t images, regions, width;
  FeatureKey key;
  uint64_t payload_bytes;
  uint64_t payload_hash;  // XXH3-64 of the usable bytes and of the XXH3-64 of the features
  uint64_t reserved[5];
  uint64_t header_hash;  // XXH3-64 of the bytes before this field
};
static_assert(sizeof(FeatureFileHeader) == 128);

/// Header of a file with this key and shape, hashes still 0.
FeatureFileHeader feature_file_header(const FeatureKey& key, const FeatureShape& shape);
uint64_t header_hash(const FeatureFileHeader& header);

/// Bytes after the header, and where in them the features begin. Throws InternalError where the
/// shape overflows.
size_t feature_payload_bytes(const FeatureShape& shape);
size_t feature_offset_in_payload(const FeatureShape& shape);

/// Why the header does not describe a complete file of this key and shape; "" where it does.
std::string header_fault(const FeatureFileHeader& header, const FeatureKey& key,
                         const FeatureShape& shape, uint64_t file_bytes);

}  // namespace storyteller
