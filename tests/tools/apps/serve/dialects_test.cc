// Requests and answers in three dialects.
#include "tools/apps/serve/dialects.h"

#include <gtest/gtest.h>

#include <regex>

#include <nlohmann/json.hpp>

#include "tests/tools/apps/serve/problem_test.h"

namespace storyteller::serve::dialects_test {
namespace {

using Json = nlohmann::json;

ModelCard card() {
  return {.name = "storyteller",
          .file = "everyday",
          .digits = "0123456789ab",
          .checksum = "0123456789abcdef",
          .device = "cpu",
          .version = "0.1.0",
          .encoder = "scene_cnn",
          .decoder = "soft",
          .stored_type = "BF16",
          .parameters = 11'700'000,
          .bytes = 32'934'476,
          .vocabulary = 2'000,
          .modified = 1'764'496'800};
}

PictureAnswer dog() {
  return {.caption = {.words = {4, 5, 6},
                      .word_log_probabilities = {-.5F, -.75F, -1, -1},
                      .log_probability = -3.25,
                      .score = -1.5,
                      .finished = true,
                      .alpha = {}},
          .words = {"a", "dog", "runs"},
          .sentence = "a dog runs",
          .text = "Could be: a dog runs.",
          .assessment = {.confidence = .83, .photo = .9, .domain = .5, .grade = Grade::kLikely},
          .regions = 49};
}

RequestHead head(std::string type) {
  return {"POST", "/v1/caption", {{"content-type", std::move(type)}}};
}

CaptionRequest own(const std::string& body, const std::string& type = "application/json") {
  return own_request(head(type), body);
}

std::string own_outcome(const std::string& body, const std::string& type = "application/json") {
  return outcome([&] { own(body, type); });
}

TEST(ServeOwn, TakesAPictureInThreeForms) {
  EXPECT_EQ(own("\xff\xd8\xff", "image/jpeg").pictures.at(0), "\xff\xd8\xff");
  EXPECT_EQ(own("\xff\xd8\xff", "application/x-www-form-urlencoded").pictures.at(0),
            "\xff\xd8\xff");
  // curl -d says of JSON that it is a form.
  EXPECT_EQ(own(R"( {"image": "AAEC"})", "application/x-www-form-urlencoded").pictures.at(0),
            std::string("\0\1\2", 3));
  const CaptionRequest form = own(
      "--B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\nAB\r\n--B\r\n"
      "Content-Disposition: form-data; name=\"beam\"\r\n\r\n5\r\n--B\r\n"
      "Content-Disposition: form-data; name=\"attention\"\r\n\r\nmask\r\n--B--",
      "multipart/form-data; boundary=B");
  EXPECT_EQ(form.pictures, std::vector<std::string>{"AB"});
  EXPECT_EQ(form.search.beam, 5);
  EXPECT_EQ(form.maps, Maps::kMask);
}

TEST(ServeOwn, TakesWishesAndListsWhatItDoesNotKnow) {
  const CaptionRequest request =
      own(R"({"image": "AAAA", "beam": 5, "attention": true, "hedge": "short", "gender": "neutral",
              "anyway": true, "temperature": 0.5, "seed": 7, "max_words": 9, "model": "x",
              "langauge": "de"})");
  EXPECT_EQ(request.search, (SearchWish{.beam = 5, .max_words = 9, .seed = 7, .temperature = .5}));
  EXPECT_EQ(request.maps, Maps::kOverlay);
  EXPECT_EQ(request.wording.hedge, Hedge::kShort);
  EXPECT_EQ(request.wording.gender, GenderWords::kNeutral);
  EXPECT_TRUE(request.wording.anyway);
  EXPECT_EQ(request.model, "x");
  EXPECT_EQ(request.ignored, std::vector<std::string>{"langauge"});
  EXPECT_FALSE(request.several);
  EXPECT_EQ(own(R"({"images": ["AAAA", "AAEC"]})").pictures.size(), 2U);
  EXPECT_TRUE(own(R"({"images": ["AAAA"]})").several);
}

TEST(ServeOwn, RefusesWhatIsWrongByName) {
  for (const char* body : {"{}", R"({"image": null})", R"({"image_data": "AAAA"})"}) {
    EXPECT_EQ(own_outcome(body), "400 no_image") << body;
  }
  EXPECT_EQ(own_outcome("", "image/jpeg"), "400 no_image");
  EXPECT_EQ(own_outcome("--B--", "multipart/form-data; boundary=B"), "400 no_image");
  EXPECT_EQ(own_outcome("--B--", "multipart/form-data"), "400 bad_form");
  for (const char* wish : {R"("beam": 0)", R"("beam": 21)", R"("beam": "3")", R"("hedge": "loud")",
                           R"("attention": 1)", R"("gender": true)", R"("temperature": -1)",
                           R"("temperature": 3)", R"("seed": 1.5)"}) {
    EXPECT_EQ(own_outcome(std::string(R"({"image": "AAAA", )") + wish + "}"), "400 bad_value")
        << wish;
  }
  std::string many = R"({"images": ["AAAA")";
  for (int i = 0; i < 16; ++i) many += R"(, "AAAA")";
  EXPECT_EQ(own_outcome(many + "]}"), "400 bad_value");
  EXPECT_EQ(own_outcome(R"({"images": []})"), "400 bad_value");
  EXPECT_EQ(own_outcome(R"({"images": "AAAA"})"), "400 bad_value");
  EXPECT_EQ(problem_in([] { own(R"({"images": ["AAAA", "*"]})"); }).member(), "images[1]");
}

TEST(ServeOwn, AnswersWithTheKeysOfTheCommandLine) {
  const Json body = Json::parse(own_answer({}, {dog()}, {.total = .0312}, card()).body);
  EXPECT_EQ(body["caption"], "a dog runs");
  EXPECT_EQ(body["text"], "Could be: a dog runs.");
  EXPECT_EQ(body["confidence"], .83);
  EXPECT_EQ(body["grade"], "likely");
  EXPECT_EQ(body["photo"], .9);
  EXPECT_EQ(body["model"], "0123456789ab");
  EXPECT_EQ(body["milliseconds"], 31.2);
  EXPECT_EQ(body["words"][1], (Json{{"word", "dog"}, {"log_probability", -.75}}));
  EXPECT_FALSE(body.contains("ignored"));
  PictureAnswer unsure = dog();
  unsure.assessment = {};
  unsure.maps = {"data:a", "data:b", "data:c"};
  CaptionRequest several{.several = true, .ignored = {"x"}};
  const Json list = Json::parse(own_answer(several, {dog(), unsure}, {}, card()).body);
  EXPECT_EQ(list["captions"].size(), 2U);
  EXPECT_TRUE(list["captions"][1]["confidence"].is_null());
  EXPECT_EQ(list["captions"][1]["words"][2]["attention"], "data:c");
  EXPECT_EQ(list["ignored"][0], "x");
}

CaptionRequest generate(const std::string& body) {
  return ollama_request(OllamaCall::kGenerate, body);
}
CaptionRequest chat(const std::string& body) { return ollama_request(OllamaCall::kChat, body); }

TEST(ServeOllama, ReadsBothCalls) {
  const CaptionRequest one = generate(
      R"({"model": "llava", "prompt": "What is this?", "images": ["AAAA", "data:;base64,AAEC"],
          "options": {"temperature": 0.7, "seed": 3, "num_predict": 8, "num_ctx": 4096},
          "keep_alive": "5m", "format": null})");
  EXPECT_TRUE(one.stream);
  EXPECT_EQ(one.pictures, std::vector<std::string>{std::string("\0\1\2", 3)});
  EXPECT_EQ(one.search, (SearchWish{.max_words = 8, .seed = 3, .temperature = .7}));
  EXPECT_EQ(one.prompt_words, 3U);
  EXPECT_EQ(one.ignored, (std::vector<std::string>{"options.num_ctx", "keep_alive"}));
  EXPECT_EQ(one.model, "llava");
  const CaptionRequest talk = chat(
      R"({"messages": [{"role": "user", "content": "this", "images": ["AAAA"]},
                       {"role": "assistant", "content": "a dog"},
                       {"role": "user", "content": "and", "images": ["AAEC"]},
                       {"role": "user", "content": "so?"}], "stream": false})");
  EXPECT_FALSE(talk.stream);
  EXPECT_EQ(talk.pictures, std::vector<std::string>{std::string("\0\1\2", 3)});
  EXPECT_EQ(generate(R"({"images": ["AAAA"], "options": {"num_predict": -1, "seed": -1}})").search,
            SearchWish{});
}

