#include <algorithm>
#include <array>
#include <cstdint>

#include "core/file_kind/signatures.h"

namespace storyteller::file_kind {
namespace {

using namespace std::string_view_literals;
using enum FileFamily;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

/// `length` bytes at `at`, fewer where `head` ends.
std::string_view part(std::string_view head, std::size_t at, std::size_t length) {
  return at < head.size() ? head.substr(at, length) : ""sv;
}

/// ISO/IEC 14496-12: a box of u32 size, "ftyp", the main brand, a version and compatible brands.
FileKind iso_media(std::string_view head) {
  const std::string_view main = part(head, 8, 4);
  const auto is = [&](std::initializer_list<std::string_view> brands) {
    return std::find(brands.begin(), brands.end(), main) != brands.end();
  };
  const std::size_t size =
      (static_cast<unsigned char>(head[2]) << 8U) + static_cast<unsigned char>(head[3]);
  if (is({"avif", "avis"})) return {kPicture, "an AVIF picture", kHeif};
  if (is({"mif1", "msf1", "miaf"}) && part(head, 0, size).find("avif") != std::string_view::npos) {
    return {kPicture, "an AVIF picture", kHeif};
  }
  if (main.starts_with("hei") || main.starts_with("hev") || is({"mif1", "msf1", "miaf", "mif2"})) {
    return {kPicture, "a HEIC picture", kHeif};
  }
  if (main.starts_with("crx")) {
    return {kPicture, "a camera's raw picture (Canon CR3)",
            "develop it: darktable-cli FILE OUT.jpg"};
  }
  if (main.starts_with("M4A") || main.starts_with("M4B"))
    return {kSound, "a sound recording (M4A)"};
  if (main.starts_with("qt")) return {kFilm, "a film (QuickTime)", kFrame};
  return {kFilm, "a film (MP4)", kFrame};
}

FileKind riff(std::string_view head) {
  const std::string_view form = part(head, 8, 4);
  if (form == "WEBP") return {kPicture, "a WebP picture", "convert it: dwebp FILE -o OUT.png"};
  if (form == "AVI ") return {kFilm, "a film (AVI)", kFrame};
  if (form == "WAVE") return {kSound, "a sound recording (WAV)"};
  if (form.starts_with("CDR")) return {kPicture, "a CorelDRAW document", kMagick};
  return {kOther, "a RIFF file"};
}

/// By the name of the first entry (APPNOTE.TXT, 4.3.7).
FileKind zip(std::string_view head) {
  const std::string_view name = part(head, 30, little_endian(part(head, 26, 2)));
  if (name.ends_with("data.pkl")) return {kTorch, "weights of PyTorch"};
  if (name.ends_with(".npy")) return {kNumpy, "NumPy arrays (.npz)"};
  if (name == "[Content_Types].xml" || name.starts_with("_rels/")) {
    return {kArchive, "an Office document (.docx, .pptx, .xlsx)", kUnzip};
  }
  if (name == "mimetype") return {kArchive, "a document packed as ZIP (.odt, .ora, .epub)", kUnzip};
  if (name.starts_with("META-INF/")) return {kArchive, "a program packed as ZIP", kUnzip};
  return {kArchive, "a ZIP archive", kUnzip};
}

/// Two letters are too little to tell a bitmap from a text: its header has one of a few lengths.
bool is_bitmap(std::string_view head) {
  constexpr std::array<std::uint64_t, 8> kHeaderLengths{12, 16, 40, 52, 56, 64, 108, 124};
  const std::uint64_t length = little_endian(part(head, 14, 4));
  return std::find(kHeaderLengths.begin(), kHeaderLengths.end(), length) != kHeaderLengths.end();
}

/// The text of a protobuf field whose length stands at `at`; "" where there is none.
std::string_view protobuf_text(std::string_view head, std::size_t at) {
  if (at >= head.size()) return {};
  const auto length = static_cast<unsigned char>(head[at]);
  const std::string_view text = part(head, at + 1, length);
  const bool readable = text.size() == length && std::all_of(text.begin(), text.end(), [](char c) {
                          return c >= 0x20 && c < 0x7f;
                        });
  return readable ? text : ""sv;
}

/// Models are protobuf messages without a signature: what their first fields are, tells.
FileKind protobuf(std::string_view head) {
  if (head.size() < 8) return {};
  if (head[0] == 8 && head[1] >= 1 && head[1] <= 20 && head[2] == 0x12) {
    if (!protobuf_text(head, 3).empty()) return {kOtherWeights, "an ONNX model", kSaveAs};
    return {kOtherWeights, "a saved model of TensorFlow (protobuf)", kSaveAs};
  }
  if (head[0] != 0x0a) return {};
  const std::string_view name = protobuf_text(head, 1);  // of the network: Caffe
  const std::string_view after = part(head, 2 + name.size(), 2);
  if (!name.empty() && after == "\xa2\x06"sv) return {kOtherWeights, "weights of Caffe", kSaveAs};
  // A node of a graph: its length, in up to three bytes, then its name and its operation.
  for (std::size_t at = 2; at <= 4; ++at) {
    if (head[at] != 0x0a) continue;
    const std::string_view node = protobuf_text(head, at + 1);
    const std::size_t operation = at + 2 + node.size();
    if (!node.empty() && part(head, operation, 1) == "\x12" &&
        !protobuf_text(head, operation + 1).empty()) {
      return {kOtherWeights, "a graph of TensorFlow (protobuf)", kSaveAs};
    }
  }
  return {};
}

}  // namespace

FileKind kind_by_container(std::string_view head) {
  if (head.size() >= 12 && head.substr(4, 4) == "ftyp") return iso_media(head);
  if (head.starts_with("RIFF")) return riff(head);
  if (head.starts_with("PK\3\4")) return zip(head);
  if (head.starts_with("PK\5\6")) return {kArchive, "an empty ZIP archive", "pack it again"};
  if (head.starts_with("BM") && is_bitmap(head)) return {kPicture, "a BMP picture", kMagick};
  constexpr std::uint64_t kMaxHeader = 100'000'000;  // of safetensors
  if (head.size() > 9 && head[8] == '{' && little_endian(head.substr(0, 8)) <= kMaxHeader) {
    return {kSafetensors, "weights as safetensors"};
  }
  return protobuf(head);
}

}  // namespace storyteller::file_kind
