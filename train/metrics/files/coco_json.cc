#include "train/metrics/files/coco_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/json_members.h"
#include "core/text/json_name.h"
#include "core/text/phrase.h"
#include "train/text/caption_members.h"
#include "train/text/field_names.h"

namespace storyteller {
namespace {

using nlohmann::json;

constexpr const char* kExpected =
    "expected results [{\"image_id\": 42, \"caption\": \"...\"}, ...] or annotations "
    "{\"annotations\": [{\"image_id\": 42, \"caption\": \"...\"}, ...]}";
/// Members of the top object that hold entries.
constexpr std::array<std::string_view, 6> kLists = {"annotations", "results", "predictions",
                                                    "captions",    "data",    "outputs"};

/// What an entry calls its image: "id" is that of the caption where another is there.
const std::vector<std::string>& id_fields() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {"image_id", "cocoid"};
    all.insert(all.end(), image_fields().begin(), image_fields().end());
    return all;
  }();
  return names;
}

const char* kind_of(std::string_view value) {
  switch (value.front()) {
    case '{':
      return "an object";
    case '[':
      return "an array";
    case '"':
      return "a string";
    case 'n':
      return "null";
    case 't':
    case 'f':
      return "true or false";
    default:
      return "a number";
  }
}

class Reader {
 public:
  Reader(std::string text, CaptionFile& file) : text_(std::move(text), file.name), file_(file) {}

  void read() {
    std::vector<std::string_view> values;
    text_.for_each_value([&](std::string_view value) { values.push_back(value); });
    if (values.size() == 1 && values[0].starts_with('[')) {
      read_list(values[0]);
    } else if (values.size() == 1 && values[0].starts_with('{')) {
      read_object(values[0]);
    } else if (values.size() == 1) {
      text_.parse(values[0]);  // which says so where it is not JSON at all
      fail(values[0], std::string("it holds ") + kind_of(values[0]) + "; " + kExpected);
    } else {
      for (const std::string_view value : values) read_entry(value);
    }
    if (!text_.note().empty()) file_.notes.push_back(text_.note());
    if (null_ > 0) {
      file_.notes.push_back(file_.name + ": " + counted(null_, "caption is", "captions are") +
                            " null, the first that of image " + printable(first_null_));
    }
    if (without_ > 0) {
      file_.notes.push_back(file_.name + ": " + counted(without_, "entry says", "entries say") +
                            " why there is no caption, and count for nothing");
    }
  }

 private:
  [[noreturn]] void fail(std::string_view at, const std::string& problem) const {
    text_.place(at).fail(problem);
  }
  std::string entry() const { return "entry " + std::to_string(entries_); }

  void read_list(std::string_view array) {
    text_.for_each_element(array, [&](size_t, std::string_view value) { read_entry(value); });
  }

  void read_object(std::string_view object) {
    const JsonMembers members(text_, object);
    const auto* images = members.find("images");
    for (const std::string_view key : kLists) {
      const auto* list = members.find(key);
      if (list == nullptr) continue;
      if (members.twice(key)) fail(list->second, "\"" + list->first + "\" stands there twice");
      const bool entries =
          list->second.starts_with('[') &&
          (key != "captions" || text_.first_element(list->second).starts_with('{'));
      if (!entries && key == kLists.front()) {
        fail(list->second,
             "\"" + list->first + "\" is " + kind_of(list->second) + "; " + kExpected);
      }
      if (!entries) continue;
      if (images != nullptr && images->second.starts_with('[')) read_names(images->second);
      return read_list(list->second);
    }
    if (images != nullptr && images->second.starts_with('[')) return read_list(images->second);
    const bool is_entry = members.first_of(id_fields()) != nullptr &&
                          (members.first_of(caption_fields()) != nullptr ||
                           members.first_of(captions_fields()) != nullptr);
    if (is_entry) return read_entry(object);
    const bool is_dictionary = members.size() > 0 && (members.begin()->second.starts_with('[') ||
                                                      members.begin()->second.starts_with('"'));
    if (!is_dictionary) fail(object, std::string("no captions; ") + kExpected);
    for (const auto& [key, value] : members) {
      ++entries_;
      add(key, false, value);
    }
  }

  /// "images" of COCO: which file shows which image.
  void read_names(std::string_view images) {
    text_.for_each_element(images, [&](size_t, std::string_view image) {
      if (!image.starts_with('{')) return;
      const JsonMembers members(text_, image);
      const auto* id = members.find("id");
      if (id == nullptr || id->second == "null") return;
      bool number = false;
      name_image(members, read_id(*id, &number));
    });
  }

  void name_image(const JsonMembers& members, const std::string& id) {
    for (const char* key : {"file_name", "filename"}) {
      const auto* name = members.find(key);
      if (name == nullptr || !name->second.starts_with('"')) continue;
      file_.file_names.emplace(id, text_.parse(name->second).get<std::string>());
      return;
    }
  }

