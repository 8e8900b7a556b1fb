#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace storyteller {

/// One field of a protobuf message.
struct ProtobufField {
  enum class Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
  std::uint32_t number = 0;
  Wire wire = Wire::kVarint;
  std::uint64_t value = 0;      ///< of all but kBytes
  std::string_view bytes = {};  ///< of kBytes: a text, a message, packed numbers
};

/// The fields of one protobuf message, in their order. Whatever its bytes say, nothing outside of
/// them is read; what does not fit is a ModelError that begins with `who` and names the byte.
/// Encoding: https://protobuf.dev/programming-guides/encoding. Groups, which nobody writes any
/// more, are refused.
class ProtobufInput {
 public:
  /// `whole` is the file that `bytes` lie in; both, and `who`, outlive the input.
  ProtobufInput(std::string_view bytes, std::string_view whole, const std::string& who)
      : bytes_(bytes), whole_(whole), who_(who) {}
  ProtobufInput(std::string_view whole, const std::string& who)
      : ProtobufInput(whole, whole, who) {}

  /// False at the end of the message.
  bool next(ProtobufField* field);
  /// A message inside of this one.
  ProtobufInput inside(const ProtobufField& field) const;

  /// Numbers of a repeated field, packed or one by one: calls each(value). Numbers of `wire` are
  /// kVarint, kFixed64 or kFixed32.
  template <class Each>
  void numbers(const ProtobufField& field, ProtobufField::Wire wire, const Each& each) const {
    if (field.wire == wire) return each(field.value);
    ProtobufInput packed = inside(field);
    while (packed.at_ < packed.bytes_.size()) each(packed.number(wire));
  }

  /// Throw ModelError where the field is of another wire type.
  std::string_view text(const ProtobufField& field) const;
  std::int64_t integer(const ProtobufField& field) const;
  float real(const ProtobufField& field) const;

  /// Throws ModelError that names the byte of the last field.
  [[noreturn]] void refuse(const std::string& problem) const;

 private:
  std::uint64_t varint();
  std::uint64_t fixed(std::size_t size);
  std::uint64_t number(ProtobufField::Wire wire);
  void require(const ProtobufField& field, ProtobufField::Wire wire) const;

  std::string_view bytes_, whole_;
  const std::string& who_;
  std::size_t at_ = 0, field_at_ = 0;
};

}  // namespace storyteller
