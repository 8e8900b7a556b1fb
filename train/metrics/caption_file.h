#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// How a file of captions says which image a caption belongs to.
enum class CaptionForm {
  kIds,    ///< by an id: COCO's JSON, Flickr8k's token file
  kLines,  ///< by its line, counted from 1: plain text
};

/// A caption and the image that it is about. The id's text decides alone: 42 and "42" are one
/// image.
struct FiledCaption {
  std::string image = {};
  bool number = false;       ///< the id was written as a number
  std::string caption = {};  ///< as in the file; may be empty
};

/// The captions of a file, in its order.
struct CaptionFile {
  std::string name = {};  ///< printable, for messages
  CaptionForm form = CaptionForm::kIds;
  std::vector<FiledCaption> captions = {};
};

/// Where a line "name.jpg#k<TAB>caption" of Flickr8k's token file divides.
struct TokenLine {
  std::string_view image, number, caption;
};
/// Nothing for a line of another kind, or without a name. Whether `number` is one is not looked at.
std::optional<TokenLine> token_line(std::string_view line);

/// Longest caption that is read, in bytes.
inline constexpr size_t kLongestCaption = size_t{1} << 20U;

/// Reads hypotheses or references from
///   - COCO's JSON: results [{"image_id": 42, "caption": "..."}] or annotations {"annotations":
///     [{"image_id": 42, "caption": "..."}], ...}; ids are whole numbers or strings, what else is
///     in there is skipped;
///   - Flickr8k's token file: name.jpg#k<TAB>caption;
///   - text: one caption a line, an empty line is an empty caption.
/// A name that ends in .json decides for JSON, otherwise the content. "-" is standard input.
/// Throws InputError that names the file, the entry or line, the cause and the fix.
CaptionFile read_caption_file(const std::filesystem::path& path);
/// The same from memory; `json`: the content does not decide.
CaptionFile parse_caption_file(std::string_view text, const std::string& name, bool json);

}  // namespace storyteller
