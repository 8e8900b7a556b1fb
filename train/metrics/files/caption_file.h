#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "train/metrics/files/image_ids.h"

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
  /// The file names the image and says that there is no caption (null): as a hypothesis it is an
  /// empty one, as a reference none.
  bool absent = false;
};

/// The captions of a file, in its order.
struct CaptionFile {
  std::string name = {};  ///< printable, for messages
  CaptionForm form = CaptionForm::kIds;
  std::vector<FiledCaption> captions = {};
  /// What else was said of images whose one caption is among `captions`: the rest of the n best of
  /// `storyteller caption --json`. They count where several captions of an image are meant.
  std::vector<FiledCaption> further = {};
  /// The pictures' names, by image id, where the file tells both (COCO's and Karpathy's do).
  std::unordered_map<std::string, std::string> file_names = {};
  /// What was guessed, mended or left out while reading, a line each.
  std::vector<std::string> notes = {};

  /// The images that have captions, each once, as they come.
  std::vector<NamedImage> images() const;
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
///   - JSON and JSON lines in the layouts of parse_json_captions, COCO's and Karpathy's among them;
///   - Flickr8k's token file: name.jpg#k<TAB>caption;
///   - tables (parse_caption_table);
///   - text: one caption a line, an empty line is an empty caption.
/// A name that ends in .json or .jsonl decides for JSON, one in .csv or .tsv for a table, otherwise
/// the content does. "-" is standard
/// input. What the file may be besides UTF-8, and that it may be packed, TextDecoder says; bytes
/// that are not UTF-8 become U+FFFD, with a note, and are an error in JSON.
/// Throws InputError that names the file, the entry or line, the cause and the fix.
CaptionFile read_caption_file(const std::filesystem::path& path);

/// The same of bytes in memory; what their file's name decides.
enum class CaptionSyntax { kAny, kJson, kTable };
CaptionFile parse_caption_file(std::string_view bytes, const std::string& name,
                               CaptionSyntax syntax = CaptionSyntax::kAny);

}  // namespace storyteller
