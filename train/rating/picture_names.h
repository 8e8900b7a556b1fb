#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace storyteller {

/// Which file shows which image, as COCO's annotations say beside their captions: {"images":
/// [{"id": 391895, "file_name": "x.jpg"}, ...]}. Image id as text -> name without folders. Empty
/// where the text is no such object: captions may come without pictures.
/// @throws InputError naming the file and the element: an entry without id, an id twice.
std::unordered_map<std::string, std::string> parse_picture_names(std::string_view json,
                                                                 const std::string& name);

}  // namespace storyteller
