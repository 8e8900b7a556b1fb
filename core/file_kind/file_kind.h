#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace storyteller {

/// What can be done with a file, judged by its first bytes.
enum class FileFamily {
  kJpeg,            ///< a picture that is read
  kPng,             ///< a picture that is read
  kPicture,         ///< any other picture, drawing or document with pictures: it can be converted
  kFilm,            ///< its frames are pictures
  kSound,           ///< nothing to be seen in it
  kSafetensors,     ///< weights that are read: safetensors
  kTorch,           ///< weights that are read: PyTorch's, zip or older
  kNumpy,           ///< weights that are read: .npy or .npz
  kOtherWeights,    ///< weights or numbers that are not read
  kArchive,         ///< what is wanted may be packed in it
  kPointer,         ///< stands for a file that lies elsewhere: Git LFS, git-annex, a shortcut
  kFailedDownload,  ///< what a server, or a login page, answered instead of the file
  kSpoilt,          ///< was a picture until bytes were added or changed on its way
  kText,
  kOther,  ///< known, and neither picture nor weights
  kUnknown,
};

/// One row of the table of kinds.
struct FileKind {
  FileFamily family = FileFamily::kUnknown;
  /// With its article: "a WebP picture", "a web page".
  std::string_view what = "unknown content";
  /// What its owner can do, a command where there is one; the words FILE and OUT in it stand for
  /// the file and for a new name beside it, SKIP for `skip` + 1. "" where what is wanted decides.
  std::string_view remedy = {};
  std::size_t skip = 0;  ///< kSpoilt: where the picture begins behind other bytes
};

/// Bytes from a file's beginning that are worth showing to identify_file; fewer may do.
inline constexpr std::size_t kIdentifyBytes = 4096;

/// Never throws; what it does not know, or an empty head, is "unknown content". Heads of
/// safetensors and PyTorch files are recognised, not proven.
FileKind identify_file(std::span<const std::byte> head);

enum class FileUse { kPicture, kWeights };

/// The sentence that ends a refusal: "convert it: heif-convert a.heic a.jpg", "fetch the file
/// itself: git lfs pull". Never empty; one printable line whatever the path.
/// @param path the file as the shell would be given it; "" where it has no path of its own (inside
///   of a shard), and commands then say FILE.
std::string way_out(const FileKind& kind, FileUse wanted, std::string_view path);

}  // namespace storyteller
