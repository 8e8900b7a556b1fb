// The whole without sockets: from a request to its answer, with a small model.
#include "tools/apps/serve/application.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "core/device.h"
#include "core/memory_pool.h"
#include "core/text/base64.h"
#include "model/image/encode.h"
#include "tests/tools/commands/command_test.h"
#include "tools/apps/serve/caption_thread.h"

namespace storyteller::serve::application_test {
namespace {

using Json = nlohmann::json;

Description said(int word) {
  Description description;
  description.captions.push_back({.words = {word}, .alpha = {}});
  return description;
}

PreparedPicture numbered(int number) { return {.inputs = {{static_cast<float>(number)}}}; }

/// Says of each picture its number, and notes the batches.
struct Counter {
  std::vector<std::size_t> batches = {};
  std::optional<int> poison = {};

  std::vector<Description> operator()(std::span<const PreparedPicture* const> pictures,
                                      const SearchWish& /*wish*/, BatchTiming* /*timing*/) {
    batches.push_back(pictures.size());
    std::vector<Description> found;
    for (const PreparedPicture* picture : pictures) {
      const int number = static_cast<int>(picture->inputs[0][0]);
      if (number == poison) throw std::bad_alloc();
      found.push_back(said(number));
    }
    return found;
  }
};

class ServeCaptionThread : public testing::Test {
 protected:
  /// Numbers that came of pictures 0 to count-1; -1: it failed.
  std::vector<int> caption(int count, const std::function<SearchWish(int)>& wish_of) {
    std::vector<std::promise<int>> came(static_cast<std::size_t>(count));
    Metrics metrics;
    {
      CaptionThread thread([this](auto pictures, const SearchWish& wish,
                                  BatchTiming* timing) { return counter_(pictures, wish, timing); },
                           metrics);
      thread.announce();
      for (int i = 0; i < count; ++i) {
        thread.add(numbered(i), wish_of(i), [&came, i](CaptionedPicture captioned) {
          came[static_cast<std::size_t>(i)].set_value(
              captioned.failure ? -1 : captioned.description.captions[0].words[0]);
        });
      }
      thread.settle();
      std::vector<int> numbers;
      for (auto& one : came) numbers.push_back(one.get_future().get());
      return numbers;
    }
  }

  Counter counter_;
};

TEST_F(ServeCaptionThread, TakesTogetherWhatWaitsAndIsAlike) {
  const auto numbers =
      caption(20, [](int i) { return i == 3 ? SearchWish{.beam = 5} : SearchWish{}; });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(numbers[static_cast<std::size_t>(i)], i);
  // Most of them while they are announced; the one with another wish alone.
  EXPECT_LE(counter_.batches.size(), 6U);
  EXPECT_TRUE(std::find(counter_.batches.begin(), counter_.batches.end(), 1U) !=
              counter_.batches.end());
  for (const std::size_t size : counter_.batches) EXPECT_LE(size, kMaxPictures);
}

TEST_F(ServeCaptionThread, OneThatFailsDoesNotFailTheOthers) {
  counter_.poison = 2;
  EXPECT_EQ(caption(4, [](int) { return SearchWish{}; }), (std::vector<int>{0, 1, -1, 3}));
}

class ServeApplication : public CommandTest {
 protected:
  void SetUp() override {
    const std::vector<std::string> files = {model()};
    models_.emplace(Ensemble::load(files, Device::cpu()));
    model_.emplace(*models_, files, "0123");
  }

  Application& start(Application::Options options = {}) {
    options.access.port = 8765;
    application_.emplace(*model_, std::move(options));
    return *application_;
  }

