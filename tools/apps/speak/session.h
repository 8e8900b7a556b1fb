#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/error.h"
#include "tools/apps/speak/phrasing.h"
#include "tools/apps/speak/remark_output.h"
#include "tools/apps/speak/sight.h"
#include "tools/apps/speak/speaker_command.h"
#include "tools/apps/speak/voice.h"

namespace storyteller::speak {

/// Where what is said goes.
struct SessionOptions {
  Phrasing phrasing;
  Interrupt interrupt = Interrupt::kNew;
  RemarkOutput::Form form = RemarkOutput::Form::kSentence;
  std::string model;                ///< digits of the models' files
  std::optional<Pipeline> speaker;  ///< nothing: no speech
  std::filesystem::path sound;      ///< what is said goes into this file instead; "": none
};

/// One run of `speak`: text to the voice first, then to standard output; what goes wrong to
/// standard error, and into the exit code.
class Session {
 public:
  /// Called with what went wrong, to be shown as an error.
  using Report = std::function<void(const Error& error)>;
  Session(SessionOptions options, Report report);

  /// Says and shows kNotice to who uses this for the first time.
  void greet(const std::filesystem::path& note);
  /// Who listens waits from now on: after a second he is told so.
  void await();
  /// `waits`: until it was heard, and what was said before it; else it is said as the options have
  /// it. Throws IoError where standard output cannot be written.
  void remark(const std::string& image, const Remark& remark, bool waits,
              std::span<const std::string> warnings = {});
  /// Something was not told.
  void fail(const std::string& image, const Error& error);
  /// Waits until all was heard, and writes the sound. Then nothing more may be said.
  void finish();
  /// 0, or that of what failed first.
  int exit_code() const { return static_cast<int>(worst_); }
  const Phrasing& phrasing() const { return options_.phrasing; }

 private:
  void note(const Error& error);
  void look_for_trouble();

  SessionOptions options_;
  Report report_;
  RemarkOutput output_;
  std::unique_ptr<Voice> voice_;  // null: no speech
  std::string text_;              // for the sound file
  bool trouble_seen_ = false;
  ExitCode worst_ = ExitCode::kOk;
};

}  // namespace storyteller::speak
