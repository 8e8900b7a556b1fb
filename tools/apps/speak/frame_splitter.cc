#include "tools/apps/speak/frame_splitter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace storyteller::speak {
namespace {

using State = FrameStep::State;

constexpr std::array<std::uint8_t, 3> kJpegBegin = {0xFF, 0xD8, 0xFF};
constexpr std::array<std::uint8_t, 8> kPngBegin = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr std::array<std::uint8_t, 2> kPixmapBegin = {'P', '6'};

enum class Match : std::uint8_t { kNo, kYes, kMaybe };

/// kMaybe: the bytes end before it can be told.
Match begins(std::span<const std::byte> bytes, std::span<const std::uint8_t> mark) {
  const std::size_t count = std::min(bytes.size(), mark.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (std::to_integer<std::uint8_t>(bytes[i]) != mark[i]) return Match::kNo;
  }
  return count == mark.size() ? Match::kYes : Match::kMaybe;
}

Match begins_pixmap(std::span<const std::byte> bytes) {
  const Match match = begins(bytes, kPixmapBegin);
  if (match != Match::kYes) return match;
  if (bytes.size() == kPixmapBegin.size()) return Match::kMaybe;
  const auto c = std::to_integer<std::uint8_t>(bytes[kPixmapBegin.size()]);
  return c == ' ' || c == '#' || (c >= 9 && c <= 13) ? Match::kYes : Match::kNo;
}

}  // namespace

FrameSplitter::FrameSplitter(Take take, const FrameLimits& limits)
    : take_(std::move(take)), limits_(limits) {}

void FrameSplitter::push(std::span<const std::byte> bytes) {
  held_.insert(held_.end(), bytes.begin(), bytes.end());
  split();
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
}

void FrameSplitter::finish() {
  while (walk_) {
    give_up(std::visit([](const auto& walk) { return walk.resume(); }, *walk_));
    split();
  }
  counts_.foreign += held().size();
  held_.clear();
  begin_ = 0;
}

void FrameSplitter::split() {
  while (walk_ || find_begin()) {
    if (!follow()) return;
  }
}

bool FrameSplitter::find_begin() {
  const std::span<const std::byte> bytes = held();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto rest = bytes.subspan(i);
    const auto first = std::to_integer<std::uint8_t>(rest[0]);
    if (first != kJpegBegin[0] && first != kPngBegin[0] && first != kPixmapBegin[0]) continue;
    const Match jpeg = begins(rest, kJpegBegin), png = begins(rest, kPngBegin);
    const Match pixmap = begins_pixmap(rest);
    const bool maybe = jpeg == Match::kMaybe || png == Match::kMaybe || pixmap == Match::kMaybe;
    if (jpeg == Match::kYes) {
      walk_ = JpegWalk();
      kind_ = FrameKind::kJpeg;
    } else if (png == Match::kYes) {
      walk_ = PngWalk();
      kind_ = FrameKind::kPng;
    } else if (pixmap == Match::kYes) {
      walk_ = PixmapWalk();
      kind_ = FrameKind::kPixmap;
    } else if (!maybe) {
      continue;
    }
    counts_.foreign += i;
    drop(i);
    offset_ = 0;
    too_large_ = false;
    return walk_.has_value();
  }
  counts_.foreign += bytes.size();
  drop(bytes.size());
  return false;
}

bool FrameSplitter::follow() {
  const FrameWindow window{.bytes = held(), .offset = offset_};
  const FrameStep step = std::visit([&](auto& walk) { return walk.advance(window); }, *walk_);
  const auto pixels = std::visit([](const auto& walk) { return walk.pixels(); }, *walk_);
  const std::uint64_t needed = std::visit([](const auto& walk) { return walk.position(); }, *walk_);
  too_large_ = too_large_ || pixels > limits_.pixels || needed > limits_.bytes;
  if (step.state == State::kBroken) {
    // What was too large may be gone already, as the blocks came: it is passed over in any case.
    give_up(too_large_ ? std::max(step.at, needed) : step.at);
    return true;
  }
  if (step.state == State::kComplete) {
    const auto end = static_cast<std::size_t>(step.at - offset_);
    if (too_large_ || step.at > limits_.bytes) {
      ++counts_.too_large;
    } else {
      ++counts_.frames;
      take_(kind_, held().first(end));
    }
    drop(end);
    walk_.reset();
    return true;
  }
  if (too_large_) {
    // Followed to its end, but not kept.
    const std::uint64_t done = std::min(window.end(), std::max(needed, offset_)) - offset_;
    drop(static_cast<std::size_t>(done));
    offset_ += done;
  }
  return false;
}

void FrameSplitter::give_up(std::uint64_t resume) {
  ++counts_.broken;
  walk_.reset();
  const std::uint64_t count = resume > offset_ ? resume - offset_ : 0;
  drop(static_cast<std::size_t>(std::min<std::uint64_t>(count, held().size())));
  offset_ = 0;
}

}  // namespace storyteller::speak
