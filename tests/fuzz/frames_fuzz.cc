// libFuzzer target for the splitter of picture streams and the PPM reader: whatever comes, and in
// whatever blocks, the same frames are found, none is larger than allowed, and no byte is in two;
// the slice that every test run does is FrameSplitter.SurvivesDamageAnywhere.
//   tests/fuzz/run frames -runs=1000000
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "tools/apps/speak/frame_splitter.h"
#include "tools/apps/speak/portable_pixmap.h"

namespace {

using namespace storyteller;
using namespace storyteller::speak;

constexpr FrameLimits kLimits{.bytes = 512, .pixels = 4096};

std::vector<std::string> frames_of(std::span<const std::byte> stream, std::size_t block) {
  std::vector<std::string> frames;
  std::size_t bytes = 0;
  FrameSplitter splitter(
      [&](FrameKind kind, std::span<const std::byte> frame) {
        if (frame.empty() || frame.size() > kLimits.bytes) std::abort();
        bytes += frame.size();
        frames.emplace_back(reinterpret_cast<const char*>(frame.data()), frame.size());
        if (kind != FrameKind::kPixmap) return;
        const Image image = decode_pixmap(frame, "fuzz");
        if (std::int64_t{image.width} * image.height > kLimits.pixels) std::abort();
      },
      kLimits);
  for (std::size_t at = 0; at < stream.size(); at += block) {
    splitter.push(stream.subspan(at, std::min(block, stream.size() - at)));
  }
  splitter.finish();
  if (splitter.counts().frames != frames.size()) std::abort();
  if (bytes + splitter.counts().foreign > stream.size()) std::abort();
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = std::as_bytes(std::span(data, size));
  // The last byte chooses the blocks.
  const std::size_t block = size == 0 ? 1 : 1 + data[size - 1];
  if (frames_of(stream, block) != frames_of(stream, std::max<std::size_t>(size, 1))) std::abort();
  try {
    decode_pixmap(stream, "fuzz");
  } catch (const InputError&) {
    return 0;
  }
  return 0;
}
