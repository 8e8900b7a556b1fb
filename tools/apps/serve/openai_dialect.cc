// The shapes of OpenAI's chat completions, as its clients read them.
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/text/hex.h"
#include "core/text/json_line.h"
#include "tools/apps/serve/dialects.h"
#include "tools/apps/serve/foreign_dialect.h"
#include "tools/apps/serve/json_body.h"
#include "tools/apps/serve/picture_text.h"

namespace storyteller::serve {
namespace {

using nlohmann::json;
using Json = nlohmann::ordered_json;

/// `image_url` is an object with a `url`, or the bare text.
void take_image(json value, const std::string& member, CaptionRequest& request) {
  std::string url;
  if (value.is_string()) {
    url = std::move(value.get_ref<std::string&>());
  } else if (value.is_object()) {
    url = take_text(value, "url").value_or("");
  }
  if (url.empty()) throw bad_value(member, "an object with the picture's data: URL as url");
  request.pictures = {picture_of_text(std::move(url), member)};
}

void take_content(json content, const std::string& member, CaptionRequest& request) {
  if (content.is_string()) request.prompt_words += words_in(content.get<std::string>());
  if (content.is_string() || content.is_null()) return;
  if (!content.is_array()) throw bad_value(member, "a text or a list of parts");
  for (std::size_t i = 0; i < content.size(); ++i) {
    const std::string name = member + "[" + std::to_string(i) + "]";
    if (!content[i].is_object()) throw bad_value(name, "an object");
    if (json image = take(content[i], "image_url"); !image.is_null()) {
      take_image(std::move(image), name + ".image_url", request);
    }
    request.prompt_words += words_in(take_text(content[i], "text").value_or(""));
  }
}

Json usage(const PictureAnswer& answer) {
  const std::size_t said = answer.words.size() + (answer.caption.finished ? 1 : 0);
  return {{"prompt_tokens", answer.regions},
          {"completion_tokens", said},
          {"total_tokens", answer.regions + said}};
}

std::string event(const Json& json) { return "data: " + json_line(json) + "\n"; }

/// A stream's event: one choice with what is new in it, or none.
class Chunks {
 public:
  Chunks(const Json& head, bool wants_usage) : head_(head), wants_usage_(wants_usage) {
    head_["object"] = "chat.completion.chunk";
  }

  std::string with(const Json& delta, const Json& finish_reason) const {
    Json chunk = head_;
    const Json choice = {{"index", 0}, {"delta", delta}, {"finish_reason", finish_reason}};
    chunk["choices"] = Json::array();
    chunk["choices"].push_back(choice);
    if (wants_usage_) chunk["usage"] = nullptr;
    return event(chunk);
  }
  std::string of_usage(const Json& usage) const {
    Json chunk = head_;
    chunk["choices"] = Json::array();
    chunk["usage"] = usage;
    return event(chunk);
  }

 private:
  Json head_;
  bool wants_usage_;
};

}  // namespace

CaptionRequest openai_request(std::string body) {
  CaptionRequest request;
  json object = json_object(std::move(body));
  request.stream = take_bool(object, "stream").value_or(false);
  request.model = take_text(object, "model").value_or("");
  if (json options = take(object, "stream_options"); options.is_object()) {
    request.wants_usage = take_bool(options, "include_usage").value_or(false);
  }
  request.search.temperature = take_number(object, "temperature", 0, 2);
  request.search.seed = take_integer(object, "seed", 0, 2147483647);
  const auto words = take_integer(object, "max_tokens", 1, 2147483647);
  request.search.max_words = take_integer(object, "max_completion_tokens", 1, 2147483647);
  if (!request.search.max_words) request.search.max_words = words;
  json messages = take(object, "messages");
  if (!messages.is_array() || messages.empty()) throw bad_value("messages", "a list of messages");
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string name = "messages[" + std::to_string(i) + "]";
    if (!messages[i].is_object()) throw bad_value(name, "an object");
    take_content(take(messages[i], "content"), name + ".content", request);
  }
  request.ignored = names_left(object);
  if (!request.pictures.empty()) return request;
  throw Problem(400, "no_image", "send an image: this model describes pictures",
                "as a part {\"type\": \"image_url\", \"image_url\": {\"url\": \"data:...\"}}")
      .about("messages");
}

Response openai_answer(const CaptionRequest& request, const PictureAnswer& answer,
                       const ModelCard& model) {
  const auto now = static_cast<std::uint64_t>(nanoseconds_now());
  const Json head = {{"id", "chatcmpl-" + hex(now, 16)},
                     {"object", "chat.completion"},
                     {"created", now / 1'000'000'000},
                     {"model", model.name},
                     {"system_fingerprint", model.digits}};
  const Json remarks = remarks_on(request, answer);
  if (!request.stream) {
    Json body = head;
    const Json message = {{"role", "assistant"}, {"content", answer.text}, {"refusal", nullptr}};
    const Json choice = {{"index", 0},
                         {"message", message},
                         {"logprobs", nullptr},
                         {"finish_reason", end_of(answer)}};
    body["choices"] = Json::array();
    body["choices"].push_back(choice);
    body["usage"] = usage(answer);
    body["storyteller"] = remarks;
    return {.body = json_line(body)};
  }
  Response response{.type = "text/event-stream"};
  const Chunks chunks(head, request.wants_usage);
  bool first = true;
  for (const std::string& piece : spoken_pieces(answer.text)) {
    Json delta = Json::object();
    if (first) delta["role"] = "assistant";
    delta["content"] = piece;
    response.pieces.push_back(chunks.with(delta, nullptr));
    first = false;
  }
  response.pieces.push_back(chunks.with(Json::object(), end_of(answer)));
  if (request.wants_usage) response.pieces.push_back(chunks.of_usage(usage(answer)));
  response.pieces.emplace_back("data: [DONE]\n\n");
  return response;
}

Response openai_models(const ModelCard& model) {
  const Json only = {
      {"id", model.name}, {"object", "model"}, {"created", model.modified}, {"owned_by", "local"}};
  Json body;
  body["object"] = "list";
  body["data"] = Json::array();
  body["data"].push_back(only);
  return {.body = json_line(body)};
}

}  // namespace storyteller::serve
