#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/text/gunzip.h"

namespace storyteller {

/// Longest text that is held in memory as a whole, in bytes.
inline constexpr size_t kLongestText = size_t{1} << 31U;

/// Bytes of a text, as people's programs write them, made UTF-8, piece by piece:
///   - gzip'd text is unpacked;
///   - a byte order mark is dropped;
///   - UTF-16 is converted: with a mark (Excel's "Unicode text", PowerShell's ">"), and without one
///     where the text begins in letters of Latin, whose every second byte is NUL.
/// All else stays as it is, bytes that are not UTF-8 and line ends included. What UTF-16 cannot
/// mean (half of a surrogate pair, half of a unit) becomes bytes that are no UTF-8 either, so that
/// whoever counts those counts it.
class TextDecoder {
 public:
  /// `name` stands for the text in errors.
  explicit TextDecoder(std::string name) : name_(std::move(name)) {}

  /// Appends to `text` what `bytes` say; those that say nothing yet are kept for the next call.
  /// `last`: the text ends here. Throws InputError for UTF-32, and for gzip data that is damaged or
  /// makes `text` longer than kLongestText.
  void decode(std::string_view bytes, bool last, std::string* text);

 private:
  enum class Encoding { kUnknown, kUtf8, kUtf16LittleEndian, kUtf16BigEndian };
  void decode_unpacked(std::string_view bytes, bool last, std::string* text);
  /// Sets `encoding_` from how the text begins; returns the length of its mark.
  size_t recognize(std::string_view begin);
  void decode_utf16(std::string_view bytes, bool last, std::string* text);

  std::string name_;
  bool begun_ = false;
  std::unique_ptr<Gunzip> gunzip_;  // null: it is not packed
  Encoding encoding_ = Encoding::kUnknown;
  std::string kept_;        // of less bytes than are needed to say what they are
  char32_t surrogate_ = 0;  // the first half of a pair; 0: none
};

/// All of a text at once, as TextDecoder makes it: of a member of an archive, for example.
std::string decode_text(std::string_view bytes, const std::string& name);

}  // namespace storyteller
