#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

namespace storyteller::speak {

/// What is at hand of a frame: bytes from its `offset` on.
struct FrameWindow {
  std::span<const std::byte> bytes;
  std::uint64_t offset = 0;

  std::uint64_t end() const { return offset + bytes.size(); }
  bool has(std::uint64_t at, std::uint64_t count) const { return at + count <= end(); }
  std::uint8_t operator[](std::uint64_t at) const {
    return std::to_integer<std::uint8_t>(bytes[static_cast<std::size_t>(at - offset)]);
  }
  std::uint64_t big_endian(std::uint64_t at, int count) const {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | (*this)[at + static_cast<unsigned>(i)];
    return value;
  }
};

/// How far a frame was followed.
struct FrameStep {
  enum class State : std::uint8_t {
    kMore,      ///< it goes on behind what is at hand
    kComplete,  ///< it ends before `at`
    kBroken,    ///< it is none; another may begin at `at`, which is above 0
  };
  State state = State::kMore;
  std::uint64_t at = 0;
};

/// Follows one frame to its end without decoding it. `advance` is called with ever longer windows,
/// each with the bytes from position() on at least. A walk costs time linear in the bytes.
class JpegWalk {
 public:
  /// Segments are stepped over by their lengths, so that the end mark of a thumbnail inside of one
  /// is none; entropy-coded data are searched for a mark that is neither FF 00 nor RSTn.
  FrameStep advance(const FrameWindow& window);
  std::uint64_t position() const { return at_; }
  std::uint64_t resume() const { return in_scan_ ? at_ : last_ + 1; }
  std::int64_t pixels() const { return pixels_; }

 private:
  FrameStep scan(const FrameWindow& window);

  std::uint64_t at_ = 2;    // of a mark, or of data in a scan
  std::uint64_t last_ = 0;  // the segment before
  bool in_scan_ = false, scanned_ = false;
  std::int64_t pixels_ = 0;
};

class PngWalk {
 public:
  FrameStep advance(const FrameWindow& window);
  std::uint64_t position() const { return at_; }
  std::uint64_t resume() const { return last_ + 1; }
  std::int64_t pixels() const { return pixels_; }

 private:
  std::uint64_t at_ = 8, last_ = 0;
  std::int64_t pixels_ = 0;
};

/// PPM, P6.
class PixmapWalk {
 public:
  FrameStep advance(const FrameWindow& window);
  std::uint64_t position() const { return end_; }
  std::uint64_t resume() const { return 1; }
  std::int64_t pixels() const { return pixels_; }

 private:
  std::uint64_t end_ = 0;  // 0: not known yet
  std::int64_t pixels_ = 0;
};

/// What the header of a PPM says.
struct PixmapHeader {
  int width = 0, height = 0, largest = 0;  ///< sides in [1, 65535], largest value in [1, 65535]
  std::uint64_t size = 0;                  ///< of the header: pixels begin there
  std::uint64_t frame_bytes() const {
    return size + std::uint64_t{3} * static_cast<unsigned>(width) * static_cast<unsigned>(height) *
                      (largest > 255 ? 2U : 1U);
  }
};

/// Reads it, "P6" at the beginning of the window included. kComplete: it is in `header`.
FrameStep::State read_pixmap_header(const FrameWindow& window, PixmapHeader& header);

}  // namespace storyteller::speak