  Response ask(const std::string& method, const std::string& target, std::string body = "",
               Fields fields = {}) {
    return begin(method, target, std::move(body), std::move(fields)).get();
  }
  std::future<Response> begin(const std::string& method, const std::string& target,
                              std::string body = "", Fields fields = {}) {
    fields.emplace_back("host", "localhost:8765");
    if (method == "POST") fields.emplace_back("content-length", std::to_string(body.size()));
    Request request{{method, target, std::move(fields)}, std::move(body)};
    auto answer = std::make_shared<std::promise<Response>>();
    if (auto refusal = application_->refuse(request.head)) {
      answer->set_value(std::move(*refusal));
    } else {
      application_->answer(std::move(request),
                           [=](Response response) { answer->set_value(std::move(response)); });
    }
    return answer->get_future();
  }
  static std::string picture() { return file_text(scene()); }
  static const std::string* field(const Response& response, const std::string& name) {
    for (const auto& [key, value] : response.fields) {
      if (key == name) return &value;
    }
    return nullptr;
  }

  std::optional<Ensemble> models_;
  std::optional<CaptionModel> model_;
  std::optional<Application> application_;
};

TEST_F(ServeApplication, SaysWhatTheCommandLineSays) {
  start();
  const Json answer = Json::parse(ask("POST", "/v1/caption", picture()).body);
  EXPECT_EQ(answer["caption"], kSentence);
  EXPECT_EQ(answer["grade"], "unsure");  // the model was not calibrated
  EXPECT_TRUE(answer["confidence"].is_null());
  ASSERT_EQ(answer["words"].size(), 4U);
  double sum = 0;
  for (const Json& word : answer["words"]) {
    EXPECT_LE(word["log_probability"].get<double>(), 0);
    sum += word["log_probability"].get<double>();
  }
  // What is missing is the end's.
  EXPECT_GE(sum, answer["log_probability"].get<double>() - 1e-3);
  EXPECT_LT(sum, 0);
  const Json drawn = Json::parse(
      ask("POST", "/v1/caption",
          R"({"attention": true, "image": "data:image/jpeg;base64,)" + base64(picture()) + "\"}")
          .body);
  for (const Json& word : drawn["words"]) {
    EXPECT_TRUE(word["attention"].get<std::string>().starts_with("data:image/png;base64,iVBORw"));
  }
  const Json ollama =
      Json::parse(ask("POST", "/api/generate",
                      R"({"model":"llava","prompt":"What?","stream":false,"images":[")" +
                          base64(picture()) + "\"]}")
                      .body);
  EXPECT_EQ(ollama["response"], answer["text"]);
  EXPECT_EQ(ollama["storyteller"]["caption"], kSentence);
}

TEST_F(ServeApplication, WhatIsAskedWhileTheModelLoadsIsAnsweredThen) {
  application_.emplace(
      Application::Options{.access = {.port = 8765}, .limits = {.waiting_pictures = 3}});
  const Response health = ask("GET", "/health");
  EXPECT_EQ(health.status, 503);
  EXPECT_EQ(Json::parse(health.body)["status"], "loading");
  ASSERT_NE(field(health, "Retry-After"), nullptr);
  EXPECT_EQ(ask("GET", "/").status, 200);
  EXPECT_EQ(ask("POST", "/v1/ask", "{}").status, 501);
  std::future<Response> caption = begin("POST", "/v1/caption", picture());
  std::future<Response> tags = begin("GET", "/api/tags"), bad = begin("POST", "/v1/caption", "x");
  // As many wait as pictures may.
  const Response full = ask("POST", "/v1/caption", picture());
  EXPECT_EQ(full.status, 503);
  ASSERT_NE(field(full, "Retry-After"), nullptr);
  EXPECT_NE(ask("GET", "/metrics").body.find("storyteller_queue_depth 3\n"), std::string::npos);
  EXPECT_EQ(caption.wait_for(std::chrono::milliseconds(10)), std::future_status::timeout);

  application_->set_model(*model_);
  EXPECT_EQ(Json::parse(caption.get().body)["caption"], kSentence);
  EXPECT_EQ(tags.get().status, 200);
  EXPECT_EQ(bad.get().status, 415);
  EXPECT_EQ(ask("GET", "/health").status, 200);
  EXPECT_EQ(ask("POST", "/v1/caption", picture()).status, 200);
  EXPECT_NE(ask("GET", "/metrics").body.find("storyteller_queue_depth 0\n"), std::string::npos);
}

