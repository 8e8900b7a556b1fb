#include <string>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/counted.h"
#include "train/data/formats/json_layouts.h"
#include "train/text/caption_members.h"

namespace storyteller {
namespace {

using nlohmann::json;

std::string element_of(const char* array, size_t index) {
  return std::string(array) + "[" + std::to_string(index) + "]";
}

struct CocoImage {
  std::string name;
  std::optional<Split> split;
  size_t index = 0;
};

/// The pictures by their ids. Reads ahead of the captions, which may stand in front of them.
std::unordered_map<std::string, CocoImage> images_of(const JsonText& text, std::string_view array,
                                                     std::optional<Split> split, Rows& rows) {
  std::unordered_map<std::string, CocoImage> images;
  text.for_each_element(array, [&](size_t index, std::string_view value) {
    const std::string element = element_of("images", index);
    const json record = text.parse(value, element);
    const RecordPlace place = text.place(value, element);
    if (!record.is_object()) place.fail("not an object");
    const std::string id = id_member(record, "id", place);
    CocoImage image{.name = picture_member(record, place),
                    .split = split_member(record, place),
                    .index = index};
    if (!image.split) image.split = split;
    const auto [known, is_new] = images.try_emplace(id, image);
    if (!is_new && known->second.name != image.name) {
      place.fail("id " + printable(id) + " is that of '" + printable(known->second.name) + "' (" +
                 element_of("images", known->second.index) + ") and of '" + printable(image.name) +
                 "'; give each picture an id of its own");
    }
    rows.add_name(image.name, image.split);
    rows.number(image.name, id);
  });
  return images;
}

bool is_true(const json& record, const char* key) {
  const auto member = record.find(key);
  return member != record.end() && (*member == true || *member == 1);
}

}  // namespace

void for_each_coco_image(const JsonText& text,
                         const std::function<void(const std::string& name)>& each) {
  text.for_each_value([&](std::string_view top) {
    if (!top.starts_with('{')) return;
    const std::string_view images = text.member(top, "images");
    if (!images.starts_with('[')) return;
    text.for_each_element(images, [&](size_t, std::string_view value) {
      const json record = text.parse(value);
      const auto name = record.is_object() ? record.find("file_name") : record.end();
      if (name != record.end() && name->is_string()) each(name->get_ref<const std::string&>());
    });
  });
}

void add_coco(const JsonText& text, std::string_view top, std::optional<Split> split, Rows& rows) {
  if (!top.starts_with('{'))
    throw InputError(text.name() + ": no array \"images\" in the top object");
  const std::string_view listed = text.member(top, "images");
  const std::string_view annotations = text.member(top, "annotations");
  for (const auto& [array, key] : {std::pair(listed, "images"), {annotations, "annotations"}}) {
    if (!array.starts_with('[')) {
      throw InputError(text.name() + ": no array \"" + key + "\" in the top object");
    }
  }
  const auto images = images_of(text, listed, split, rows);
  Counted orphans, nothing_said;
  size_t count = 0, with_caption = 0;
  bool objects = false;
  text.for_each_element(annotations, [&](size_t index, std::string_view value) {
    const std::string element = element_of("annotations", index);
    const json record = text.parse(value, element);
    const RecordPlace place = text.place(value, element);
    if (!record.is_object()) place.fail("not an object");
    ++count;
    objects = objects || record.contains("bbox") || record.contains("category_id") ||
              record.contains("keypoints");
    const std::string id = id_member(record, "image_id", place);
    const auto captions = caption_members(record);
    with_caption += captions.empty() ? 0 : 1;
    const auto image = images.find(id);
    const std::string example = element + " (image_id " + printable(id) + ")";
    if (image == images.end()) {
      orphans.add(example);
    } else if (is_true(record, "is_precanned") || is_true(record, "is_rejected")) {
      nothing_said.add(example);
    } else {
      rows.add(image->second.name, image->second.split, captions);
    }
  });
  if (count > 0 && with_caption == 0) {
    throw InputError(text.name() + ": no annotation has a caption" +
                     (objects
                          ? "; these are objects (COCO's instances or keypoints): the file with "
                            "captions is called captions_..."
                          : " (known: caption, text, ...); see docs/your-own-data.md"));
  }
  if (orphans.count > 0 && orphans.count == count) {
    throw InputError(text.name() +
                     ": no annotation is of a picture that \"images\" lists; the "
                     "first is " +
                     orphans.example + ", and \"images\" has the ids " +
                     (images.empty() ? "of none" : printable(images.begin()->first) + ", ..."));
  }
  const auto note = [&](const Counted& left_out, const std::string& what) {
    rows.note(left_out.note(text.name(), "annotation " + what, "annotations " + what));
  };
  note(orphans, "of no picture that \"images\" lists left out");
  note(nothing_said, "marked as rejected or as saying nothing left out");
}

}  // namespace storyteller
