// What goes over the wire, the table of routes, and counts as Prometheus reads them.
#include "tools/apps/serve/wire.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

#include "tests/tools/apps/serve/problem_test.h"
#include "tools/apps/serve/metrics.h"
#include "tools/apps/serve/page.h"
#include "tools/apps/serve/routes.h"

namespace storyteller::serve::wire_test {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ServeWire, WholeAnswersHaveALength) {
  const std::string text = wire_text({.body = "{}\n"}, {.date = http_date(784111777)});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))
      << text;
  EXPECT_TRUE(text.ends_with("\r\n\r\n{}\n")) << text;
  for (const char* field :
       {"Content-Length: 3", "Connection: keep-alive", "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer", "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'",
        "Cross-Origin-Resource-Policy: same-origin"}) {
    EXPECT_TRUE(has(text, field)) << field;
  }
  EXPECT_FALSE(has(text, "Access-Control"));
  EXPECT_TRUE(wire_text({.body = "{}"}, {.head = true}).ends_with("\r\n\r\n"));
  EXPECT_TRUE(has(wire_text({.body = "{}"}, {.head = true}), "Content-Length: 2"));
  EXPECT_FALSE(has(wire_text({.status = 204, .type = ""}, {}),
                   "Content-"
                   "Length"));
  EXPECT_TRUE(has(wire_text({}, {.keep_alive = false}), "Connection: close"));
}

TEST(ServeWire, StreamsComeInChunks) {
  const Response stream{.pieces = {"A", " dog runs along.\n"}};
  EXPECT_TRUE(
      wire_text(stream, {}).ends_with("\r\n\r\n1\r\nA\r\n11\r\n dog runs along.\n\r\n0\r\n\r\n"));
  const std::string old = wire_text(stream, {.http_1_0 = true});
  EXPECT_TRUE(old.ends_with("\r\n\r\nA dog runs along.\n"));
  EXPECT_TRUE(has(old, "Connection: close"));
  EXPECT_FALSE(has(old, "Transfer-Encoding"));
}

TEST(ServeWire, AValueStaysInItsLine) {
  Response response;
  response.fields.emplace_back("Access-Control-Allow-Origin", "https://a\r\nSet-Cookie: b");
  const std::string text = wire_text(response, {});
  EXPECT_FALSE(has(text, "\nSet-Cookie"));
  EXPECT_TRUE(has(text, "Cross-Origin-Resource-Policy: cross-origin"));
}

TEST(ServeRoutes, AreFoundByMethodAndPath) {
  EXPECT_EQ(find_route("POST", "/v1/caption").route, Route::kCaption);
  EXPECT_EQ(find_route("HEAD", "/").route, Route::kPage);
  EXPECT_EQ(find_route("POST", "/api/chat").dialect, Dialect::kOllama);
  const Problem method = problem_in([] { find_route("GET", "/v1/caption"); });
  EXPECT_EQ(method.status(), 405);
  EXPECT_EQ(method.fields().at(0), (std::pair<std::string, std::string>{"Allow", "POST"}));
  EXPECT_EQ(problem_in([] { find_route("DELETE", "/health"); }).fields().at(0).second, "GET, HEAD");
  const Problem path = problem_in([] { find_route("POST", "/v1/captoin"); });
  EXPECT_EQ(path.status(), 404);
  EXPECT_EQ(path.fix(), "did you mean /v1/caption?");
  for (const char* other : {"", "/..", "/%2e%2e/etc/passwd", "//", "/v1/caption/", "/V1/CAPTION"}) {
    EXPECT_EQ(outcome([&] { find_route("GET", other); }), "404 not_found") << other;
  }
}

TEST(ServePage, RunsNothingButItself) {
  const Response one = page_answer(), other = page_answer();
  std::smatch nonce;
  const std::string policy = one.fields.at(0).second;
  ASSERT_TRUE(std::regex_search(policy, nonce, std::regex("script-src 'nonce-([0-9a-f]{32})'")));
  EXPECT_TRUE(has(one.body, "<script nonce=\"" + nonce[1].str() + "\">"));
  EXPECT_TRUE(has(one.body, "<style nonce=\"" + nonce[1].str() + "\">"));
  EXPECT_FALSE(has(one.body, "{{"));
  EXPECT_FALSE(has(other.body, nonce[1].str()));
  EXPECT_FALSE(has(policy, "unsafe"));
  EXPECT_TRUE(has(policy, "default-src 'none'"));
  // It asks no one but the server that it came from.
  EXPECT_FALSE(std::regex_search(one.body, std::regex("(src|href)=\"(https?:)?//")));
}

TEST(ServeMetrics, AreWhatPrometheusReads) {
  Metrics metrics;
  metrics.add_request("/v1/caption", 200, .03);
  metrics.add_request("/v1/caption", 200, .3);
  metrics.add_request("", 404, .001);
  metrics.add_stage(Stage::kEncode, .02);
  metrics.add_picture(PictureResult::kNotPhoto);
  metrics.add_caption(Grade::kLikely);
  metrics.add_batch(3);
  metrics.add_rejected();
  metrics.add_received(5);
  metrics.set_connections(2);
  EXPECT_FALSE(has(metrics.text(nullptr), "storyteller_build_info"));
  const ModelCard model = {.digits = "0123", .device = "c\"p\\u\n", .version = "1.2"};
  const std::string text = metrics.text(&model);
  for (const char* line :
       {"storyteller_requests_total{route=\"/v1/caption\",code=\"200\"} 2",
        "storyteller_requests_total{route=\"other\",code=\"404\"} 1",
        "storyteller_request_duration_seconds_bucket{le=\"0.005\"} 1",
        "storyteller_request_duration_seconds_bucket{le=\"0.05\"} 2",
        "storyteller_request_duration_seconds_bucket{le=\"+Inf\"} 3",
        "storyteller_request_duration_seconds_count 3",
        "storyteller_stage_duration_seconds_bucket{stage=\"encode\",le=\"0.025\"} 1",
        "storyteller_stage_duration_seconds_count{stage=\"search\"} 0",
        "storyteller_images_total{result=\"not_photo\"} 1",
        "storyteller_captions_total{grade=\"likely\"} 1", "storyteller_queue_rejected_total 1",
        "storyteller_batch_size_bucket{le=\"4\"} 1", "storyteller_connections 2",
        "storyteller_bytes_received_total 5", "storyteller_queue_depth 0",
        "storyteller_build_info{version=\"1.2\",model=\"0123\",device=\"c\\\"p\\\\u\\n\"} 1"}) {
    EXPECT_TRUE(has(text, std::string("\n") + line + "\n")) << line << "\n" << text;
  }
  // Each line is a comment or a sample, and each sample's name was announced.
  const std::regex sample(
      R"(([a-z_]+?)(_bucket|_sum|_count)?(\{([a-z]+="([^"\\\n]|\\["\\n])*",?)+\})? [0-9.e+-]+)");
  const std::regex help("# HELP ([a-z_]+) .+"), type("# TYPE ([a-z_]+) (counter|gauge|histogram)");
  std::set<std::string> announced;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (std::regex_match(line, found, type)) {
      EXPECT_TRUE(announced.insert(found[1]).second) << line;
    } else if (!std::regex_match(line, help)) {
      ASSERT_TRUE(std::regex_match(line, found, sample)) << line;
      const std::string all = line.substr(0, line.find_first_of("{ "));
      EXPECT_TRUE(announced.contains(all) || announced.contains(found[1])) << line;
    }
  }
}

}  // namespace
}  // namespace storyteller::serve::wire_test
