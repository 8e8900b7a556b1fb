#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "tools/apps/speak/frame_walk.h"

namespace storyteller::speak {

enum class FrameKind : std::uint8_t { kJpeg, kPng, kPixmap };

/// What frames may be at most; a larger one is passed over.
struct FrameLimits {
  std::size_t bytes = std::size_t{32} << 20;
  std::int64_t pixels = 64'000'000;
};

/// What became of a stream.
struct StreamCounts {
  std::uint64_t frames = 0;     ///< handed out
  std::uint64_t broken = 0;     ///< begun, but cut off or no such picture
  std::uint64_t too_large = 0;  ///< above the limits
  std::uint64_t foreign = 0;    ///< bytes between frames
};

/// Cuts a stream of pictures behind each other (JPEG, PNG, PPM P6, in any order) into frames, told
/// apart by their first bytes. What follows a frame that is cut off is found again. Nothing is
/// decoded: a frame that is handed out may still be no picture. Holds one frame within the limits
/// and what was pushed last.
class FrameSplitter {
 public:
  /// `bytes` are valid during the call.
  using Take = std::function<void(FrameKind kind, std::span<const std::byte> bytes)>;
  explicit FrameSplitter(Take take, const FrameLimits& limits = {});

  /// The next bytes of the stream, of any number.
  void push(std::span<const std::byte> bytes);
  /// The stream ends: what is left is searched for frames that a broken one hides.
  void finish();

  const StreamCounts& counts() const { return counts_; }

 private:
  using Walk = std::variant<JpegWalk, PngWalk, PixmapWalk>;

  void split();
  /// Looks for the beginning of a frame; false: none in what is held.
  bool find_begin();
  /// False: it goes on behind what is held.
  bool follow();
  /// The frame is none; goes on at `resume`, counted from its beginning.
  void give_up(std::uint64_t resume);
  /// Takes so many bytes off the front.
  void drop(std::size_t count) { begin_ += count; }
  std::span<const std::byte> held() const { return std::span(held_).subspan(begin_); }

  Take take_;
  FrameLimits limits_;
  StreamCounts counts_;
  std::vector<std::byte> held_;
  std::size_t begin_ = 0;     // of what is not done with
  std::uint64_t offset_ = 0;  // of held() in the frame: greater than 0 once it is too large
  std::optional<Walk> walk_;  // nothing: between frames
  FrameKind kind_ = FrameKind::kJpeg;
  bool too_large_ = false;
};

}  // namespace storyteller::speak