TEST(ServeOllama, WithoutAPictureThereIsNothingToSay) {
  const auto said = [](const char* body) { return outcome([&] { generate(body); }); };
  EXPECT_EQ(said(R"({"model": "x", "prompt": "hello"})"), "400 no_image");
  EXPECT_EQ(said(R"({"model": "x", "prompt": "hello", "images": []})"), "400 no_image");
  EXPECT_EQ(said(R"({"images": "AAAA"})"), "400 bad_value");
  EXPECT_EQ(said(R"({"images": [1]})"), "400 bad_value");
  EXPECT_EQ(said(R"({"images": ["*"]})"), "400 bad_base64");
  EXPECT_EQ(said(R"({"images": ["AAAA"], "options": []})"), "400 bad_value");
  EXPECT_EQ(said(R"({"images": ["AAAA"], "stream": "no"})"), "400 bad_value");
  EXPECT_TRUE(generate(R"({"model": "x"})").only_loads);
  EXPECT_EQ(outcome([] { chat(R"({"messages": [{"role": "user", "content": "hi"}]})"); }),
            "400 no_image");
  EXPECT_EQ(outcome([] { chat(R"({"messages": {}})"); }), "400 bad_value");
  EXPECT_EQ(outcome([] { chat(R"({"messages": [1]})"); }), "400 bad_value");
}

