#include "tools/apps/speak/session.h"

#include <chrono>
#include <iostream>
#include <utility>

#include "core/system/signals.h"
#include "tools/apps/speak/first_use.h"
#include "tools/apps/speak/sound_file.h"
#include "tools/apps/speak/spoken_text.h"
#include "tools/cli/exit_code.h"

namespace storyteller::speak {

Session::Session(SessionOptions options, Report report)
    : options_(std::move(options)),
      report_(std::move(report)),
      output_(options_.form, options_.model) {
  if (options_.speaker && options_.sound.empty()) {
    voice_ = std::make_unique<Voice>(*options_.speaker);
  }
}

void Session::greet(const std::filesystem::path& note) {
  if (!is_first_use(note)) return;
  report_warning(kNotice, std::cerr);
  if (voice_ != nullptr) voice_->say_whole(kNotice);
}

void Session::await() {
  if (voice_ != nullptr) voice_->await(std::chrono::seconds(1));
}

void Session::remark(const std::string& image, const Remark& remark, bool waits,
                     std::span<const std::string> warnings) {
  if (voice_ != nullptr) {
    voice_->say(remark.text, waits ? Interrupt::kNever : options_.interrupt);
  } else if (!options_.sound.empty()) {
    text_ += spoken(remark.text) + '\n';
  }
  output_.print(image, remark, warnings);
  if (waits && voice_ != nullptr) voice_->wait_until_silent();
  look_for_trouble();
}

void Session::note(const Error& error) {
  report_(error);
  if (worst_ == ExitCode::kOk) worst_ = error.code();
}

void Session::fail(const std::string& image, const Error& error) {
  if (voice_ != nullptr) voice_->await_no_more();
  note(error);
  output_.print_failure(image, error.what());
}

void Session::look_for_trouble() {
  if (trouble_seen_ || voice_ == nullptr) return;
  const std::optional<Voice::Trouble> trouble = voice_->trouble();
  if (!trouble) return;
  trouble_seen_ = true;
  note(DeviceError(trouble->what + (trouble->missing ? "; what it should say is printed"
                                                     : "; not everything was heard")));
}

void Session::finish() {
  if (voice_ != nullptr) {
    voice_->wait_until_silent();
    look_for_trouble();
  }
  if (options_.sound.empty() || text_.empty() || stop_requested()) return;
  try {
    write_sound(*options_.speaker, text_, options_.sound);
  } catch (const Error& error) {
    note(error);
  }
}

}  // namespace storyteller::speak
