#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tools/apps/speak/child_group.h"
#include "tools/apps/speak/open_file.h"
#include "tools/apps/speak/speaker_command.h"

namespace storyteller::speak {

/// ffmpeg, which reads a camera and prints four JPEG pictures a second.
Pipeline camera_command(const std::string& device);

/// A camera that a program reads; its pictures come on a descriptor. The program ends with it.
class Camera {
 public:
  /// Throws MissingProgram or IoError.
  explicit Camera(const Pipeline& command);

  int descriptor() const { return pictures_.get(); }
  /// Once the pictures have ended: why, in one line. A camera does not end by itself.
  std::string trouble();

 private:
  OpenFile pictures_;
  std::optional<ChildGroup> program_;
};

}  // namespace storyteller::speak
