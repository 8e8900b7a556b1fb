// The shapes of Ollama's API (docs/api.md of its repository), as its clients read them.
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "tools/apps/serve/dialects.h"
#include "tools/apps/serve/foreign_dialect.h"
#include "tools/apps/serve/json_body.h"
#include "tools/apps/serve/picture_text.h"

namespace storyteller::serve {
namespace {

using nlohmann::json;
using Json = nlohmann::ordered_json;

constexpr const char* kStream = "application/x-ndjson";

std::string full_name(const ModelCard& model) { return model.name + ":latest"; }

/// The last of a list of base64 texts; every other one is looked at, too, lest it be bad unseen.
void take_images(json images, const std::string& member, CaptionRequest& request) {
  if (images.is_null()) return;
  if (!images.is_array()) throw bad_value(member, "a list of pictures as base64");
  if (images.empty()) return;
  json& last = images.back();
  if (!last.is_string()) throw bad_value(member, "a list of pictures as base64");
  request.pictures = {picture_of_text(std::move(last.get_ref<std::string&>()), member)};
}

void take_options(json options, CaptionRequest& request) {
  if (options.is_null()) return;
  if (!options.is_object()) throw bad_value("options", "an object");
  request.search.temperature = take_number(options, "temperature", 0, 100);
  request.search.seed = take_integer(options, "seed", -2147483647, 2147483647);
  if (request.search.seed && *request.search.seed < 0) request.search.seed = {};
  const auto words = take_integer(options, "num_predict", -2, 2147483647);
  if (words && *words > 0) request.search.max_words = words;
  for (std::string& name : names_left(options, "options.")) {
    request.ignored.push_back(std::move(name));
  }
}

void take_messages(json messages, CaptionRequest& request) {
  if (messages.is_null()) return;
  if (!messages.is_array()) throw bad_value("messages", "a list");
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string name = "messages[" + std::to_string(i) + "]";
    if (!messages[i].is_object()) throw bad_value(name, "an object");
    request.prompt_words += words_in(take_text(messages[i], "content").value_or(""));
    take_images(take(messages[i], "images"), name + ".images", request);
  }
}

Json details(const ModelCard& model) {
  return {{"parent_model", ""},
          {"format", "safetensors"},
          {"family", model.name},
          {"families", {model.name, "clip"}},
          {"parameter_size", decimal(static_cast<double>(model.parameters) / 1e6, 1) + "M"},
          {"quantization_level", model.stored_type}};
}

Json entry(const ModelCard& model) {
  return {{"name", full_name(model)},
          {"model", full_name(model)},
          {"modified_at", timestamp(model.modified * 1'000'000'000)},
          {"size", model.bytes},
          {"digest", model.checksum},
          {"details", details(model)}};
}

void say(Json& object, OllamaCall call, const std::string& text) {
  if (call == OllamaCall::kChat) {
    object["message"] = {{"role", "assistant"}, {"content", text}};
  } else {
    object["response"] = text;
  }
}

Json beginning(OllamaCall call, const ModelCard& model, const std::string& text) {
  Json object = {{"model", full_name(model)}, {"created_at", timestamp(nanoseconds_now())}};
  say(object, call, text);
  return object;
}

Response list_of(const Json& entry) {
  Json body;
  body["models"] = Json::array();
  body["models"].push_back(entry);
  return {.body = json_line(body)};
}

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

}  // namespace

CaptionRequest ollama_request(OllamaCall call, std::string body) {
  CaptionRequest request;
  json object = json_object(std::move(body));
  request.stream = take_bool(object, "stream").value_or(true);
  request.model = take_text(object, "model").value_or("");
  if (call == OllamaCall::kGenerate) {
    request.prompt_words = words_in(take_text(object, "prompt").value_or(""));
    take_images(take(object, "images"), "images", request);
  } else {
    take_messages(take(object, "messages"), request);
  }
  take_options(take(object, "options"), request);
  for (std::string& name : names_left(object)) request.ignored.push_back(std::move(name));
  if (!request.pictures.empty()) return request;
  request.only_loads = request.prompt_words == 0;
  if (request.only_loads) return request;
  throw Problem(400, "no_image", "send an image: this model describes pictures",
                "put it into images, as base64")
      .about("images");
}

Response ollama_answer(OllamaCall call, const CaptionRequest& request, const PictureAnswer& answer,
                       const Timing& timing, const ModelCard& model) {
  Json last = beginning(call, model, request.stream ? "" : answer.text);
  last["done"] = true;
  last["done_reason"] = end_of(answer);
  last["total_duration"] = nanoseconds(timing.total);
  last["load_duration"] = nanoseconds(timing.decode);
  last["prompt_eval_count"] = answer.regions;
  last["prompt_eval_duration"] = nanoseconds(timing.encode);
  last["eval_count"] = answer.words.size();
  last["eval_duration"] = nanoseconds(timing.search);
  last["storyteller"] = remarks_on(request, answer);
  if (!request.stream) return {.body = json_line(last)};
  Response response{.type = kStream};
  for (const std::string& piece : spoken_pieces(answer.text)) {
    Json line = beginning(call, model, piece);
    line["done"] = false;
    response.pieces.push_back(json_line(line));
  }
  response.pieces.push_back(json_line(last));
  return response;
}

Response ollama_loaded(OllamaCall call, const ModelCard& model) {
  Json object = beginning(call, model, "");
  object["done"] = true;
  object["done_reason"] = "load";
  return {.body = json_line(object)};
}

Response ollama_tags(const ModelCard& model) {
  Json only = entry(model);
  only["capabilities"] = {"completion", "vision"};
  return list_of(only);
}

Response ollama_running(const ModelCard& model) {
  constexpr std::int64_t kFarFuture = 4'102'444'800;  // 2100: it stays
  Json only = entry(model);
  only["expires_at"] = timestamp(kFarFuture * 1'000'000'000);
  only["size_vram"] = 0;
  return list_of(only);
}

Response ollama_version(const ModelCard& model) {
  Json body;
  body["version"] = model.version;
  return {.body = json_line(body)};
}

std::string ollama_shown(std::string body) {
  json object = json_object(std::move(body));
  const auto name = take_text(object, "name");
  return take_text(object, "model").value_or(name.value_or(""));
}

Response ollama_show(const ModelCard& model) {
  const Json info = {{"general.architecture", model.name},
                     {"general.parameter_count", model.parameters},
                     {model.name + ".encoder", model.encoder},
                     {model.name + ".decoder", model.decoder},
                     {model.name + ".vocabulary_size", model.vocabulary}};
  const Json object = {{"modelfile", ""},
                       {"parameters", ""},
                       {"template", ""},
                       {"details", details(model)},
                       {"model_info", info},
                       {"capabilities", {"completion", "vision"}},
                       {"modified_at", timestamp(model.modified * 1'000'000'000)}};
  return {.body = json_line(object)};
}

}  // namespace storyteller::serve
