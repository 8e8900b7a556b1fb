// What bodies are made of: base64, data: URLs, forms, JSON, heads of pictures.
#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text/base64.h"
#include "tests/temporary_folder.h"
#include "tests/tools/apps/serve/problem_test.h"
#include "tools/apps/serve/byte_count.h"
#include "tools/apps/serve/json_body.h"
#include "tools/apps/serve/limits.h"
#include "tools/apps/serve/multipart.h"
#include "tools/apps/serve/picture_size.h"
#include "tools/apps/serve/picture_text.h"
#include "tools/apps/serve/token_file.h"

namespace storyteller::serve::body_test {
namespace {

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST(ServePictureText, EveryLengthAndEveryFormComesBack) {
  for (std::size_t length = 1; length <= 256; ++length) {
    const std::string bytes = all_bytes().substr(256 - length);
    const std::string padded = base64(bytes);
    const std::string bare = padded.substr(0, padded.find('='));
    const std::string url = replaced(replaced(bare, "+", "-"), "/", "_");
    std::string wrapped;
    for (std::size_t i = 0; i < padded.size(); i += 7) wrapped += padded.substr(i, 7) + "\r\n ";
    for (const std::string& text :
         {padded, bare, url, wrapped, "data:image/jpeg;base64," + padded, "data:;base64," + url,
          "DATA:image/png;charset=x;BASE64," + bare, "  data:image/jpeg;base64, " + padded}) {
      EXPECT_EQ(picture_of_text(text, "image"), bytes) << text;
    }
  }
}

TEST(ServePictureText, WhatIsNoneIsRefused) {
  const auto said = [](std::string text) {
    return outcome([&] { picture_of_text(std::move(text), "image"); });
  };
  for (const char* text : {"", "=", "==", "====", "A", "AAAAA", "AA===", "AA=A", "A*AA", "\xff\xd8",
                           "data:", "data:image/jpeg,AAAA", "data:image/jpeg;base64",
                           "data:;base64,", "data:image/jpeg;base65,AAAA", "AAAA\x01"}) {
    EXPECT_EQ(said(text), "400 bad_base64") << text;
  }
  EXPECT_EQ(said(std::string(1 << 20, '=')), "400 bad_base64");
  EXPECT_EQ(said(std::string("AA\0A", 4)), "400 bad_base64");
  for (const char* text : {"http://a.example/dog.jpg", "https://a.example", "file:///etc/passwd",
                           "FTP://x", " http://169.254.169.254/"}) {
    EXPECT_EQ(said(text), "400 remote_image") << text;
  }
}

std::string png_head(std::uint32_t width, std::uint32_t height) {
  std::string head("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  for (const std::uint32_t side : {width, height}) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) head += static_cast<char>(side >> shift & 255U);
  }
  return head + std::string("\x08\x02\0\0\0", 5);
}

std::string jpeg_head(int width, int height, const std::string& before = "") {
  const auto two = [](int value) {
    return std::string{static_cast<char>(value >> 8), static_cast<char>(value)};
  };
  return "\xff\xd8" + before + "\xff\xc2" + two(17) + '\x08' + two(height) + two(width) +
         std::string("\x03\x01\x22\0\x02\x11\x01\x03\x11\x01", 10);
}

TEST(ServePictureSize, StandsInTheHead) {
  const auto size = [](const std::string& bytes) {
    const auto found = picture_size(bytes);
    return found ? std::to_string(found->width) + "x" + std::to_string(found->height) : "";
  };
  EXPECT_EQ(size(png_head(31623, 31623)), "31623x31623");
  EXPECT_EQ(size(jpeg_head(640, 480)), "640x480");
  const std::string exif("\xff\xe1\0\x06\xff\xc0\0\0", 8);  // what looks like a frame is inside
  EXPECT_EQ(size(jpeg_head(640, 480, exif + "\xff\xff")), "640x480");
  for (const std::string& text :
       {std::string(""), std::string("\xff\xd8"), std::string("\xff\xd8\xff"),
        png_head(1, 1).substr(0, 20), jpeg_head(640, 480).substr(0, 8),
        std::string("\xff\xd8\xff\xe1\0\0", 6), std::string("\xff\xd8\xff\xe1\xff\xff", 6),
        std::string("GIF89a")}) {
    EXPECT_EQ(size(text), "");
  }
}

TEST(ServePictureSize, IsBoundedBeforeAnythingIsAllocated) {
  const auto said = [](const std::string& bytes) { return outcome([&] { check_picture(bytes); }); };
  EXPECT_EQ(said(""), "400 no_image");
  EXPECT_EQ(said("GIF89a......"), "415 not_a_picture");
  EXPECT_EQ(said("<html>"), "415 not_a_picture");
  EXPECT_EQ(said(png_head(31623, 31623)), "422 too_large");
  EXPECT_EQ(said(png_head(0xffffffff, 0xffffffff)), "422 too_large");
  EXPECT_EQ(said(jpeg_head(8001, 8000)), "422 too_large");
  EXPECT_EQ(said(jpeg_head(8000, 8000)), "passed");
}

TEST(ServeForm, HasParts) {
  const std::string body =
      "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a;b.jpg\"\r\n"
      "Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n--Bx\r\n\r\n--B\r\n"
      "content-disposition: form-data; name=beam\r\n\r\n5\r\n--B  \r\n\r\nno head\r\n--B--\r\nrest";
  const auto parts = form_parts(body, "B");
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].name, "image");
  EXPECT_TRUE(parts[0].is_file);
  EXPECT_EQ(parts[0].value, "\xff\xd8\r\n--Bx\r\n");
  EXPECT_EQ(parts[1].name, "beam");
  EXPECT_FALSE(parts[1].is_file);
  EXPECT_EQ(parts[1].value, "5");
  EXPECT_EQ(parts[2].name, "");
  EXPECT_EQ(parts[2].value, "no head");
}

