#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tools/apps/speak/frame_splitter.h"
#include "tools/apps/speak/open_file.h"

namespace storyteller::speak {

/// A frame of a stream.
struct Frame {
  std::uint64_t number = 0;  ///< from 1
  FrameKind kind = FrameKind::kJpeg;
  std::vector<std::byte> bytes;
};

/// Reads a stream of pictures on a thread of its own and keeps the newest frame: who is slower than
/// the stream sees the present, not the past, and memory stays that of two frames. The very first
/// frame is kept until it is taken.
class FrameReader {
 public:
  /// `descriptor` must stay open as long as this lives.
  explicit FrameReader(int descriptor, const FrameLimits& limits = {});
  ~FrameReader();
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;

  /// Puts the newest frame that was not taken yet into `frame`, whose memory is used again. Waits
  /// for one; false: the time is over, the stream has ended, or a signal asks to stop. Negative:
  /// waits for ever.
  bool next(Frame& frame, std::chrono::milliseconds timeout);
  /// Whether the stream has ended and every frame was taken or replaced.
  bool ended() const;

  struct Report {
    StreamCounts counts;
    std::uint64_t replaced = 0;  ///< frames that newer ones replaced
    std::string failure;         ///< why reading ended; "": the stream did
  };
  Report report() const;

 private:
  void run();
  void put(FrameKind kind, std::span<const std::byte> bytes);

  const int descriptor_;
  FrameSplitter splitter_;
  Bell news_, end_;  // a frame or the end of the stream; this object ends
  mutable std::mutex mutex_;
  std::optional<Frame> first_;  // until it is taken
  Frame newest_;
  bool has_newest_ = false, seen_first_ = false, ended_ = false;
  std::uint64_t numbers_ = 0;
  Report report_;
  std::jthread thread_;
};

}  // namespace storyteller::speak
