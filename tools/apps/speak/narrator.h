#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/image/image.h"
#include "tools/apps/speak/phrasing.h"
#include "tools/apps/speak/scene_watch.h"
#include "tools/apps/speak/sight.h"

namespace storyteller::speak {

/// When a stream is spoken of; all in seconds.
struct Pace {
  double every = 2;   ///< least time between sentences
  double still = 60;  ///< after which a scene that stays is told again; 0: never
  double hint = 10;   ///< least time between hints
};

/// Below which a picture is dark (mean brightness) or blurred (sharpness_of): what is below it and
/// does not look like a photograph gets a hint instead of a sentence. The least sharp of 59
/// photographs of Flickr8k had 95 (docs/apps/speak.md).
inline constexpr double kDark = 10, kBlurred = 55;
inline constexpr const char *kTooDark = "Too dark.", *kNotClear = "Not clear.";

/// Something to say, and why.
struct Remark {
  enum class Event : std::uint8_t {
    kPicture,  ///< a picture that was named
    kScene,    ///< a new scene of a stream
    kStill,    ///< the scene is the same
    kHint,     ///< nothing can be seen
  };
  Event event = Event::kScene;
  std::uint64_t frame = 0;     ///< of a stream, from 1
  std::string text;            ///< for people
  const Told* told = nullptr;  ///< what it is about; null for a hint. Valid during the call
};
/// "picture", "scene", "still", "hint".
std::string_view name_of(Remark::Event event);

/// Follows a stream frame by frame and decides what is said of it when. It has no clock, no thread
/// and no voice of its own.
class Narrator {
 public:
  using Say = std::function<void(const Remark& remark)>;
  /// What a caption means, see Meanings::of: of two that mean the same only the first is said.
  using Meaning = std::function<std::string(const std::vector<std::string>& words)>;
  Narrator(Sight& sight, Meaning meaning, Phrasing phrasing, const Pace& pace, Say say);

  /// The next frame, at `now` seconds of a clock that does not run backwards.
  void frame(const Image& image, std::uint64_t number, double now);
  /// Tells a scene whose time has come; between frames, too.
  void tick(double now);
  /// Seconds from `now` until tick() has something to tell; nothing: only a frame can bring that.
  std::optional<double> due(double now) const;
  /// The stream has ended: what waits for its time, or for a second frame, is said now.
  void finish(double now);

  /// Frames whose features were looked at.
  std::uint64_t looked_at() const { return looked_at_; }

 private:
  struct Pending {
    Look look;
    Luminance luminance;
    double sharpness;
    std::uint64_t frame;
    SceneWatch::Verdict verdict;
  };

  void tell(double now);
  void hint(const std::string& text, std::uint64_t frame, double now);

  Sight& sight_;
  Meaning meaning_;
  Phrasing phrasing_;
  Pace pace_;
  Say say_;
  SceneWatch watch_;
  std::optional<Pending> pending_;  // another scene than the one that was told
  std::optional<double> last_;      // when something was said
  Told told_;                       // last, with its text and meaning
  std::string text_, told_meaning_;
  std::string hint_;  // what is the matter with the frames that come; "": nothing
  std::optional<double> last_hint_;
  std::uint64_t looked_at_ = 0, tellings_ = 0;
};

}  // namespace storyteller::speak
