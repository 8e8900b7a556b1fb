#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/text_decoder.h"

namespace storyteller {

/// Names on standard input, as programs write them: a line each, or, where NUL bytes come,
/// separated by those (find -print0), line ends then being part of names. Line ends are those of
/// Unix, of Windows or of old Macs; a byte order mark is dropped, UTF-16 converted (see
/// TextDecoder). Memory is that of what was read and not yet given out.
class NameList {
 public:
  /// `nul`: separated by NUL bytes whatever comes.
  explicit NameList(int descriptor, bool nul = false) : descriptor_(descriptor), nul_(nul) {}

  /// The next name as it stands in the list, blank lines left out; nothing at the end. Throws
  /// IoError where reading fails, InputError where what comes is no list, Stopped where a signal
  /// ends the waiting. After an error the list has ended.
  std::optional<std::string> next();
  /// Whether next() would return without waiting.
  bool ready();
  /// Where a picture comes in place of a list, all of it; empty for a list. Waits for the first
  /// bytes. Throws as next() does.
  std::vector<std::byte> picture();
  /// Whether it is, as far as it was read: names then stand as they are.
  bool separated_by_nul() const { return separator_ == Separator::kNul; }

 private:
  enum class Separator { kUnknown, kNewline, kReturn, kNul };

  /// Sets `name_`, `failure_` or the end; without `wait` only as far as input is there. Whether one
  /// of them is set.
  bool advance(bool wait);
  /// Takes in a block of what is there, or waits for one.
  void read();
  /// What the first bytes are: a list's go to the decoder.
  void recognize_list();
  void recognize_separator();
  /// Gives out no more.
  void end();
  /// The next line of the buffer; nothing where it is not complete.
  std::optional<std::string> take_line();

  int descriptor_;
  bool nul_;
  bool is_list_ = false, is_picture_ = false, ended_ = false;
  std::optional<std::string> name_;  // for next()
  std::exception_ptr failure_;       // the same
  TextDecoder decoder_{"standard input"};
  std::string raw_;  // the first bytes, until it is known what they are
  std::string text_;
  size_t taken_ = 0;  // of text_
  Separator separator_ = Separator::kUnknown;
};

}  // namespace storyteller
