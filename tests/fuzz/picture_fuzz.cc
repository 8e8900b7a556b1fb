// libFuzzer target for the picture decoders: JPEG and PNG with their EXIF, XMP and ICC (promise 1);
// the slices that every test run does are {Jpeg,Png}Decoder.SurvivesDamagedBytesAnywhere and
// ColorTransform.SurvivesDamageAnywhere.
//   tests/fuzz/run jpeg -runs=1000000      and png
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "core/error.h"
#include "model/image/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storyteller;
  if (size == 0) return 0;
  // The last byte, which no format needs, chooses how it is decoded.
  const DecodeOptions options{.min_side = data[size - 1] & 15, .note_blank = true};
  try {
    ImageWarnings warnings;
    const Image image =
        decode_image(std::as_bytes(std::span(data, size)), "fuzz", &warnings, options);
    const std::size_t pixels = std::size_t{1} * image.width * image.height;
    if (pixels == 0 || image.rgb.size() != 3 * pixels) std::abort();
    for (const std::string& warning : warnings) {
      if (text_of(warning, "fuzz").empty()) std::abort();
    }
  } catch (const InputError&) {
    return 0;
  }
  return 0;
}
