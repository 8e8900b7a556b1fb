// Who may ask: hosts, origins, tokens.
#include "tools/apps/serve/access.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/tools/apps/serve/problem_test.h"

namespace storyteller::serve::access_test {
namespace {

RequestHead head(Fields fields, std::string method = "POST", std::string target = "/v1/caption") {
  return {std::move(method), std::move(target), std::move(fields)};
}

AccessRules rules() {
  return {.port = 8765,
          .hosts = {"photos.example"},
          .origins = {"https://app.example", "chrome-extension://abcdef"},
          .token = "s3cret"};
}

TEST(ServeHost, IsThisMachinesOrAllowed) {
  for (const char* host :
       {"localhost", "localhost:8765", "LOCALHOST:8765", "127.0.0.1", "127.0.0.1:8765",
        "127.255.3.9:8765", "[::1]", "[::1]:8765", "photos.example", "photos.example:443"}) {
    EXPECT_EQ(outcome([&] { check_host(head({{"host", host}}), rules()); }), "passed") << host;
  }
}

TEST(ServeHost, OfOthersIsRefused) {
  for (const char* host : {"",
                           "evil.example",
                           "evil.example:8765",
                           "localhost:80",
                           "localhost.evil.example",
                           "127.0.0.1.evil.example",
                           "127.1",
                           "127.0.0.256",
                           "0127.0.0.1",
                           "127.0.0.1:8766",
                           "0.0.0.0:8765",
                           "[::2]:8765",
                           "[::1",
                           "localhost:",
                           "localhost:x",
                           "localhost:8765:8765",
                           "a@localhost",
                           "localhost/",
                           "localhost, evil.example",
                           "2130706433",
                           "photos.example.",
                           "[::ffff:127.0.0.1]:8765",
                           "[]",
                           "localhost:08765678"}) {
    EXPECT_EQ(outcome([&] {
                check_host(head({{"host", host}}), rules());
              }),
              "403 forbidden_host")
        << host;
  }
  EXPECT_EQ(outcome([] { check_host(head({}), rules()); }), "403 forbidden_host");
  EXPECT_EQ(outcome([] {
              check_host(head({{"host", "localhost"}, {"host", "localhost"}}), rules());
            }),
            "400 bad_request");
}

std::string origin_outcome(Fields fields, std::string method = "POST",
                           std::string target = "/v1/caption") {
  std::string origin;
  const std::string said = outcome([&] {
    origin = check_origin(head(std::move(fields), std::move(method), std::move(target)), rules());
  });
  return origin.empty() ? said : origin;
}

TEST(ServeOrigin, OfItsOwnPagesPasses) {
  EXPECT_EQ(origin_outcome({{"host", "localhost:8765"}}), "passed");
  EXPECT_EQ(origin_outcome({{"host", "localhost:8765"},
                            {"origin", "http://localhost:8765"},
                            {"sec-fetch-site", "same-origin"}}),
            "passed");
  EXPECT_EQ(origin_outcome({{"host", "photos.example"}, {"origin", "https://photos.example"}}),
            "passed");
  EXPECT_EQ(origin_outcome({{"host", "localhost:8765"}, {"sec-fetch-site", "none"}}), "passed");
}

TEST(ServeOrigin, ThatIsAllowedIsNamed) {
  EXPECT_EQ(origin_outcome({{"host", "localhost:8765"},
                            {"origin", "https://app.example"},
                            {"sec-fetch-site", "cross-site"}}),
            "https://app.example");
  EXPECT_EQ(origin_outcome({{"host", "localhost:8765"}, {"origin", "chrome-extension://abcdef"}}),
            "chrome-extension://abcdef");
}

TEST(ServeOrigin, OfOthersIsRefused) {
  for (const char* origin :
       {"null", "", "http://evil.example", "http://localhost:3000", "https://localhost:8766",
        "http://localhost", "file://", "http://localhost:8765@evil.example",
        "https://app.example:444", "https://app.example.evil.example", "chrome-extension://other",
        "http://127.0.0.1:8765", "ftp://localhost:8765", "localhost:8765", "*"}) {
    EXPECT_EQ(origin_outcome({{"host", "localhost:8765"}, {"origin", origin}}),
              "403 forbidden_origin")
        << origin;
  }
  for (const char* site : {"cross-site", "same-site", "anything"}) {
    EXPECT_EQ(origin_outcome({{"host", "localhost:8765"}, {"sec-fetch-site", site}}),
              "403 forbidden_origin")
        << site;
  }
  const Problem problem = problem_in([] {
    check_origin(head({{"host", "localhost"}, {"origin", "null"}}), rules());
  });
  EXPECT_NE(problem.fix().find("--allow-origin"), std::string::npos);
}

TEST(ServeOrigin, ALinkFromElsewhereOpensThePageAlone) {
  const Fields link = {{"host", "localhost:8765"},
                       {"sec-fetch-site", "cross-site"},
                       {"sec-fetch-mode", "navigate"},
                       {"sec-fetch-dest", "document"}};
  EXPECT_EQ(origin_outcome(link, "GET", "/"), "passed");
  EXPECT_EQ(origin_outcome(link, "GET", "/metrics"), "403 forbidden_origin");
  EXPECT_EQ(origin_outcome(link, "POST", "/"), "403 forbidden_origin");
  Fields frame = link;
  frame.back().second = "iframe";
  EXPECT_EQ(origin_outcome(frame, "GET", "/"), "403 forbidden_origin");
}

TEST(ServeToken, IsAskedForWhereThereIsOne) {
  const auto said = [](Fields fields) {
    return outcome([&] { check_token(head(std::move(fields)), rules()); });
  };
  EXPECT_EQ(said({{"authorization", "Bearer s3cret"}}), "passed");
  EXPECT_EQ(said({{"authorization", "bearer   s3cret"}}), "passed");
  EXPECT_EQ(said({}), "401 unauthorized");
  for (const char* value : {"Bearer", "Bearer ", "Bearer s3cre", "Bearer s3cret2", "Bearer S3CRET",
                            "s3cret", "Basic s3cret", ""}) {
    EXPECT_EQ(said({{"authorization", value}}), "401 unauthorized") << value;
  }
  EXPECT_EQ(said({{"authorization", "Bearer s3cret"}, {"authorization", "Bearer x"}}),
            "401 unauthorized");
  EXPECT_EQ(outcome([] { check_token(head({}), {.port = 1}); }), "passed");
  const Problem problem = problem_in([] { check_token(head({}), rules()); });
  EXPECT_EQ(problem.fields().at(0).first, "WWW-Authenticate");
}

TEST(ServeToken, IsComparedWhole) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abcabc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", ""));
}

TEST(ServeArguments, AllowedOriginsAreOrigins) {
  EXPECT_EQ(allowed_origin("https://App.example"), "https://app.example");
  EXPECT_EQ(allowed_origin("http://a.example:80"), "http://a.example");
  EXPECT_EQ(allowed_origin("http://a.example:8080"), "http://a.example:8080");
  EXPECT_EQ(allowed_origin("chrome-extension://abcdef"), "chrome-extension://abcdef");
  for (const char* text : {"null", "*", "https://*.example", "file://", "file:///a", "app.example",
                           "https://app.example/", "https://", "://x", "https://a b"}) {
    EXPECT_THROW(allowed_origin(text), UsageError) << text;
  }
  EXPECT_EQ(allowed_host("Photos.Example"), "photos.example");
  for (const char* text : {"photos.example:80", "http://photos.example", "", "a/b", "*"}) {
    EXPECT_THROW(allowed_host(text), UsageError) << text;
  }
}

}  // namespace
}  // namespace storyteller::serve::access_test
