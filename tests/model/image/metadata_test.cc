#include "model/image/metadata.h"

#include <gtest/gtest.h>

#include "model/image/decode.h"
#include "tests/model/image/fixtures.h"

namespace storyteller::metadata_test {
namespace {

using namespace fixtures;

std::string xmp(const std::string& property) {
  return "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
         "<rdf:RDF><rdf:Description xmlns:tiff='http://ns.adobe.com/tiff/1.0/' " +
         property + "</rdf:RDF></x:xmpmeta>";
}

TEST(ExifOrientation, IsReadFromEveryIntegerType) {
  for (const bool little : {true, false}) {
    for (const unsigned type : {1U, 3U, 4U, 6U, 8U, 9U}) {
      EXPECT_EQ(exif_orientation(tiff_orientation(6, little, type)), 6) << type << little;
      EXPECT_EQ(exif_orientation(tiff_orientation(9, little, type)), 0) << type << little;
    }
    EXPECT_EQ(exif_orientation(tiff_orientation(6, little, 2)), 0) << "text";
    EXPECT_EQ(exif_orientation(tiff_orientation(6, little, 5)), 0) << "a fraction";
    EXPECT_EQ(exif_orientation(tiff_orientation(6, little, 3, 0)), 6) << "count 0";
    EXPECT_EQ(exif_orientation(tiff_orientation(6, little, 3, 2)), 6) << "count 2";
  }
}

TEST(ExifOrientation, TakesTheFirstOfSeveralEntriesThatIsOne) {
  std::string twice = tiff_orientation(9, true);
  twice[8] = 2;  // entries
  twice.insert(22, tiff_orientation(3, true).substr(10, 12));
  EXPECT_EQ(exif_orientation(twice), 3);
}

TEST(ExifOrientation, IsNoneInDamagedBlocks) {
  const std::string whole = tiff_orientation(6, true);
  for (std::size_t size = 0; size < 18; ++size) {
    EXPECT_EQ(exif_orientation(whole.substr(0, size)), 0) << size;
  }
  std::string far = whole;
  far[4] = far[5] = far[6] = far[7] = '\xff';  // the directory beyond everything
  EXPECT_EQ(exif_orientation(far), 0);
}

TEST(XmpOrientation, IsAnAttributeOrAnElement) {
  EXPECT_EQ(xmp_orientation(xmp("tiff:Orientation=\"6\"/>")), 6);
  EXPECT_EQ(xmp_orientation(xmp("tiff:Orientation = '8'/>")), 8);
  EXPECT_EQ(xmp_orientation(xmp("><tiff:Orientation>3</tiff:Orientation></rdf:Description>")), 3);
  EXPECT_EQ(xmp_orientation(xmp("tiff:Orientation=\"66\"/>")), 0);
  EXPECT_EQ(xmp_orientation(xmp("tiff:Orientation=\"0\"/>")), 0);
  EXPECT_EQ(xmp_orientation("tiff:Orientation"), 0);
  EXPECT_EQ(xmp_orientation(""), 0);
}

TEST(OrientationOf, PrefersExifAndLooksAtEveryBlock) {
  const std::string six = tiff_orientation(6, true);
  EXPECT_EQ(orientation_of({}), 1);
  EXPECT_EQ(orientation_of({.exif = {"garbage", six}}), 6);
  EXPECT_EQ(orientation_of({.exif = {tiff_orientation(0, true), six}}), 6);
  EXPECT_EQ(orientation_of(
                {.exif = {tiff_orientation(1, true)}, .xmp = {xmp("tiff:Orientation=\"6\"/>")}}),
            1);
  EXPECT_EQ(orientation_of(
                {.exif = {tiff_orientation(9, true)}, .xmp = {xmp("tiff:Orientation=\"6\"/>")}}),
            6);
  EXPECT_EQ(orientation_of({.exif = {six.substr(0, 9), six.substr(9)}}), 6) << "one block in two";
}

TEST(RawProfile, IsDecodedFromItsDigits) {
  EXPECT_EQ(raw_profile("\nexif\n      4\n4578\n6966\n"), "Exif");
  EXPECT_EQ(raw_profile("\nexif\n      4\n4578\nzz"), "Ex");
  EXPECT_EQ(raw_profile(""), "");
}

TEST(Metadata, OfAnXmpSegmentTurnsTheJpeg) {
  std::string segment("http://ns.adobe.com/xap/1.0/\0", 29);
  segment += xmp("tiff:Orientation=\"3\"/>");
  const Image picture = smooth_picture(64, 40);
  const Image turned = decode_image(make_jpeg(picture, {.app1 = to_bytes(segment)}), "p");
  EXPECT_NEAR(turned.pixel(0, 0).r, picture.pixel(63, 39).r, 8);
  EXPECT_NEAR(turned.pixel(0, 0).b, picture.pixel(63, 39).b, 8);
}

TEST(Metadata, OfAPngIsAChunkWithItsHeaderOrAText) {
  const Image picture = noisy_picture(5, 3);
  const auto first = [&](const PngSpec& spec) {
    return decode_image(make_png(5, 3, picture.rgb, spec), "p").pixel(0, 0);
  };
  const std::string digits =
      "\nexif\n  26\n4d4d002a0000000800010112000300000001000300000000 0000\n";
  EXPECT_EQ(first({.comment = digits, .comment_key = "Raw profile type exif"}),
            picture.pixel(4, 2));
  EXPECT_EQ(first({.comment = xmp("tiff:Orientation=\"3\"/>"), .comment_key = "XML:com.adobe.xmp"}),
            picture.pixel(4, 2));
  EXPECT_EQ(first({.comment = digits}), picture.pixel(0, 0));
}

}  // namespace
}  // namespace storyteller::metadata_test
