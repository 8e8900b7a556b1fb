// Names of files are bytes; in JSON they stay readable and come back whole.
#include "core/text/json_name.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace storyteller::json_name_test {
namespace {

nlohmann::json json_of(const std::string& name) {
  nlohmann::json json;
  set_name(json, "image", name);
  return nlohmann::json::parse(json.dump());  // dump() throws where a string is no UTF-8
}

TEST(JsonName, AUnicodeNameStandsAsItIs) {
  for (const char* name : {"a.jpg", "caf\u00e9.jpg", "\U0001F431.png", "", "a\nb.jpg"}) {
    const auto json = json_of(name);
    EXPECT_EQ(json.at("image"), name);
    EXPECT_FALSE(json.contains("image_bytes"));
  }
}

TEST(JsonName, BytesThatAreNoUnicodeComeBackWhole) {
  const std::string latin = "caf\xE9.jpg", other = "caf\xE8.jpg";
  EXPECT_EQ(json_of(latin).at("image"), "caf\uFFFD.jpg");
  EXPECT_EQ(json_of(other).at("image"), "caf\uFFFD.jpg");
  for (const std::string& name :
       {latin, other, std::string("\xFF"), std::string("a\xED\xA0\x80")}) {
    EXPECT_EQ(decode_base64(json_of(name).at("image_bytes").get<std::string>()), name);
  }
}

TEST(JsonName, WhatWasSetIsFound) {
  for (const char* name : {"a.jpg", "caf\u00e9.jpg", "caf\xE9.jpg", "\xFF", ""}) {
    EXPECT_EQ(name_in(json_of(name), "image"), name);
    EXPECT_EQ(name_in(json_of(name), "name"), std::nullopt);
  }
  EXPECT_EQ(name_in(nlohmann::json{{"image", 7}}, "image"), std::nullopt);
  EXPECT_EQ(name_in(nlohmann::json{{"image_bytes", base64("caf\xE9")}}, "image"), "caf\xE9");
}

TEST(JsonName, BytesOfSomethingElseAreNoName) {
  const nlohmann::json picture{{"image", "a.jpg"}, {"image_bytes", base64("\xFF\xD8\xFF")}};
  EXPECT_EQ(name_in(picture, "image"), "a.jpg");
  EXPECT_EQ(name_in(nlohmann::json{{"image", "a.jpg"}, {"image_bytes", "!"}}, "image"), "a.jpg");
}

}  // namespace
}  // namespace storyteller::json_name_test
