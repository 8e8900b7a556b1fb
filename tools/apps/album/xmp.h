#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace storyteller::album {

/// What a sidecar is to say of a picture. Empty texts are not written.
struct SidecarContent {
  std::string description;  ///< the sentence
  std::string alt_text;     ///< for people who do not see
  std::vector<std::string> tags;
  std::string model, grade, confidence;
  bool operator==(const SidecarContent&) const = default;
};

/// A packet of XMP that says what `content` does and, in all else, what `packet` says ("":
/// nothing). Of `packet`, what this program wrote before gives way, what people and other programs
/// wrote stays: a description that is not ours (ours then is story:description alone, unless
/// `overwrite`), and keywords that story:terms does not list. Nothing where `packet` is no XMP: it
/// is to be left alone. Throws DeviceError in a program without Exempi.
std::optional<std::string> updated_packet(const std::string& packet, const SidecarContent& content,
                                          bool overwrite);

/// What this program wrote into a packet; nothing where it is no XMP.
std::optional<SidecarContent> own_content(const std::string& packet);

/// Whether sidecars can be written, and by what: "2.6.3"; "" without.
std::string exempi_version();

/// "photo.jpg.xmp" (darktable, digiKam and Immich prefer it) or "photo.xmp".
enum class SidecarNaming { kFull, kStem };

/// A picture's sidecar that is there already: photo.jpg.xmp, else photo.xmp; empty where neither
/// is.
std::filesystem::path existing_sidecar(const std::filesystem::path& picture);

/// The name of the sidecar of a picture: that which is there, unless another naming is forced.
std::filesystem::path sidecar_of(const std::filesystem::path& picture,
                                 const std::optional<SidecarNaming>& naming);

}  // namespace storyteller::album