TEST(ServeForm, ThatIsBrokenIsRefused) {
  const auto said = [](const std::string& body, const std::string& boundary = "B") {
    return outcome([&] { form_parts(body, boundary); });
  };
  EXPECT_EQ(said("--B--"), "passed");
  for (const char* body : {"", "--", "--B", "--B\r\n", "--Bx--", "--B\r\nA: b", "--B\r\n\r\nx",
                           "--B\r\n--B--", "x--B--", "--B\nA\n\nx\n--B--"}) {
    EXPECT_EQ(said(body), "400 bad_form") << body;
  }
  EXPECT_EQ(said("--B--", ""), "400 bad_form");
  EXPECT_EQ(said("--B--", std::string(71, 'B')), "400 bad_form");
  std::string many;
  for (std::size_t i = 0; i < kMaxParts; ++i) many += "--B\r\n\r\nx\r\n";
  EXPECT_EQ(said(many + "--B--"), "passed");
  EXPECT_EQ(said(many + "--B\r\n\r\nx\r\n--B--"), "400 bad_form");
  const std::string long_head(4096, 'a');
  EXPECT_EQ(said("--B\r\n" + long_head + "\r\n\r\nx\r\n--B--"), "400 bad_form");
}

TEST(ServeForm, ParametersOfFields) {
  EXPECT_EQ(parameter_of("multipart/form-data; boundary=abc", "boundary"), "abc");
  EXPECT_EQ(parameter_of("a/b; x; charset=\"u;\\\"8\" ; Boundary = abc ;", "boundary"), "abc");
  EXPECT_EQ(parameter_of("a/b; q=\"u;\\\"8\"", "q"), "u;\"8");
  for (const char* field : {"", ";", "a/b", "a/b;", "a/b; boundary", "a/b; boundary=", "a/b; x=\"",
                            "a/b; boundar=x", "a/b; x=\"\\"}) {
    EXPECT_EQ(parameter_of(field, "boundary"), "") << field;
  }
  EXPECT_EQ(media_type_of(" Application/JSON ; charset=utf-8"), "application/json");
}

