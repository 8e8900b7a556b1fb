#include "core/text/text_decoder.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/text/utf8.h"

namespace storyteller {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleEndianMark = "\xFF\xFE";
constexpr std::string_view kBigEndianMark = "\xFE\xFF";
constexpr std::string_view kUtf32LittleEndianMark("\xFF\xFE\0\0", 4);
constexpr std::string_view kUtf32BigEndianMark("\0\0\xFE\xFF", 4);
constexpr size_t kLongestMark = 4;
constexpr const char* kTooLong = ": more than 2 GiB of text; split the file";

/// How many of the bytes at `first`, `first` + 2, ... are NUL.
size_t count_nul(std::string_view bytes, size_t first) {
  size_t count = 0;
  for (size_t i = first; i < bytes.size(); i += 2) count += bytes[i] == 0 ? 1 : 0;
  return count;
}

}  // namespace

size_t TextDecoder::recognize(std::string_view begin) {
  if (begin.starts_with(kUtf32LittleEndianMark) || begin.starts_with(kUtf32BigEndianMark)) {
    throw InputError(name_ + ": a text in UTF-32; convert it with iconv -f utf-32 -t utf-8");
  }
  if (begin.starts_with(kLittleEndianMark)) {
    encoding_ = Encoding::kUtf16LittleEndian;
    return kLittleEndianMark.size();
  }
  if (begin.starts_with(kBigEndianMark)) {
    encoding_ = Encoding::kUtf16BigEndian;
    return kBigEndianMark.size();
  }
  encoding_ = Encoding::kUtf8;
  if (begin.starts_with(kUtf8Mark)) return kUtf8Mark.size();
  // Without a mark: every second byte is NUL in letters of Latin; a few may be of other scripts.
  constexpr size_t kLookedAt = 256;
  const std::string_view front = begin.substr(0, std::min(kLookedAt, begin.size()) / 2 * 2);
  const size_t units = front.size() / 2;
  const size_t even = count_nul(front, 0), odd = count_nul(front, 1);
  if (units >= 2 && even == 0 && odd * 4 >= units * 3) encoding_ = Encoding::kUtf16LittleEndian;
  if (units >= 2 && odd == 0 && even * 4 >= units * 3) encoding_ = Encoding::kUtf16BigEndian;
  return 0;
}

void TextDecoder::decode_utf16(std::string_view bytes, bool last, std::string* text) {
  const bool little = encoding_ == Encoding::kUtf16LittleEndian;
  const auto end_surrogate = [&] {
    if (surrogate_ != 0) append_utf8(std::exchange(surrogate_, 0), text);
  };
  for (; bytes.size() >= 2; bytes.remove_prefix(2)) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    const auto second = static_cast<unsigned char>(bytes[1]);
    char32_t unit = little ? second << 8U | first : first << 8U | second;
    if (unit >= 0xDC00 && unit <= 0xDFFF && surrogate_ != 0) {
      unit = 0x10000U + ((std::exchange(surrogate_, 0) - 0xD800U) << 10U) + (unit - 0xDC00U);
    }
    end_surrogate();
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      surrogate_ = unit;
    } else {
      append_utf8(unit, text);
    }
  }
  if (last) {
    end_surrogate();
    if (!bytes.empty()) *text += '\xFF';
  } else {
    kept_ = bytes;
  }
}

void TextDecoder::decode_unpacked(std::string_view bytes, bool last, std::string* text) {
  std::string joined;
  if (!kept_.empty()) {
    joined = std::exchange(kept_, {});
    joined += bytes;
    bytes = joined;
  }
  if (encoding_ == Encoding::kUnknown) {
    if (bytes.size() < kLongestMark && !last) {
      kept_ = bytes;
      return;
    }
    bytes.remove_prefix(recognize(bytes));
  }
  if (encoding_ == Encoding::kUtf8) {
    *text += bytes;
  } else {
    decode_utf16(bytes, last, text);
  }
}

void TextDecoder::decode(std::string_view bytes, bool last, std::string* text) {
  if (!begun_) {
    kept_ += bytes;
    if (kept_.size() < 2 && !last) return;
    begun_ = true;
    const std::string begin = std::exchange(kept_, {});
    if (Gunzip::begins(begin)) gunzip_ = std::make_unique<Gunzip>(name_);
    return decode(begin, last, text);
  }
  if (gunzip_ == nullptr) return decode_unpacked(bytes, last, text);
  gunzip_->unpack(bytes, [&](std::string_view piece) {
    if (text->size() + piece.size() > kLongestText) throw InputError(name_ + kTooLong);
    decode_unpacked(piece, /*last=*/false, text);
  });
  if (!last) return;
  gunzip_->finish();
  decode_unpacked({}, last, text);
}

std::string decode_text(std::string_view bytes, const std::string& name) {
  std::string text;
  TextDecoder(name).decode(bytes, /*last=*/true, &text);
  return text;
}

}  // namespace storyteller
