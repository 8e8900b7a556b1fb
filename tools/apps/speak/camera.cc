#include "tools/apps/speak/camera.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "core/error.h"

namespace storyteller::speak {

Pipeline camera_command(const std::string& device) {
  return {{"ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-f", "v4l2", "-i", device,
           "-vf", "fps=4,scale=640:-2", "-f", "image2pipe", "-c:v", "mjpeg", "-"}};
}

Camera::Camera(const Pipeline& command) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw IoError("cannot make a pipe: " + std::generic_category().message(errno));
  }
  pictures_ = OpenFile(ends[0]);
  const OpenFile to(ends[1]);
  program_.emplace(command, GroupStreams{.out = to.get()});
}

std::string Camera::trouble() {
  // Its pictures have ended, and so will the program.
  if (!program_->ended(std::chrono::seconds(1))) program_->stop();
  const GroupEnd end = program_->end();
  return end.trouble.empty() ? "the camera gives no more pictures" : end.trouble;
}

}  // namespace storyteller::speak
