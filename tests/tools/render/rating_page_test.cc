#include "tools/render/rating_page.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "model/image/decode.h"
#include "tests/model/image/fixtures.h"

namespace storyteller::rating_page_test {
namespace {

RatingSheet sheet_saying(const std::string& caption) {
  RatingSheet sheet{
      .id = "0123", .seed = 1, .scales = {"correctness", "shine"}, .systems = {"secret"}};
  sheet.items = {{.image = "7", .caption = caption, .systems = {0}}};
  return sheet;
}

std::vector<RatingPicture> picture(int width, int height) {
  return {{.image = "7", .jpeg = encode_rating_picture(fixtures::smooth_picture(width, height))}};
}

/// What the page's script reads.
nlohmann::json data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"sheet\">";
  const size_t at = page.find(begin) + begin.size();
  return nlohmann::json::parse(page.substr(at, page.find("</script>", at) - at));
}

TEST(RatingPage, HandsEveryCaptionOverAsItIs) {
  for (const std::string& text :
       {std::string("a red bird"), std::string("</script><script>alert(1)</script>"),
        std::string("<!-- <script"), std::string("\"quoted\" \\ 'and' & \n\t"),
        std::string("\xE2\x80\xA8 \xF0\x9F\x98\x80 \xE2\x80\xAE"), std::string("a\0b", 3)}) {
    const std::string page = render_rating_page(sheet_saying(text), picture(8, 8));
    EXPECT_EQ(data_of(page)["items"][0]["caption"], text);
    size_t scripts = 0;
    for (size_t at = 0; (at = page.find("<script", at)) != std::string::npos; ++at) ++scripts;
    EXPECT_EQ(scripts, 2U) << text;
  }
  EXPECT_EQ(data_of(render_rating_page(sheet_saying("\xFF"), picture(8, 8)))["items"][0]["caption"],
            "\xEF\xBF\xBD");
}

TEST(RatingPage, EscapesNamesOfScalesAndHidesThoseOfSystems) {
  RatingSheet sheet = sheet_saying("x");
  sheet.scales = {"<b onclick='1'>"};
  const std::string page = render_rating_page(sheet, picture(8, 8));
  EXPECT_EQ(page.find("<b onclick"), std::string::npos);
  EXPECT_NE(page.find("&lt;b onclick=&#39;1&#39;&gt;"), std::string::npos);
  EXPECT_EQ(page.find("secret"), std::string::npos);
}

TEST(RatingPage, HoldsPicturesScaledDown) {
  const auto large = picture(1500, 500);
  const Image small = decode_image(large[0].jpeg, "page");
  EXPECT_EQ(small.width, 720);
  EXPECT_EQ(small.height, 240);
  EXPECT_EQ(decode_image(picture(30, 20)[0].jpeg, "page").width, 30) << "none is enlarged";
  const std::string page = render_rating_page(sheet_saying("x"), large);
  EXPECT_EQ(data_of(page)["pictures"].size(), 1U);
  EXPECT_TRUE(
      data_of(page)["pictures"][0].get<std::string>().starts_with("data:image/jpeg;base64,"));
  EXPECT_THROW(render_rating_page(sheet_saying("x"), {}), InternalError);
}

}  // namespace
}  // namespace storyteller::rating_page_test