TEST_F(ServeApplication, DropsWhatWaitsForAModelThatNeverComes) {
  application_.emplace(Application::Options{.access = {.port = 8765}});
  std::future<Response> caption = begin("POST", "/v1/caption", picture());
  application_->stop();
  EXPECT_THROW(caption.get(), std::future_error);  // its promise went with the request
}

TEST_F(ServeApplication, ABatchTakesLittleMoreMemoryThanAFewPictures) {
  const PreparedPicture one = model_->prepare(picture(), Maps::kNone);
  const MemoryPool& pool = Device::cpu().pool();
  const std::size_t begin = pool.bytes_in_use();
  BatchTiming timing;
  const auto most = [&](std::size_t count) {
    const std::vector<const PreparedPicture*> pictures(count, &one);
    for (const Description& found : model_->describe(pictures, {}, &timing)) {
      EXPECT_EQ(models_->vocabulary().sentence(found.captions[0].words), kSentence);
    }
    return pool.most_bytes_in_use() - begin;
  };
  const std::size_t four = most(4);
  EXPECT_LT(most(16), 2 * four);
}

TEST_F(ServeApplication, WhatIsLargeIsAnsweredAndNothingSmallWaitsForIt) {
  start({.workers = 1});
  const std::string padded = picture() + std::string(kLargeBody, '\0');
  EXPECT_EQ(Json::parse(ask("POST", "/v1/caption", padded).body)["caption"], kSentence);
  const Image black{.width = 4000, .height = 2001, .rgb = std::vector<std::uint8_t>(24'012'000)};
  const auto png = encode_png(black);  // a small body
  const std::string many_pixels(reinterpret_cast<const char*>(png.data()), png.size());
  ASSERT_LT(many_pixels.size(), kLargeBody);
  EXPECT_EQ(ask("POST", "/v1/caption", many_pixels).status, 200);
  // Of several that are large, none a picture, the last is not yet read.
  const std::string base64 = R"({"image": ")" + std::string(15U << 20U, 'A') + "\"}";
  std::vector<std::future<Response>> large;
  for (int i = 0; i < 8; ++i) large.push_back(begin("POST", "/v1/caption", base64));
  EXPECT_EQ(ask("POST", "/v1/caption", picture()).status, 200);
  EXPECT_EQ(large.back().wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  for (auto& one : large) EXPECT_EQ(one.get().status, 415);
  EXPECT_EQ(ask("POST", "/v1/caption", picture()).status, 200);
}

TEST_F(ServeApplication, DrawsBySeed) {
  start();
  const auto drawn = [&](int seed) {
    return Json::parse(ask("POST", "/v1/caption",
                           R"({"temperature": 2, "seed": )" + std::to_string(seed) +
                               R"(, "image": ")" + base64(picture()) + "\"}")
                           .body)["caption"]
        .get<std::string>();
  };
  std::set<std::string> various;
  for (int seed = 1; seed <= 8; ++seed) various.insert(drawn(seed));
  EXPECT_GT(various.size(), 1U);
  EXPECT_EQ(drawn(3), drawn(3));
}

TEST_F(ServeApplication, CaptionsSeveralOrNone) {
  start();
  const std::string one = "\"" + base64(picture()) + "\"";
  const Json both =
      Json::parse(ask("POST", "/v1/caption", "{\"images\": [" + one + "," + one + "]}").body);
  EXPECT_EQ(both["captions"].size(), 2U);
  EXPECT_EQ(ask("POST", "/v1/caption", "{\"images\": [" + one + ",\"AAAA\"]}").status, 415);
  EXPECT_EQ(ask("POST", "/v1/caption", "GIF89a").status, 415);
  EXPECT_EQ(ask("POST", "/v1/caption", picture().substr(0, 200)).status, 422);
  EXPECT_EQ(ask("POST", "/v1/ask", "{}").status, 501);
  EXPECT_EQ(Json::parse(ask("POST", "/api/generate", "{}").body)["done_reason"], "load");
  // All places are free again.
  EXPECT_NE(ask("GET", "/metrics").body.find("storyteller_queue_depth 0\n"), std::string::npos);
  EXPECT_NE(ask("GET", "/metrics").body.find("storyteller_images_total{result=\"bad\"} 3\n"),
            std::string::npos);
}

