#include "tools/apps/speak/frame_walk.h"

#include <algorithm>
#include <cstring>

namespace storyteller::speak {
namespace {

using State = FrameStep::State;

constexpr std::uint8_t kStartOfImage = 0xD8, kEndOfImage = 0xD9, kStartOfScan = 0xDA;

bool is_restart(std::uint8_t mark) { return mark >= 0xD0 && mark <= 0xD7; }

/// Marks that tell the size of the picture: SOF0 to SOF15 without DHT, JPG and DAC.
bool is_frame(std::uint8_t mark) {
  return mark >= 0xC0 && mark <= 0xCF && mark != 0xC4 && mark != 0xC8 && mark != 0xCC;
}

bool is_letter(std::uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(std::uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }

}  // namespace

FrameStep JpegWalk::scan(const FrameWindow& window) {
  while (window.has(at_, 2)) {
    const auto rest = window.bytes.subspan(static_cast<std::size_t>(at_ - window.offset));
    const void* hit = std::memchr(rest.data(), 0xFF, rest.size() - 1);
    if (hit == nullptr) {
      at_ = window.end() - 1;
      return {};
    }
    at_ += static_cast<std::uint64_t>(static_cast<const std::byte*>(hit) - rest.data());
    const std::uint8_t mark = window[at_ + 1];
    if (mark == 0xFF) {
      ++at_;
    } else if (mark == 0 || is_restart(mark)) {
      at_ += 2;
    } else {
      in_scan_ = false;
      return {};
    }
  }
  return {};
}

FrameStep JpegWalk::advance(const FrameWindow& window) {
  while (true) {
    if (in_scan_) scan(window);
    if (in_scan_ || !window.has(at_, 2)) return {};
    const std::uint8_t mark = window[at_ + 1];
    if (window[at_] != 0xFF || mark == 0) return {State::kBroken, last_ + 1};
    if (mark == 0xFF) {  // padding
      ++at_;
      continue;
    }
    if (mark == kStartOfImage) return {State::kBroken, at_};  // the one before was cut off
    if (mark == kEndOfImage) {
      if (!scanned_) return {State::kBroken, at_ + 2};
      return {State::kComplete, at_ + 2};
    }
    if (mark == 0x01 || is_restart(mark)) {
      at_ += 2;
      continue;
    }
    if (!window.has(at_, 4)) return {};
    const std::uint64_t length = window.big_endian(at_ + 2, 2);
    if (length < 2) return {State::kBroken, at_ + 1};
    if (is_frame(mark)) {
      if (!window.has(at_, 9)) return {};
      // The most that any of them says, so that blocks, after each of which it is looked at, do not
      // matter.
      pixels_ = std::max(pixels_, static_cast<std::int64_t>(window.big_endian(at_ + 5, 2) *
                                                            window.big_endian(at_ + 7, 2)));
    }
    last_ = at_;
    at_ += 2 + length;
    in_scan_ = mark == kStartOfScan;
    scanned_ = scanned_ || in_scan_;
  }
}

FrameStep PngWalk::advance(const FrameWindow& window) {
  while (true) {
    if (!window.has(at_, 8)) return {};
    const std::uint64_t length = window.big_endian(at_, 4);
    bool letters = true;
    for (unsigned i = 4; i < 8; ++i) letters = letters && is_letter(window[at_ + i]);
    // What is longer belongs to no frame that is kept; it is searched, not stepped over.
    constexpr std::uint64_t kLongestChunk = 64 << 20, kLongestSide = 0x7FFFFFFF;
    const bool first = at_ == 8, header = window.big_endian(at_ + 4, 4) == 0x49484452;
    if (!letters || length > kLongestChunk || first != header) {
      return {State::kBroken, last_ + 1};
    }
    if (header) {
      if (!window.has(at_, 16)) return {};
      const std::uint64_t width = window.big_endian(at_ + 8, 4);
      const std::uint64_t height = window.big_endian(at_ + 12, 4);
      if (width == 0 || height == 0 || width > kLongestSide || height > kLongestSide) {
        return {State::kBroken, 1};
      }
      pixels_ = static_cast<std::int64_t>(width * height);
    }
    const std::uint64_t end = at_ + 12 + length;
    const bool last = window.big_endian(at_ + 4, 4) == 0x49454E44;  // IEND
    if (last && length != 0) return {State::kBroken, last_ + 1};
    if (last && !window.has(at_, 12)) return {};
    if (last) return {State::kComplete, end};
    last_ = at_;
    at_ = end;
  }
}

FrameStep::State read_pixmap_header(const FrameWindow& window, PixmapHeader& header) {
  constexpr std::uint64_t kLongest = 1024;  // with comments
  constexpr int kMost = 65535;
  std::uint64_t at = 2;
  const auto more = [&] { return at >= kLongest ? State::kBroken : State::kMore; };
  for (int* value : {&header.width, &header.height, &header.largest}) {
    const std::uint64_t begin = at;
    for (bool comment = false;; ++at) {
      if (!window.has(at, 1) || at >= kLongest) return more();
      const std::uint8_t c = window[at];
      if (comment) {
        comment = c != '\n' && c != '\r';
      } else if (c == '#') {
        comment = true;
      } else if (!is_blank(c)) {
        break;
      }
    }
    *value = 0;
    const std::uint64_t digits = at;
    for (;; ++at) {
      if (!window.has(at, 1) || at >= kLongest) return more();
      const std::uint8_t c = window[at];
      if (c < '0' || c > '9') break;
      *value = *value * 10 + (c - '0');
      if (*value > kMost) return State::kBroken;
    }
    if (begin == digits || digits == at || *value == 0) return State::kBroken;
  }
  if (!is_blank(window[at])) return State::kBroken;
  header.size = at + 1;
  return State::kComplete;
}

FrameStep PixmapWalk::advance(const FrameWindow& window) {
  if (end_ == 0) {
    PixmapHeader header;
    const State state = read_pixmap_header(window, header);
    if (state == State::kBroken) return {state, 1};
    if (state == State::kMore) return {};
    end_ = header.frame_bytes();
    pixels_ = std::int64_t{header.width} * header.height;
  }
  if (window.end() < end_) return {};
  return {State::kComplete, end_};
}

}  // namespace storyteller::speak
