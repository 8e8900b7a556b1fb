#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/serialization/weight_tensor.h"
#include "core/serialization/zip_archive.h"

namespace storyteller {

/// Tensors as a reader of one format finds them; in any order, names unique.
struct ReadTensors {
  std::vector<WeightTensor> tensors;
  std::vector<std::string> notes;  ///< how they were found, a sentence each
  std::string other_keys = {};     ///< where else tensors are: "'ema', 'decoder'"
};

/// The entry of the pickle in a checkpoint of PyTorch 1.6 or later; null where the archive is none.
const ZipArchive::Entry* torch_pickle(const ZipArchive& archive);

/// Such a checkpoint: NAME/data.pkl, NAME/data/KEY for each storage, NAME/byteorder. Only the
/// storages that the state dict uses are read, which lies under `key`, or is found where that is
/// empty. Throws ModelError.
ReadTensors read_torch_zip(const ZipArchive& archive, const ZipArchive::Entry& pickle,
                           const std::string& key);

/// Whether bytes begin as the checkpoints of torch.save before 1.6 do.
bool is_torch_legacy(std::span<const std::byte> head);

/// Such a checkpoint: pickles of a magic number, a protocol version, the writer's byte order, the
/// object and the keys of its storages; then each storage, 8 bytes of length and its elements.
/// `owner` holds the bytes of the file, of which tensors keep views. Throws ModelError.
ReadTensors read_torch_legacy(const SharedBytes& owner, std::size_t size, const std::string& file,
                              const std::string& key);

}  // namespace storyteller
