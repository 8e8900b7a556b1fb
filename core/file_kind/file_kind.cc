#include "core/file_kind/file_kind.h"

#include <algorithm>

#include "core/file_kind/signatures.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

/// As a shell takes it for one word.
std::string shell_word(std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%^";
  const bool plain = name.find_first_not_of(kPlain) == std::string_view::npos;
  if (plain) return std::string(name);
  std::string out = "'";
  for (const char c : name) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// The name for a converted file: beside the old one, never the old one itself.
std::string new_name(std::string_view path, std::string_view ending) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  const std::size_t dot = path.rfind('.');
  const bool has_ending = dot != std::string_view::npos && dot > name;
  std::string out(has_ending ? path.substr(0, dot) : path);
  out += ending;
  return out == path ? out.insert(out.size() - ending.size(), "-converted") : out;
}

/// The word of a command that begins at `at`.
std::string_view word_at(std::string_view text, std::size_t at) {
  return text.substr(at, text.find(' ', at) - at);
}

/// FILE, OUT and SKIP in `remedy` filled in, each word of it quoted as one.
std::string fill_in(const FileKind& kind, std::string_view path) {
  std::string out;
  for (std::size_t at = 0; at < kind.remedy.size();) {
    const std::string_view word = word_at(kind.remedy, at);
    if (word.starts_with("FILE")) {
      out += shell_word(std::string(path) + std::string(word.substr(4)));
    } else if (word.starts_with("OUT")) {
      out += shell_word(new_name(path, word.substr(3)));
    } else if (word == "+SKIP") {
      out += "+" + std::to_string(kind.skip + 1);
    } else {
      out += word;
    }
    at += word.size();
    if (at < kind.remedy.size()) out += kind.remedy[at++];
  }
  return out;
}

/// What can be said where the kind itself has no remedy, or one that leads elsewhere.
std::string_view default_remedy(FileFamily family, FileUse wanted) {
  if (wanted == FileUse::kPicture) return "give a .jpg or .png file";
  switch (family) {
    case FileFamily::kJpeg:
    case FileFamily::kPng:
    case FileFamily::kPicture:
    case FileFamily::kFilm:
    case FileFamily::kSound:
    case FileFamily::kSpoilt:
      return "give a file of weights";
    case FileFamily::kTorch:
    case FileFamily::kNumpy:
      return "'storyteller weights import' converts it";
    default:
      return "safetensors, PyTorch's .pth and NumPy's .npz and .npy are read";
  }
}

bool leads_to(FileFamily family, FileUse wanted) {
  switch (family) {
    case FileFamily::kPicture:
    case FileFamily::kFilm:
    case FileFamily::kSound:
    case FileFamily::kSpoilt:
      return wanted == FileUse::kPicture;
    case FileFamily::kOtherWeights:
      return wanted == FileUse::kWeights;
    default:
      return true;
  }
}

}  // namespace

FileKind identify_file(std::span<const std::byte> bytes) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()),
                              std::min(bytes.size(), kIdentifyBytes));
  for (const auto& look : {file_kind::kind_by_container, file_kind::kind_by_signature,
                           file_kind::kind_of_spoilt_picture, file_kind::kind_by_text}) {
    const FileKind kind = look(head);
    if (kind.family != FileFamily::kUnknown) return kind;
  }
  const bool zeros = head.size() > 8 && head.find_first_not_of('\0') == std::string_view::npos;
  if (!zeros) return {};
  return {FileFamily::kFailedDownload, "zero bytes, of an unfinished copy",
          "copy or download it again"};
}

std::string way_out(const FileKind& kind, FileUse wanted, std::string_view path) {
  if (kind.remedy.empty() || !leads_to(kind.family, wanted)) {
    return std::string(default_remedy(kind.family, wanted));
  }
  constexpr std::size_t kMaxPath = 200;  // a longer one, twice in a line, hides the rest
  const bool shown = !path.empty() && path.size() <= kMaxPath;
  std::string name(shown ? path : "FILE");
  if (name.starts_with("-")) name.insert(0, "./");
  return printable(fill_in(kind, name), 1000);
}

}  // namespace storyteller
