#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/image/image.h"

namespace storyteller {

/// What a picture's file says beside its pixels.
struct FileFacts {
  int width = 0, height = 0;  ///< as stored, before it is turned upright; 0: not said
  int orientation = 1;        ///< 1 to 8, as EXIF has it
  std::string taken = {};     ///< "2019-05-03T10:00:00", local time; "" where it does not say
  std::vector<std::string> keywords = {};  ///< of XMP and IPTC, UTF-8, each once, as they stand
};

/// Of the bytes of a JPEG or PNG. Never throws: damage is nothing said.
FileFacts file_facts(std::span<const std::byte> bytes);

/// When a picture was taken, of an EXIF block from its TIFF header on; "" where it does not say, or
/// says what is no time.
std::string exif_taken(std::string_view tiff);

/// The keywords (dc:subject) of an XMP packet.
std::vector<std::string> xmp_keywords(std::string_view packet);

/// The keywords (dataset 2:25) of an IPTC block as Photoshop keeps it in a JPEG's APP13.
std::vector<std::string> iptc_keywords(std::string_view app13);

/// A picture in 64 bits, each whether it gets brighter from one of 9 x 8 fields to the next on its
/// right: what was scaled or compressed anew differs in few (Krawetz 2013, "Kind of like that").
std::uint64_t difference_hash(const Image& image);

}  // namespace storyteller
