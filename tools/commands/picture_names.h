#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "model/image/decode.h"
#include "model/image/picture_folder.h"
#include "tools/commands/name_list.h"

namespace storyteller {

/// What became of the pictures of one folder that was named.
struct FolderTally {
  std::string name;
  size_t found = 0, captioned = 0;
  size_t repeated = 0;  ///< not counted in `found`: given out before, of another folder of a list
};

/// One picture that was asked for.
struct PictureName {
  std::filesystem::path path;
  /// Of the folder it was found in, where a few bad ones are forgiven; null: it was named itself.
  std::shared_ptr<FolderTally> folder = nullptr;
  /// The file itself where it came on standard input; else empty.
  std::vector<std::byte> bytes = {};

  bool named() const { return folder == nullptr; }
};

/// Decodes it, whether it is a file or came on standard input. See decode_image.
Image read_picture(const PictureName& name, ImageWarnings* warnings, const DecodeOptions& options);

struct PictureNamesOptions {
  bool recursive = false;  ///< pictures in the folders inside a folder, too (not through links)
  bool nul = false;        ///< the list on standard input is separated by NUL bytes
  int descriptor = 0;      ///< of that list
};

/// The pictures that `caption IMAGE|DIR|-...` asks for, one by one, in order: files as they are;
/// the pictures of folders by their names, those of inner folders after those beside them; and for
/// "-" what a list of names says, read as it comes: a name in it may be a folder. Or "-" is one
/// picture, which then comes on standard input itself. A list that names a folder and then what is
/// in it, as find does, gives each picture once. What of a folder is not looked at is said on
/// stderr, a line a folder.
class PictureNames {
 public:
  PictureNames(std::vector<std::string> arguments, const PictureNamesOptions& options);

  /// The next picture; nothing at the end. Throws Error for a name that gives none: a folder
  /// without pictures, a folder or a list that cannot be read; the next call goes on behind it.
  /// Throws Stopped where a signal ends the waiting for a list.
  std::optional<PictureName> next();
  /// Whether next() would return without waiting for a list.
  bool ready();
  /// How many next() would still give, where that can be told: not of a list.
  std::optional<size_t> count_rest();
  /// Says what of the list was taken for comments, and what was named twice. At the end.
  void report_list() const;

 private:
  struct Folder {
    std::filesystem::path path;
    std::shared_ptr<FolderTally> tally;
  };

  /// Begins with the list, or takes the picture that comes in place of it.
  void open_list();
  void take_line();
  /// Puts pictures into `found_`, or the folder of that name into `folders_`.
  void take_name(const std::string& name);
  /// Whether a folder of the list gave this picture before; counts it then.
  bool is_repeated(const std::filesystem::path& picture);
  /// Lists the first of `folders_` into `found_`.
  void open_folder();
  /// Says what of a folder that was named, and those inside, was left out. Throws InputError where
  /// there is no picture at all and no failure that says so already.
  void report_left_out(const FolderTally& tally, bool failed);

  std::vector<std::string> arguments_;
  PictureNamesOptions options_;
  size_t argument_ = 0;             // the next one
  std::deque<PictureName> found_;   // given out first
  std::deque<Folder> folders_;      // all of one that was named
  PictureFolder left_out_;          // of these
  std::unique_ptr<NameList> list_;  // null: none is being read
  size_t comments_ = 0;
  std::string first_comment_;
  std::unordered_set<std::string> of_listed_folders_;  // pictures, without "./" and "//"
  size_t repeated_ = 0;
  std::string first_repeated_;
};

}  // namespace storyteller