TEST_F(ServeApplication, TurnsAwayWhatWouldWait) {
  start({.limits = {.waiting_pictures = 1}});
  const std::string one = "\"" + base64(picture()) + "\"";
  const Response full = ask("POST", "/v1/caption", "{\"images\": [" + one + "," + one + "]}");
  EXPECT_EQ(full.status, 503);
  ASSERT_NE(field(full, "Retry-After"), nullptr);
  EXPECT_EQ(ask("POST", "/v1/caption", picture()).status, 200);
  EXPECT_NE(ask("GET", "/metrics").body.find("storyteller_queue_rejected_total 1\n"),
            std::string::npos);
}

TEST_F(ServeApplication, RefusesBeforeABodyIsRead) {
  start({.access = {.origins = {"https://app.example"}, .token = "s3cret"}, .strict_model = true});
  const Fields token = {{"authorization", "Bearer s3cret"}};
  EXPECT_EQ(ask("POST", "/v1/caption", picture()).status, 401);
  EXPECT_EQ(ask("GET", "/metrics").status, 401);
  EXPECT_EQ(ask("GET", "/health").status, 200);
  EXPECT_EQ(ask("GET", "/").status, 200);
  EXPECT_EQ(ask("POST", "/v1/caption", picture(), token).status, 200);
  EXPECT_EQ(ask("POST", "/nothing", "", token).status, 404);
  Fields with = token;
  with.emplace_back("content-encoding", "gzip");
  EXPECT_EQ(ask("POST", "/v1/caption", picture(), with).status, 415);
  EXPECT_EQ(ask("POST", "/v1/caption", picture(), {{"origin", "http://evil.example"}}).status, 403);
  EXPECT_EQ(ask("GET", "http://localhost/health").status, 400);
  const RequestHead no_length{"POST", "/v1/caption", {{"host", "localhost"}, token[0]}};
  EXPECT_EQ(application_->refuse(no_length)->status, 411);
  const RequestHead odd{"POST",
                        "/v1/caption",
                        {{"host", "localhost"}, token[0], {"transfer-encoding", "gzip, chunked"}}};
  EXPECT_EQ(application_->refuse(odd)->status, 400);
  // CORS for the one that is allowed, and a preflight without a token.
  with = token;
  with.emplace_back("origin", "https://app.example");
  const Response allowed = ask("POST", "/v1/caption", picture(), with);
  ASSERT_NE(field(allowed, "Access-Control-Allow-Origin"), nullptr);
  EXPECT_EQ(*field(allowed, "Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(*field(allowed, "Vary"), "Origin");
  const Response preflight = ask("OPTIONS", "/v1/caption", "", {{"origin", "https://app.example"}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(*field(preflight, "Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(ask("OPTIONS", "/v1/caption", "", {{"origin", "null"}}).status, 403);
  EXPECT_EQ(field(ask("OPTIONS", "/v1/caption", ""), "Access-Control-Allow-Methods"), nullptr);
  // The name of a model counts where that is asked for.
  const std::string body = R"({"model": "llava", "image": ")" + base64(picture()) + "\"}";
  EXPECT_EQ(ask("POST", "/v1/caption", body, token).status, 404);
  EXPECT_EQ(ask("POST", "/api/show", R"({"model": "storyteller:latest"})", token).status, 200);
  EXPECT_EQ(ask("POST", "/api/show", R"({"model": "llava"})", token).status, 404);
}

TEST_F(ServeApplication, WarnsWhereAnotherModelWasAskedFor) {
  start();
  const std::string body = R"({"model": "llava", "image": ")" + base64(picture()) + "\"}";
  ASSERT_NE(field(ask("POST", "/v1/caption", body), "Warning"), nullptr);
  EXPECT_EQ(field(ask("POST", "/v1/caption", picture()), "Warning"), nullptr);
  application_->drain();
  EXPECT_EQ(ask("GET", "/health").status, 503);
}

}  // namespace
}  // namespace storyteller::serve::application_test
