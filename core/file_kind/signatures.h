#pragma once

#include <string_view>

#include "core/file_kind/file_kind.h"

namespace storyteller::file_kind {

/// The kind whose fixed bytes stand in `head`; kUnknown where none do.
FileKind kind_by_signature(std::string_view head);

/// Containers whose content decides: ISO media files ("ftyp": HEIC, AVIF, MP4, ...), RIFF, ZIP,
/// protobuf, bitmaps. kUnknown where it is none.
FileKind kind_by_container(std::string_view head);

/// The kind of something that reads as text; kUnknown where it does not.
FileKind kind_by_text(std::string_view head);

/// A picture behind other bytes, or one that went through a program for text.
FileKind kind_of_spoilt_picture(std::string_view head);

// What several kinds say.
inline constexpr std::string_view kMagick = "convert it: magick FILE OUT.png";
inline constexpr std::string_view kMagickFirst = "convert it: magick FILE[0] OUT.png";
inline constexpr std::string_view kHeif = "convert it: heif-convert FILE OUT.jpg";
inline constexpr std::string_view kFrame = "take a frame of it: ffmpeg -i FILE -frames:v 1 OUT.jpg";
inline constexpr std::string_view kSaveAs =
    "save its weights as safetensors, .npz or PyTorch's .pth with the program that made it";
inline constexpr std::string_view kUnzip = "unpack it: unzip FILE";

}  // namespace storyteller::file_kind
