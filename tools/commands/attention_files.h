#pragma once

#include <filesystem>
#include <string>

#include "model/captioner.h"
#include "tools/commands/output_file.h"
#include "tools/commands/picture_names.h"

namespace storyteller {

/// The strips of --attention in their folder: one PNG a picture, or a part of what is said of it,
/// named after both ("dog.png", "dog-question2.png"). A strip replaces an earlier one of the same;
/// what else is there, another picture's strip or a photograph, is never replaced: the strip then
/// gets a number.
class AttentionFiles {
 public:
  /// Makes the folder. Throws IoError where strips cannot be written there.
  explicit AttentionFiles(std::filesystem::path folder);

  /// Throws UsageError where the strip of `picture` would by its name be one of `inputs`.
  void require_other(const std::filesystem::path& picture, const InputFiles& inputs,
                     const std::string& part = "") const;
  /// Draws the strip and returns its file. Throws IoError.
  std::filesystem::path draw(const PictureName& picture, const Image& view, const Caption& caption,
                             Captioner& captioner) const;
  /// Writes a strip that is drawn and returns its file. Throws IoError.
  std::filesystem::path write(const PictureName& picture, const Image& strip,
                              const std::string& part = "") const;

 private:
  /// With "-NUMBER" where `number` is above 1; cut to what the file system takes.
  std::filesystem::path file(const std::filesystem::path& picture, const std::string& part,
                             int number) const;

  std::filesystem::path folder_;
  size_t longest_name_;
};

}  // namespace storyteller
