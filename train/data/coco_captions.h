#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// Captions in the two JSON formats of the COCO captioning challenge (Chen et al. 2015). An image
/// id is a number or, as data sets without numbers write it, a text; here it is always text
/// ("391895"), so that both kinds of file match. Members that are not named here are not looked at.

/// One generated caption: an element of a results file.
struct CocoResult {
  std::string image_id;
  std::string caption;  ///< UTF-8, may be empty
};

/// One image of an annotations file with its human captions.
struct CocoImage {
  std::string id;
  std::string file_name = {};              ///< empty where the file does not list its images
  std::vector<std::string> captions = {};  ///< UTF-8, in the file's order; none is possible
};

/// [{"image_id": 391895, "caption": "..."}, ...], in the file's order; an id occurs once.
/// @throws InputError naming the file, the element and the cause: missing file, no JSON, bad UTF-8,
///   a member missing or of another type, an id twice.
std::vector<CocoResult> read_coco_results(const std::filesystem::path& path);

/// {"annotations": [{"image_id": 391895, "caption": "..."}, ...], "images": [{"id": 391895,
/// "file_name": "x.jpg"}, ...]}, where "images" may be absent. Images in the order of "images",
/// then those that only annotations name, in their order.
/// @throws InputError as above; an image twice in "images" included.
std::vector<CocoImage> read_coco_annotations(const std::filesystem::path& path);

/// The same from text that was read already; `name` is how messages call it.
std::vector<CocoResult> parse_coco_results(std::string_view json, const std::string& name);
std::vector<CocoImage> parse_coco_annotations(std::string_view json, const std::string& name);

}  // namespace storyteller
