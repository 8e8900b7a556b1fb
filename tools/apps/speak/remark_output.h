#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tools/apps/speak/narrator.h"

namespace storyteller::speak {

/// Prints what is said on standard output, each line as soon as it is known: to be read again, and
/// copied.
class RemarkOutput {
 public:
  enum class Form : std::uint8_t {
    kSentence,  ///< the text alone
    kTable,     ///< the picture's name, a tab, the text
    kJson,      ///< an object a line
  };
  /// `model`: digits of the models' files for JSON; "": unknown.
  RemarkOutput(Form form, std::string model);

  /// `image`: the picture's name, or the stream's. Throws IoError where it cannot be written.
  void print(const std::string& image, const Remark& remark,
             std::span<const std::string> warnings = {}) const;
  /// A line in the place of a picture that could not be told, in JSON.
  void print_failure(const std::string& image, const std::string& error) const;

 private:
  Form form_;
  std::string model_;
  bool terminal_;
};

}  // namespace storyteller::speak
