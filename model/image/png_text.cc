#include "core/system/file_head.h"
#include "model/image/encode.h"
#include "model/image/png_chunks.h"

namespace storyteller {

std::string read_png_text(const std::filesystem::path& path, std::string_view keyword) {
  const std::string head = file_head(path);
  PngChunks chunks(head);
  for (auto chunk = chunks.next(); chunk && chunk->type != "IDAT"; chunk = chunks.next()) {
    const std::string_view data = chunk->data;
    const bool wanted = chunk->type == "tEXt" && data.starts_with(keyword) &&
                        data.size() > keyword.size() && data[keyword.size()] == '\0';
    if (wanted) return std::string(data.substr(keyword.size() + 1));
  }
  return {};
}

}  // namespace storyteller