TEST(ServeOllama, StreamsWordByWord) {
  CaptionRequest request{.stream = true, .prompt_words = 2};
  const Response stream =
      ollama_answer(OllamaCall::kGenerate, request, dog(), {.total = .5, .search = .25}, card());
  EXPECT_EQ(stream.type, "application/x-ndjson");
  ASSERT_EQ(stream.pieces.size(), 6U);
  std::string text;
  for (const std::string& piece : stream.pieces) {
    const Json line = Json::parse(piece);
    EXPECT_EQ(line["model"], "storyteller:latest");
    EXPECT_EQ(line["done"], &piece == &stream.pieces.back());
    text += line["response"];
  }
  EXPECT_EQ(text, "Could be: a dog runs.");
  const Json last = Json::parse(stream.pieces.back());
  EXPECT_EQ(last["done_reason"], "stop");
  EXPECT_EQ(last["total_duration"], 500'000'000);
  EXPECT_EQ(last["eval_duration"], 250'000'000);
  EXPECT_EQ(last["eval_count"], 3);
  EXPECT_EQ(last["prompt_eval_count"], 49);
  EXPECT_EQ(last["storyteller"]["prompt_ignored"], true);
  EXPECT_EQ(last["storyteller"]["grade"], "likely");
  EXPECT_TRUE(std::regex_match(last["created_at"].get<std::string>(),
                               std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)")));
  request.stream = false;
  PictureAnswer cut = dog();
  cut.caption.finished = false;
  const Response whole = ollama_answer(OllamaCall::kChat, request, cut, {}, card());
  EXPECT_EQ(whole.type, "application/json");
  EXPECT_EQ(Json::parse(whole.body)["message"],
            (Json{{"role", "assistant"}, {"content", "Could be: a dog runs."}}));
  EXPECT_EQ(Json::parse(whole.body)["done_reason"], "length");
}

TEST(ServeOllama, TellsOfTheModel) {
  const Json tags = Json::parse(ollama_tags(card()).body)["models"];
  ASSERT_EQ(tags.size(), 1U);
  EXPECT_EQ(tags[0]["name"], "storyteller:latest");
  EXPECT_EQ(tags[0]["details"]["parameter_size"], "11.7M");
  EXPECT_EQ(tags[0]["details"]["families"], (Json{"storyteller", "clip"}));
  EXPECT_EQ(tags[0]["details"]["quantization_level"], "BF16");
  EXPECT_EQ(tags[0]["capabilities"], (Json{"completion", "vision"}));
  EXPECT_EQ(tags[0]["modified_at"], "2025-11-30T10:00:00.000000000Z");
  const Json show = Json::parse(ollama_show(card()).body);
  EXPECT_EQ(show["capabilities"], (Json{"completion", "vision"}));
  EXPECT_EQ(show["model_info"]["general.parameter_count"], 11'700'000);
  EXPECT_EQ(Json::parse(ollama_running(card()).body)["models"].size(), 1U);
  EXPECT_EQ(Json::parse(ollama_version(card()).body), (Json{{"version", "0.1.0"}}));
  EXPECT_EQ(ollama_shown(R"({"name": "a"})"), "a");
  EXPECT_EQ(ollama_shown(R"({"model": "b", "name": "a"})"), "b");
  EXPECT_EQ(Json::parse(ollama_loaded(OllamaCall::kChat, card()).body)["done_reason"], "load");
  EXPECT_TRUE(is_name_of("Storyteller:latest", card()));
  EXPECT_TRUE(is_name_of("everyday", card()));
  EXPECT_FALSE(is_name_of("llava", card()));
}

CaptionRequest completion(const std::string& body) { return openai_request(body); }

TEST(ServeOpenAi, ReadsPartsAndBareAddresses) {
  const CaptionRequest request = completion(
      R"({"model": "gpt-4o", "messages": [{"role": "system", "content": "be short"},
          {"role": "user", "content": [{"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,AAAA", "detail": "low"}},
            {"type": "image_url", "image_url": "data:image/png;base64,AAEC"}]}],
          "max_tokens": 5, "temperature": 0, "stream": true, "stream_options": {"include_usage": true},
          "top_p": 1, "n": 1})");
  EXPECT_EQ(request.pictures, std::vector<std::string>{std::string("\0\1\2", 3)});
  EXPECT_TRUE(request.stream);
  EXPECT_TRUE(request.wants_usage);
  EXPECT_EQ(request.search.max_words, 5);
  EXPECT_EQ(request.prompt_words, 5U);
  EXPECT_EQ(request.ignored, (std::vector<std::string>{"n", "top_p"}));
}

