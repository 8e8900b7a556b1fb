// libFuzzer target for people's text files: any bytes are text, or an InputError; whole and piece
// by piece they are the same text, and its lines are without line ends and NUL bytes.
//   tests/fuzz/run text -runs=1000000
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/text/line_reader.h"
#include "core/text/text_decoder.h"
#include "core/text/utf8.h"

namespace {

using namespace storyteller;

std::string in_pieces(std::string_view bytes, size_t length) {
  TextDecoder decoder("fuzz");
  std::string text;
  // What a text is, is told by its first piece.
  for (size_t at = 0, piece = 256; at < bytes.size(); at += piece, piece = length) {
    decoder.decode(bytes.substr(at, piece), false, &text);
  }
  decoder.decode({}, true, &text);
  return text;
}

void read_lines(const std::string& text) {
  LineReader reader(text, "fuzz");
  size_t invalid = 0;
  std::string_view line;
  while (reader.next(&line)) {
    if (line.find('\0') != std::string_view::npos) std::abort();
    invalid += is_utf8(line) ? 0 : 1;
    if (!is_utf8(replace_invalid_utf8(line))) std::abort();
    if (is_utf8(line) && replace_invalid_utf8(line) != line) std::abort();
  }
  if (reader.invalid().lines != invalid) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const std::string text = decode_text(bytes, "fuzz");
    // A packed text is told by the first piece of what is unpacked, which is not that of the file.
    if (!Gunzip::begins(bytes) && in_pieces(bytes, 1 + data[0]) != text) std::abort();
    read_lines(text);
  } catch (const InputError&) {
    return 0;
  }
  return 0;
}
