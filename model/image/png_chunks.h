#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace storyteller {

/// One piece of a PNG file.
struct PngChunk {
  std::string_view type;  ///< "IHDR", "IDAT", ...
  std::string_view data;
};

/// The chunks of a PNG file one by one, none of them judged: checksums are not looked at.
class PngChunks {
 public:
  /// `file`: the file from its beginning on, as far as it is there; other files have no chunks.
  explicit PngChunks(std::string_view file);

  /// Nothing where the file ends, or what is there of it ends within the next one.
  std::optional<PngChunk> next();

 private:
  std::string_view rest_;
};

}  // namespace storyteller