TEST(ServeOpenAi, RefusesWhatIsWrongByName) {
  const auto said = [](const std::string& content) {
    return outcome(
        [&] { completion(R"({"messages": [{"role": "user", "content": )" + content + "}]}"); });
  };
  EXPECT_EQ(said("\"hello\""), "400 no_image");
  EXPECT_EQ(said("null"), "400 no_image");
  EXPECT_EQ(said("[]"), "400 no_image");
  EXPECT_EQ(said("1"), "400 bad_value");
  EXPECT_EQ(said("[1]"), "400 bad_value");
  EXPECT_EQ(said(R"([{"image_url": {}}])"), "400 bad_value");
  EXPECT_EQ(said(R"([{"image_url": 1}])"), "400 bad_value");
  EXPECT_EQ(said(R"([{"image_url": {"url": "https://a.example/dog.jpg"}}])"), "400 remote_image");
  EXPECT_EQ(said(R"([{"image_url": {"url": "data:image/jpeg;base64,*"}}])"), "400 bad_base64");
  EXPECT_EQ(outcome([] { completion("{}"); }), "400 bad_value");
  EXPECT_EQ(outcome([] { completion(R"({"messages": []})"); }), "400 bad_value");
  EXPECT_EQ(problem_in([] {
              completion(R"({"messages": [{"content": [{"image_url": "http://a"}]}]})");
            }).member(),
            "messages[0].content[0].image_url");
}

TEST(ServeOpenAi, AnswersWholeAndInEvents) {
  CaptionRequest request;
  const Json whole = Json::parse(openai_answer(request, dog(), card()).body);
  EXPECT_EQ(whole["object"], "chat.completion");
  EXPECT_EQ(whole["choices"][0]["message"]["content"], "Could be: a dog runs.");
  EXPECT_EQ(whole["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(whole["usage"],
            (Json{{"prompt_tokens", 49}, {"completion_tokens", 4}, {"total_tokens", 53}}));
  EXPECT_EQ(whole["system_fingerprint"], "0123456789ab");
  request.stream = request.wants_usage = true;
  const Response stream = openai_answer(request, dog(), card());
  EXPECT_EQ(stream.type, "text/event-stream");
  ASSERT_EQ(stream.pieces.size(), 8U);  // five words, the end, usage, [DONE]
  EXPECT_EQ(stream.pieces.back(), "data: [DONE]\n\n");
  std::string text;
  for (std::size_t i = 0; i < 7; ++i) {
    const std::string& piece = stream.pieces[i];
    ASSERT_TRUE(piece.starts_with("data: {") && piece.ends_with("}\n\n")) << piece;
    const Json chunk = Json::parse(piece.substr(6));
    EXPECT_EQ(chunk["object"], "chat.completion.chunk");
    if (i == 6) {
      EXPECT_TRUE(chunk["choices"].empty());
      EXPECT_EQ(chunk["usage"]["total_tokens"], 53);
      continue;
    }
    const Json choice = chunk["choices"].at(0);
    text += choice["delta"].value("content", "");
    EXPECT_EQ(choice["delta"].value("role", ""), i == 0 ? "assistant" : "");
    EXPECT_EQ(choice["finish_reason"], i == 5 ? Json("stop") : Json(nullptr));
  }
  EXPECT_EQ(text, "Could be: a dog runs.");
  request.wants_usage = false;
  const Response without = openai_answer(request, dog(), card());
  ASSERT_EQ(without.pieces.size(), 7U);
  EXPECT_FALSE(Json::parse(without.pieces[0].substr(6)).contains("usage"));
  EXPECT_EQ(Json::parse(openai_models(card()).body)["data"][0]["id"], "storyteller");
}

TEST(ServeErrors, AreInTheDialectOfTheAddress) {
  const Problem problem = bad_value("beam", "a number");
  const Json own = Json::parse(error_answer(Dialect::kOwn, problem).body)["error"];
  EXPECT_EQ(own["code"], "bad_value");
  EXPECT_EQ(own["message"], "beam: must be a number");
  EXPECT_TRUE(own["fix"].is_string());
  EXPECT_TRUE(Json::parse(error_answer(Dialect::kOllama, problem).body)["error"].is_string());
  const Json openai = Json::parse(error_answer(Dialect::kOpenAi, problem).body)["error"];
  EXPECT_EQ(openai["type"], "invalid_request_error");
  EXPECT_EQ(openai["param"], "beam");
  EXPECT_EQ(error_answer(Dialect::kOllama, busy()).status, 503);
  const Response full = error_answer(Dialect::kOpenAi, busy());
  EXPECT_EQ(full.status, 429);
  EXPECT_EQ(Json::parse(full.body)["error"]["type"], "rate_limit_error");
  EXPECT_EQ(full.fields.at(0).first, "Retry-After");
  const ModelCard model = card();
  EXPECT_EQ(
      Json::parse(health_answer(&model, 2, false).body),
      (Json{
          {"status", "ok"}, {"model", "0123456789ab"}, {"device", "cpu"}, {"uptime_seconds", 2}}));
  EXPECT_EQ(health_answer(&model, 2, true).status, 503);
  EXPECT_EQ(Json::parse(health_answer(&model, 2, true).body)["status"], "stopping");
}

}  // namespace
}  // namespace storyteller::serve::dialects_test
