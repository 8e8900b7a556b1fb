#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// What a picture's file holds beside its pixels.
struct PictureMetadata {
  /// EXIF blocks in the order of the file, each from its TIFF header ("II" or "MM") on.
  std::vector<std::string> exif = {};
  std::vector<std::string> xmp = {};  ///< XMP packets: XML text
  std::string color_profile = {};     ///< ICC; empty where there is none
};

/// How the picture is stored, 1 (upright) to 8 (EXIF 2.32, 4.6.4): as the first EXIF block that
/// says so, else an XMP packet does.
int orientation_of(const PictureMetadata& metadata);

/// The orientation in one EXIF block (TIFF header, then IFD0, tag 0x0112) of any integer type; 0
/// where the block is damaged, does not say, or says what is none.
int exif_orientation(std::string_view tiff);

/// `tiff:Orientation` of an XMP packet, as attribute or element; 0 where it does not say.
int xmp_orientation(std::string_view packet);

/// EXIF bytes without the "Exif\0\0" that some programs leave before the TIFF header.
std::string_view without_exif_header(std::string_view block);

/// The bytes of an "APP1" or "exif" profile that ImageMagick writes as a PNG text: a newline, the
/// name, the length, then digits in base 16. "" where it is none.
std::string raw_profile(std::string_view text);

/// Puts the contents of a JPEG APP1 segment where they belong; others are left alone.
void add_app1(std::string_view payload, PictureMetadata* metadata);

}  // namespace storyteller
