#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/text/counted.h"
#include "train/data/dataset.h"

namespace storyteller {

/// What an archive holds under one key.
struct ShardSample {
  std::string key;
  bool has_picture = false;
  uint64_t offset = 0, bytes = 0;  ///< Of the picture, in the archive.
  std::vector<std::string> captions =
      {};                           ///< Of its texts, then those of its JSON that no text has.
  std::string file_name = {};       ///< As its JSON names the picture; empty: it does not.
  std::optional<Split> split = {};  ///< As its JSON has it.
  std::string problem = {};         ///< What is wrong with one of its members; "" nothing.
};

/// An archive that was read, the pictures excepted.
struct ShardContents {
  std::vector<ShardSample> samples;      ///< In the order of their first members.
  std::string damage;                    ///< Behind what was read; "" none.
  std::map<std::string, Counted> other;  ///< Members of kinds that are not read, by kind.
  Counted again;                         ///< Members that came twice; the later one counts.
  Counted twice;                         ///< Captions that a text and the JSON both have.
  Counted not_utf8;                      ///< Texts that hold bytes that are not UTF-8.
  bool has_end_mark = true;
};

/// Reads the members' names and the captions of an archive as WebDataset writes it. A member's name
/// is cut at the first point of its last part; where that leaves nothing known, at the last one, if
/// picture and caption then meet ("v1.0-0000.jpg"). Throws InputError for what is no tar archive.
ShardContents read_shard(const std::filesystem::path& file);

}  // namespace storyteller
