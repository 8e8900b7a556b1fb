#include "tools/apps/speak/stream_run.h"

#include <chrono>
#include <cmath>
#include <iostream>
#include <new>

#include "core/error.h"
#include "core/system/seconds_since.h"
#include "core/system/signals.h"
#include "core/text/number_format.h"
#include "tools/apps/speak/meaning.h"
#include "tools/apps/speak/portable_pixmap.h"
#include "tools/cli/exit_code.h"

namespace storyteller::speak {
namespace {

Image decoded(const Frame& frame, const std::string& name, const DecodeOptions& options) {
  return frame.kind == FrameKind::kPixmap ? decode_pixmap(frame.bytes, name)
                                          : decode_image(frame.bytes, name, nullptr, options);
}

/// A part of the sum; "" for none of it.
std::string part(std::uint64_t count, const std::string& what) {
  return count == 0 ? "" : ", " + grouped(count) + " " + what;
}

/// Says once what is wrong with frames of a stream.
class FrameTrouble {
 public:
  explicit FrameTrouble(const std::string& name) : name_(name) {}

  void unreadable(const std::string& why) {
    if (unreadable_++ == 0) report_warning(why + "; the frame is passed over", std::cerr);
  }
  void look(const StreamCounts& counts) {
    if (counts.too_large == 0 || said_) return;
    said_ = true;
    report_warning(name_ + ": a frame of more than 32 MiB or 64 megapixels is passed over",
                   std::cerr);
  }
  std::uint64_t unreadable() const { return unreadable_; }

 private:
  std::string name_;
  std::uint64_t unreadable_ = 0;
  bool said_ = false;
};

}  // namespace

std::string stream_text(const FrameReader::Report& report, std::uint64_t looked_at,
                        std::uint64_t unreadable) {
  const StreamCounts& counts = report.counts;
  return grouped(counts.frames) + " frames: " + grouped(looked_at) + " looked at" +
         part(report.replaced, "replaced by newer ones") + part(unreadable, "unreadable") +
         part(counts.broken, "cut off or broken") + part(counts.too_large, "too large") +
         part(counts.foreign, "bytes between them");
}

void tell_stream(const std::string& name, int descriptor, ModelSight& sight, const Pace& pace,
                 Session& session) {
  using Clock = std::chrono::steady_clock;
  const auto seconds = [begin = Clock::now()] { return seconds_since(begin); };
  Meanings meanings;
  Narrator narrator(
      sight, [&](const std::vector<std::string>& words) { return meanings.of(words); },
      session.phrasing(), pace,
      [&](const Remark& remark) { session.remark(name, remark, /*waits=*/false); });
  DecodeOptions decoding = sight.decoding();
  decoding.note_blank = false;
  FrameReader reader(descriptor);
  FrameTrouble trouble(name);
  Frame frame;
  while (!stop_requested() && !reader.ended()) {
    const std::optional<double> due = narrator.due(seconds());
    const auto wait = std::chrono::milliseconds(due ? std::lround(std::ceil(*due * 1000)) : -1);
    if (reader.next(frame, wait)) {
      try {
        const Image image =
            decoded(frame, name + ", frame " + std::to_string(frame.number), decoding);
        narrator.frame(image, frame.number, seconds());
      } catch (const InputError& error) {
        trouble.unreadable(error.what());
      }
    } else {
      narrator.tick(seconds());
    }
    trouble.look(reader.report().counts);
  }
  if (!stop_requested()) narrator.finish(seconds());
  const FrameReader::Report report = reader.report();
  trouble.look(report.counts);
  std::cerr << stream_text(report, narrator.looked_at(), trouble.unreadable()) << std::endl;
  if (stop_requested()) return;
  if (!report.failure.empty()) throw IoError(name + ": " + report.failure);
  if (report.counts.frames == 0 && report.counts.too_large == 0) {
    throw InputError(name + ": no JPEG, PNG or PPM (P6) picture came");
  }
}

}  // namespace storyteller::speak
