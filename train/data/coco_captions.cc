#include "train/data/coco_captions.h"

#include <unordered_map>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/text_file.h"

namespace storyteller {
namespace {

using nlohmann::json;

constexpr const char* kResultsForm = R"(expected [{"image_id": ..., "caption": ...}, ...])";
constexpr const char* kAnnotationsForm =
    R"(expected {"annotations": [{"image_id": ..., "caption": ...}, ...], "images": [...]})";

json parse(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    throw InputError(name + ": not JSON: " + printable(error.what(), 200));
  }
}

/// One element of a list, with what messages need to point at it.
class Element {
 public:
  Element(const json& value, const std::string& name, const char* list, size_t index,
          const char* form)
      : value_(value), name_(name), list_(list), index_(index), form_(form) {
    if (!value.is_object()) fail("is no object");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(name_ + ": " + list_ + "element " + std::to_string(index_) + " " + what +
                     "; " + form_);
  }

  std::string text(const char* key) const {
    const auto at = value_.find(key);
    if (at == value_.end() || !at->is_string()) {
      fail("has no text '" + std::string(key) + "'");
    }
    return at->get<std::string>();
  }

  std::string id(const char* key) const {
    const auto at = value_.find(key);
    if (at != value_.end() && at->is_string()) return at->get<std::string>();
    if (at == value_.end() || !at->is_number_integer()) {
      fail("has no '" + std::string(key) + "' that is a whole number or a text");
    }
    return at->dump();
  }

 private:
  const json& value_;
  const std::string& name_;
  const char* list_;
  size_t index_;
  const char* form_;
};

}  // namespace

std::vector<CocoResult> parse_coco_results(std::string_view text, const std::string& name) {
  const json root = parse(text, name);
  if (!root.is_array()) throw InputError(name + ": no list of results; " + kResultsForm);
  std::vector<CocoResult> results;
  std::unordered_set<std::string> seen;
  for (const json& value : root) {
    const Element element(value, name, "", results.size(), kResultsForm);
    CocoResult result{.image_id = element.id("image_id"), .caption = element.text("caption")};
    if (!seen.insert(result.image_id).second) {
      throw InputError(name + ": image " + printable(result.image_id) +
                       " has two captions; a results file has one per image");
    }
    results.push_back(std::move(result));
  }
  return results;
}

std::vector<CocoImage> parse_coco_annotations(std::string_view text, const std::string& name) {
  const json root = parse(text, name);
  if (!root.is_object() || !root.contains("annotations") || !root["annotations"].is_array()) {
    throw InputError(name + ": no list 'annotations'; " + kAnnotationsForm);
  }
  std::vector<CocoImage> images;
  std::unordered_map<std::string, size_t> index;
  if (root.contains("images")) {
    if (!root["images"].is_array()) {
      throw InputError(name + ": 'images' is no list; " + kAnnotationsForm);
    }
    for (const json& value : root["images"]) {
      const Element element(value, name, "images: ", images.size(), kAnnotationsForm);
      CocoImage image{.id = element.id("id")};
      if (value.contains("file_name")) image.file_name = element.text("file_name");
      if (!index.emplace(image.id, images.size()).second) {
        throw InputError(name + ": image " + printable(image.id) + " is listed twice");
      }
      images.push_back(std::move(image));
    }
  }
  size_t number = 0;
  for (const json& value : root["annotations"]) {
    const Element element(value, name, "annotations: ", number++, kAnnotationsForm);
    const std::string id = element.id("image_id");
    const auto [at, is_new] = index.emplace(id, images.size());
    if (is_new) images.push_back({.id = id});
    images[at->second].captions.push_back(element.text("caption"));
  }
  return images;
}

std::vector<CocoResult> read_coco_results(const std::filesystem::path& path) {
  return parse_coco_results(read_text_file(path), path.string());
}

std::vector<CocoImage> read_coco_annotations(const std::filesystem::path& path) {
  return parse_coco_annotations(read_text_file(path), path.string());
}

}  // namespace storyteller
