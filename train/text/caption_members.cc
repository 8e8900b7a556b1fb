#include "train/text/caption_members.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/text/field_names.h"
#include "train/text/split_names.h"

namespace storyteller {
namespace {

using nlohmann::json;

const json* member(const json& record, const std::string& name) {
  const auto found = record.find(name);
  return found == record.end() ? nullptr : &*found;
}

void add_text(const std::string& text, std::vector<std::string>& out) {
  if (is_missing_text(text)) return;
  if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(text);
}

/// The caption of {"raw": "...", "tokens": [...]} or of an answer of a conversation.
void add_object(const json& object, std::vector<std::string>& out) {
  const json* speaker = member(object, "from");
  if (speaker == nullptr) speaker = member(object, "role");
  if (speaker != nullptr) {
    if (*speaker != "gpt" && *speaker != "assistant") return;
    for (const char* key : {"value", "content"}) {
      const json* text = member(object, key);
      if (text != nullptr && text->is_string()) add_text(text->get<std::string>(), out);
    }
    return;
  }
  for (const std::string& key : caption_fields()) {
    const json* text = member(object, key);
    if (text != nullptr && text->is_string()) return add_text(text->get<std::string>(), out);
  }
  const json* tokens = member(object, "tokens");
  if (tokens != nullptr && tokens->is_array()) add_text(joined_tokens(*tokens), out);
}

void add_captions(const json& value, std::vector<std::string>& out) {
  if (value.is_string()) return add_text(value.get_ref<const std::string&>(), out);
  if (value.is_object()) return add_object(value, out);
  if (!value.is_array()) return;
  for (const json& caption : value) {
    if (caption.is_string()) {
      // Repetitions inside of one list are kept: who wrote the list may have meant them.
      if (!is_missing_text(caption.get_ref<const std::string&>())) out.push_back(caption);
    } else if (caption.is_object()) {
      add_object(caption, out);
    } else if (caption.is_array()) {
      add_text(joined_tokens(caption), out);
    }
  }
}

}  // namespace

std::vector<std::string> caption_members(const json& record) {
  std::vector<std::string> captions;
  for (const auto* names : {&caption_fields(), &captions_fields()}) {
    std::vector<std::string> found;
    for (const std::string& name : *names) {
      if (const json* value = member(record, name)) add_captions(*value, found);
      if (!found.empty()) break;
    }
    if (captions.empty()) {
      captions = std::move(found);
    } else {
      for (const std::string& caption : found) add_text(caption, captions);
    }
  }
  return captions;
}

std::string joined_tokens(const json& tokens) {
  std::string text;
  for (const json& token : tokens) {
    if (token.is_string()) text += (text.empty() ? "" : " ") + token.get<std::string>();
  }
  return text;
}

std::string picture_member(const json& record, const RecordPlace& place) {
  for (const std::string& name : image_fields()) {
    const json* value = member(record, name);
    if (value != nullptr && value->is_object()) {
      const json* inner = member(*value, "path");
      value = inner != nullptr ? inner : member(*value, "file_name");
    }
    if (value == nullptr || value->is_null()) continue;
    if (value->is_number_integer()) return value->dump();
    if (!value->is_string()) {
      place.fail("\"" + name + "\" is a JSON " + value->type_name() +
                 "; expected the name of a picture");
    }
    auto text = value->get<std::string>();
    const json* folder = name == "filename" ? member(record, "filepath") : nullptr;
    if (folder == nullptr || !folder->is_string()) return text;
    const auto& front = folder->get_ref<const std::string&>();
    return front.empty() || has_picture_extension(front)
               ? text
               : std::string(front).append("/").append(text);
  }
  std::string there;
  for (const auto& [name, value] : record.items()) {
    if (there.size() < 100) there += (there.empty() ? "" : ", ") + printable(name, 40);
  }
  place.fail("no \"image\" in the object (known: " + known_image_fields() +
             "; it has: " + (there.empty() ? "nothing" : there) + "); see docs/your-own-data.md");
}

std::optional<Split> split_member(const json& record, const RecordPlace& place) {
  if (const json* value = member(record, "split"); value != nullptr && !value->is_null()) {
    return named_split(value->is_string() ? value->get<std::string>() : value->dump(), place);
  }
  for (const char* name : {"subset", "partition", "set_name"}) {
    const json* value = member(record, name);
    if (value != nullptr && value->is_string()) return split_named(value->get<std::string>());
  }
  return std::nullopt;
}

std::optional<Split> named_split(std::string_view name, const RecordPlace& place) {
  if (names_no_split(name)) return std::nullopt;
  const auto split = split_named(name);
  if (!split) place.fail(unknown_split(name));
  return split;
}

}  // namespace storyteller
