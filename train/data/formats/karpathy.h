#pragma once

#include <filesystem>
#include <string>

#include "train/data/formats/picture_list.h"

namespace storyteller {

/// Adds pictures and captions of a file with Karpathy's splits; a picture is called
/// "filepath/filename", or "filename" where there is no path. The caption is "raw".
void add_karpathy(const std::filesystem::path& file, PictureList& list);

}  // namespace storyteller
