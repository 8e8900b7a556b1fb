#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/caption_file.h"

namespace storyteller {

/// The captions in COCO's results or annotations (see read_caption_file), read event by event:
/// memory is that of the captions, whatever else the file holds and however deep it is nested.
/// `name` stands for the file in the InputErrors.
std::vector<FiledCaption> parse_coco_captions(std::string_view json, const std::string& name);

/// What nlohmann's parser says is wrong, without its name and number in front; printable.
std::string json_cause(const std::exception& error);

}  // namespace storyteller
