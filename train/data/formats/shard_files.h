#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "train/data/dataset.h"

namespace storyteller {

/// One archive of a set.
struct ShardFile {
  std::filesystem::path path;
  std::string name;            ///< "val/00000": its place in the set, without ".tar".
  std::optional<Split> split;  ///< As the first part of that place tells which names one.
};

struct ShardFiles {
  std::vector<ShardFile> files;    ///< By name.
  std::vector<std::string> notes;  ///< What lies beside them and is not read.
};

/// The archives of a set: a file, a folder with all below it, or a pattern of files in the shell's
/// way ("train-{00000..00009}.tar", "*.tar"). Throws InputError where there is none, with the
/// command that makes archives of what is there: compressed ones, Parquet, loose pictures.
ShardFiles find_shards(const std::filesystem::path& path);

}  // namespace storyteller
