// libFuzzer target for the table of file kinds.
//   tests/fuzz/run kinds -runs=10000000
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "core/file_kind/file_kind.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storyteller;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const FileKind kind = identify_file(bytes);
  if (kind.what.empty()) std::abort();
  const std::string name(reinterpret_cast<const char*>(data), size);
  for (const FileUse use : {FileUse::kPicture, FileUse::kWeights}) {
    const std::string text = way_out(kind, use, name);
    if (text.empty() || text.find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