  void read_entry(std::string_view value) {
    ++entries_;
    if (!value.starts_with('{')) {
      text_.parse(value);  // as above
      fail(value, entry() + " is " + kind_of(value) +
                      ", where {\"image_id\": ..., \"caption\": ...} is expected");
    }
    const JsonMembers members(text_, value);
    const auto* id = members.first_of(id_fields());
    if (id == nullptr) fail(value, entry() + " has no \"image_id\"; " + kExpected);
    if (members.twice(id->first))
      fail(value, entry() + ": \"" + id->first + "\" stands there twice");
    const auto* caption = members.first_of(caption_fields());
    const auto* several = members.first_of(captions_fields());
    if (caption == nullptr || (caption->second == "null" && several != nullptr)) caption = several;
    if (caption == nullptr && members.find("error") != nullptr) {
      ++without_;
      return;
    }
    if (caption == nullptr) fail(value, entry() + " has no \"caption\"; " + kExpected);
    if (members.twice(caption->first)) {
      fail(value, entry() + ": \"" + caption->first + "\" stands there twice");
    }
    bool number = false;
    std::string image = read_id(*id, &number);
    if (const auto* bytes = members.find(id->first + "_bytes"); bytes != nullptr) {
      // As set_name writes an id that is not UTF-8.
      image =
          name_in(json{{id->first, image}, {bytes->first, text_.parse(bytes->second)}}, id->first)
              .value();
    }
    name_image(members, image);
    key_ = caption->first;
    add(image, number, caption->second);
    if (several != nullptr && several != caption) add_further(image, number, several->second);
  }

  /// {"caption": "a", "captions": [{"caption": "a", ...}, {"caption": "b", ...}]}: the second one
  /// on, where the first is that of the entry.
  void add_further(const std::string& image, bool number, std::string_view captions) {
    if (!captions.starts_with('[') || !text_.first_element(captions).starts_with('{')) return;
    std::vector<FiledCaption> found;
    bool alike = true;
    text_.for_each_element(captions, [&](size_t i, std::string_view element) {
      const json object = text_.parse(element);
      const auto caption = object.is_object() ? object.find("caption") : object.end();
      alike = alike && caption != object.end() && caption->is_string();
      if (!alike) return;
      auto text = caption->get<std::string>();
      if (i == 0) {
        alike = text == file_.captions.back().caption;
      } else {
        found.push_back({.image = image, .number = number, .caption = std::move(text)});
      }
    });
    if (alike) file_.further.insert(file_.further.end(), found.begin(), found.end());
  }

  /// A whole number, or a text that is not empty.
  std::string read_id(const JsonMembers::Member& member, bool* number) {
    const auto& [key, view] = member;
    const json value = text_.parse(view);
    *number = value.is_number();
    if (auto whole = whole_number(value)) return *std::move(whole);
    if (value.is_object()) {  // {"path": "a.jpg", "bytes": null}, as Hugging Face writes images
      for (const char* path : {"path", "file_name"}) {
        const auto at = value.find(path);
        if (at != value.end() && at->is_string()) return at->get<std::string>();
      }
    }
    if (!value.is_string()) {
      fail(view, entry() + ": \"" + key + "\" is " +
                     (value.is_number() ? printable(view) : kind_of(view)) +
                     "; give a whole number or a string");
    }
    auto text = value.get<std::string>();
    if (text.empty()) fail(view, entry() + ": \"" + key + "\" is empty");
    return text;
  }

  /// Adds what an entry holds as its caption or captions.
  void add(const std::string& image, bool number, std::string_view value) {
    if (value == "null") return add_absent(image, number);
    if (value.starts_with('"')) {
      return add_text(image, number, text_.parse(value).get<std::string>(), value);
    }
    if (value.starts_with('{')) return add_object(image, number, value);
    if (!value.starts_with('[')) refuse(value);
    size_t count = 0;
    text_.for_each_element(value, [&](size_t, std::string_view element) {
      ++count;
      if (element.starts_with('[')) refuse(element);
      add(image, number, element);
    });
    if (count == 0) add_absent(image, number);
  }

  /// {"raw": "...", "tokens": [...]} of Karpathy, {"image_id": ..., "caption": "..."} of others.
  void add_object(const std::string& image, bool number, std::string_view object) {
    const JsonMembers members(text_, object);
    const auto* caption = members.first_of(caption_fields());
    if (caption != nullptr && caption->second.starts_with('"')) {
      return add(image, number, caption->second);
    }
    const auto* tokens = members.find("tokens");
    if (tokens == nullptr || !tokens->second.starts_with('[')) refuse(object);
    add_text(image, number, joined_tokens(text_.parse(tokens->second)), object);
  }

  void add_text(const std::string& image, bool number, std::string text, std::string_view at) {
    if (text.size() > kLongestCaption) {
      fail(at, entry() + ": a caption of " + std::to_string(text.size()) + " bytes; at most " +
                   std::to_string(kLongestCaption) + " are read");
    }
    file_.captions.push_back({.image = image, .number = number, .caption = std::move(text)});
  }

  void add_absent(const std::string& image, bool number) {
    if (null_++ == 0) first_null_ = image;
    file_.captions.push_back({.image = image, .number = number, .absent = true});
  }

  [[noreturn]] void refuse(std::string_view value) const {
    fail(value, entry() + ": \"" + key_ + "\" is " + kind_of(value) + "; give a string");
  }

  JsonText text_;
  CaptionFile& file_;
  std::string key_ = "caption";  // of the entry's captions
  size_t entries_ = 0, null_ = 0, without_ = 0;
  std::string first_null_;
};

}  // namespace

void parse_json_captions(std::string text, CaptionFile& file) {
  const size_t first = text.find_first_not_of("[{ \t\r\n");
  if (first != std::string::npos && first > 0 && text[first] == '\'') {
    throw InputError(file.name +
                     ": single quotes, as Python prints them; write the file with json.dump");
  }
  Reader(std::move(text), file).read();
}

}  // namespace storyteller