TEST(ServeJson, IsBoundedBeforeItIsParsed) {
  const auto said = [](std::string text) { return outcome([&] { json_object(std::move(text)); }); };
  EXPECT_EQ(said("{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}"), "passed");
  EXPECT_EQ(said(R"({"a": "\"[", "b": "\\"})"), "passed");
  const auto nested = [](int depth) {
    return "{\"a\": " + std::string(static_cast<std::size_t>(depth - 1), '[') +
           std::string(static_cast<std::size_t>(depth - 1), ']') + "}";
  };
  EXPECT_EQ(said(nested(kMaxJsonDepth)), "passed");
  EXPECT_EQ(said(nested(kMaxJsonDepth + 1)), "400 bad_json");
  EXPECT_EQ(said(std::string(1 << 22, '[')), "400 bad_json");
  std::string many = "{\"a\": [0";
  for (int i = 0; i < 30'000; ++i) many += ",0";
  EXPECT_EQ(said(many + "]}"), "400 bad_json");
  for (const char* text : {"", "nul", "{", "[]", "1", "\"a\"", "{\"a\": \"}", "{\"a\": \"\xff\"}",
                           "{} {}", "{\"a\": NaN}", "{\"a\": '1'}"}) {
    EXPECT_EQ(said(text), "400 bad_json") << text;
  }
  EXPECT_EQ(said(std::string("{\"a\": \"\0\"}", 10)), "400 bad_json");
}

TEST(ServeJson, MembersHaveTheirKind) {
  auto object = nlohmann::json::parse(
      R"({"t": "x", "b": true, "n": 2.5, "i": 3, "none": null, "left": 1, "bad\u0001": [1]})");
  EXPECT_EQ(take_text(object, "t"), "x");
  EXPECT_EQ(take_text(object, "t"), std::nullopt);
  EXPECT_EQ(take_bool(object, "b"), true);
  EXPECT_EQ(take_number(object, "n", 0, 3), 2.5);
  EXPECT_EQ(take_integer(object, "i", 0, 3), 3);
  EXPECT_EQ(take_text(object, "none"), std::nullopt);
  EXPECT_EQ(names_left(object, "o."), (std::vector<std::string>{"o.bad\\x01", "o.left"}));
  const auto said = [](const char* value, const auto& get) {
    auto one = nlohmann::json{{"x", nlohmann::json::parse(value)}};
    return outcome([&] { get(one); });
  };
  using Json = nlohmann::json;
  for (const char* value : {"1", "[]", "{}", "true"}) {
    EXPECT_EQ(said(value, [](Json& one) { take_text(one, "x"); }), "400 bad_value") << value;
  }
  for (const char* value : {"1", "\"true\"", "[]"}) {
    EXPECT_EQ(said(value, [](Json& one) { take_bool(one, "x"); }), "400 bad_value") << value;
  }
  for (const char* value : {"-1", "4", "1e300", "\"1\"", "true", "2.5"}) {
    EXPECT_EQ(said(value, [](Json& one) { take_integer(one, "x", 0, 3); }), "400 bad_value")
        << value;
  }
}

TEST(ServeLimits, ASlowBodyLosesItsTime) {
  EXPECT_EQ(body_time(0).count(), 5'000);
  EXPECT_EQ(body_time(5 * 1024).count(), 5'000);
  EXPECT_EQ(body_time(6 * 1024).count(), 6'000);
  EXPECT_EQ(body_time(std::size_t{16} << 20).count(), 30'000);
  EXPECT_EQ(body_time(static_cast<std::size_t>(-1)).count(), 30'000);
}

TEST(ServeArguments, NumbersOfBytes) {
  EXPECT_EQ(byte_count("--max-body", "16M", 1, 1 << 30), std::size_t{16} << 20);
  EXPECT_EQ(byte_count("--max-body", "512k", 1, 1 << 30), std::size_t{512} << 10);
  EXPECT_EQ(byte_count("--max-body", "1G", 1, 1 << 30), std::size_t{1} << 30);
  EXPECT_EQ(byte_count("--max-body", "1024", 1, 1 << 30), 1024U);
  for (const char* text :
       {"", "M", "-1", "1.5M", "2G", "0", "16MB", "99999999999999999999", "1 M"}) {
    EXPECT_THROW(byte_count("--max-body", text, 1, 1 << 30), UsageError) << text;
  }
}

TEST(ServeArguments, ATokenIsALineOfAFile) {
  const TemporaryFolder folder;
  const auto token = [&](const std::string& text) {
    write_text(folder / "token", text);
    return read_token(folder / "token");
  };
  EXPECT_EQ(token("s3cret\r\n"), "s3cret");
  EXPECT_EQ(token(std::string(512, 'a')), std::string(512, 'a'));
  for (const std::string& text :
       {std::string(""), std::string("\n"), std::string("a b"), std::string("a\nb"),
        std::string(513, 'a'), std::string("\xc3\xa4")}) {
    EXPECT_THROW(token(text), UsageError);
  }
  EXPECT_THROW(read_token(folder / "none"), IoError);
}

}  // namespace
}  // namespace storyteller::serve::body_test
