#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/text/json_line.h"
#include "tools/apps/serve/dialects.h"
#include "tools/apps/serve/json_body.h"
#include "tools/apps/serve/limits.h"
#include "tools/apps/serve/multipart.h"
#include "tools/apps/serve/picture_text.h"
#include "tools/render/caption_json.h"

namespace storyteller::serve {
namespace {

using nlohmann::json;
using Json = nlohmann::ordered_json;

constexpr int kMaxBeam = 20;

Problem no_image() {
  return Problem(400, "no_image", "no picture was sent",
                 "send the file as the body, as the form's field image, or as JSON's image")
      .about("image");
}

/// One of the values that a table names.
template <class Value, std::size_t kCount>
void take_choice(json& object, const std::string& name,
                 const std::array<std::pair<const char*, Value>, kCount>& values, Value& chosen) {
  const auto given = take_text(object, name);
  if (!given) return;
  std::string known;
  for (const auto& [word, value] : values) {
    known += (known.empty() ? "" : ", ") + std::string(word);
    if (*given == word) {
      chosen = value;
      return;
    }
  }
  throw bad_value(name, "one of " + known);
}

Maps maps_of(const json& value) {
  if (value.is_null()) return Maps::kNone;
  if (value.is_boolean()) return value.get<bool>() ? Maps::kOverlay : Maps::kNone;
  if (value == "overlay") return Maps::kOverlay;
  if (value == "mask") return Maps::kMask;
  throw bad_value("attention", "true, false, overlay or mask");
}

/// All that an object says but its pictures.
void take_wishes(json& object, CaptionRequest& request) {
  request.search.beam = take_integer(object, "beam", 1, kMaxBeam);
  request.search.max_words = take_integer(object, "max_words", 1, 100);
  request.search.temperature = take_number(object, "temperature", 0, 2);
  request.search.seed = take_integer(object, "seed", 0, 2147483647);
  take_choice(object, "hedge", kHedges, request.wording.hedge);
  take_choice(object, "gender", kGenders, request.wording.gender);
  request.wording.anyway = take_bool(object, "anyway").value_or(false);
  request.maps = maps_of(take(object, "attention"));
  request.model = take_text(object, "model").value_or("");
  request.ignored = names_left(object);
}

CaptionRequest json_request(std::string body) {
  CaptionRequest request;
  json object = json_object(std::move(body));
  json several = take(object, "images");
  if (!several.is_null()) {
    if (!several.is_array() || several.empty() || several.size() > kMaxPictures) {
      throw bad_value("images", "a list of 1 to 16 pictures");
    }
    request.several = true;
    for (std::size_t i = 0; i < several.size(); ++i) {
      const std::string name = "images[" + std::to_string(i) + "]";
      if (!several[i].is_string()) throw bad_value(name, "a text");
      request.pictures.push_back(
          picture_of_text(std::move(several[i].get_ref<std::string&>()), name));
    }
  } else if (auto picture = take_text(object, "image")) {
    request.pictures.push_back(picture_of_text(std::move(*picture), "image"));
  } else {
    throw no_image();
  }
  take_wishes(object, request);
  return request;
}

/// A form's text as the JSON that it stands for.
json value_of(std::string_view text) {
  if (text == "true" || text == "false") return text == "true";
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc() && end == text.data() + text.size()) return number;
  return std::string(text);
}

CaptionRequest form_request(std::string_view type, const std::string& body) {
  CaptionRequest request;
  json object = json::object();
  for (const FormPart& part : form_parts(body, parameter_of(type, "boundary"))) {
    if (part.name == "image") {
      request.pictures.emplace_back(part.value);
    } else if (!part.name.empty() && !part.is_file) {
      constexpr std::size_t kLongest = 200;
      object[part.name] = value_of(part.value.substr(0, kLongest));
    }
  }
  if (request.pictures.empty()) throw no_image();
  request.several = request.pictures.size() > 1;
  take_wishes(object, request);
  return request;
}

Json object_of(const PictureAnswer& answer, const ModelCard& model) {
  Json object;
  set_caption(object, answer.sentence, answer.caption);
  set_assessment(object, answer.text, answer.assessment, model.digits);
  Json& words = object["words"] = Json::array();
  for (std::size_t i = 0; i < answer.words.size(); ++i) {
    Json& word = words.emplace_back(Json::object());
    word["word"] = answer.words[i];
    const std::vector<float>& of_words = answer.caption.word_log_probabilities;
    if (i < of_words.size()) word["log_probability"] = rounded(of_words[i]);
    if (i < answer.maps.size()) word["attention"] = answer.maps[i];
  }
  if (!answer.warnings.empty()) object["warnings"] = answer.warnings;
  return object;
}

}  // namespace

CaptionRequest own_request(const RequestHead& head, std::string body) {
  const std::string* field = head.find("content-type");
  const std::string type = field == nullptr ? "" : media_type_of(*field);
  if (type == "multipart/form-data") return form_request(*field, body);
  // What curl -d sends has no type of JSON, and what is called JSON is taken at its word.
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  const bool is_json = type == "application/json" || type == "text/json" ||
                       (first != std::string::npos && body[first] == '{');
  if (is_json) return json_request(std::move(body));
  if (body.empty()) throw no_image();
  CaptionRequest request;
  request.pictures.push_back(std::move(body));
  return request;
}

Response own_answer(const CaptionRequest& request, const std::vector<PictureAnswer>& answers,
                    const Timing& timing, const ModelCard& model) {
  Json body;
  if (request.several) {
    Json& list = body["captions"] = Json::array();
    for (const PictureAnswer& answer : answers) list.push_back(object_of(answer, model));
    body["model"] = model.digits;
  } else {
    body = object_of(answers.at(0), model);
  }
  if (!request.ignored.empty()) body["ignored"] = request.ignored;
  body["milliseconds"] = rounded(timing.total * 1e3);
  return {.body = json_line(body)};
}

}  // namespace storyteller::serve
