#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace storyteller {

/// The bytes of a pickle, read from the front; a read beyond their end is a ModelError.
class PickleInput {
 public:
  static constexpr const char* kFix =
      "; save the state dict alone: torch.save(model.state_dict(), FILE)";

  /// No more than kMaxPickleBytes are read.
  PickleInput(std::span<const std::byte> bytes, const std::string& who);

  /// Begins the next opcode, which errors name by its byte.
  unsigned char next_opcode();
  std::string_view take(std::uint64_t size);
  /// Little-endian, without a sign; at most 8 bytes.
  std::uint64_t number(std::size_t size);
  /// Up to a line end, without it.
  std::string_view line();
  /// A line that is a number in digits, of Python 2 with an L behind it.
  std::int64_t digits();

  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }
  /// Throws ModelError that names the byte of the opcode.
  [[noreturn]] void refuse(const std::string& problem) const;

 private:
  std::span<const std::byte> bytes_;
  const std::string& who_;
  bool whole_;  // nothing was left off
  std::size_t at_ = 0, opcode_at_ = 0;
};

}  // namespace storyteller
