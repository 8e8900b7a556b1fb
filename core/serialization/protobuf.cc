#include "core/serialization/protobuf.h"

#include <bit>

#include "core/error.h"

namespace storyteller {

using Wire = ProtobufField::Wire;

void ProtobufInput::refuse(const std::string& problem) const {
  const auto byte = static_cast<std::size_t>(bytes_.data() - whole_.data()) + field_at_;
  throw ModelError(who_ + ": byte " + std::to_string(byte) + ": " + problem);
}

std::uint64_t ProtobufInput::fixed(std::size_t size) {
  if (size > bytes_.size() - at_) refuse("it ends too early; the file is cut short or damaged");
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8U | static_cast<unsigned char>(bytes_[at_ + i]);
  }
  at_ += size;
  return value;
}

std::uint64_t ProtobufInput::varint() {
  constexpr unsigned kMostBytes = 10;
  std::uint64_t value = 0;
  for (unsigned i = 0; i < kMostBytes; ++i) {
    const std::uint64_t byte = fixed(1);
    value |= (byte & 0x7FU) << (7 * i);
    if (byte < 0x80U) return value;
  }
  refuse("a number of more than ten bytes; the file is damaged");
}

std::uint64_t ProtobufInput::number(Wire wire) {
  if (wire == Wire::kVarint) return varint();
  return fixed(wire == Wire::kFixed64 ? sizeof(std::uint64_t) : sizeof(std::uint32_t));
}

bool ProtobufInput::next(ProtobufField* field) {
  field_at_ = at_;
  if (at_ == bytes_.size()) return false;
  const std::uint64_t tag = varint();
  constexpr std::uint64_t kGreatest = (std::uint64_t{1} << 29U) - 1;
  if (tag >> 3U == 0 || tag >> 3U > kGreatest) refuse("no field has such a number; is it damaged?");
  *field = {.number = static_cast<std::uint32_t>(tag >> 3U)};
  switch (tag & 7U) {
    case static_cast<std::uint64_t>(Wire::kVarint):
    case static_cast<std::uint64_t>(Wire::kFixed64):
    case static_cast<std::uint64_t>(Wire::kFixed32):
      field->wire = static_cast<Wire>(tag & 7U);
      field->value = number(field->wire);
      return true;
    case static_cast<std::uint64_t>(Wire::kBytes): {
      field->wire = Wire::kBytes;
      const std::uint64_t size = varint();
      if (size > bytes_.size() - at_) {
        refuse("a field of " + std::to_string(size) + " bytes, where " +
               std::to_string(bytes_.size() - at_) + " are left; the file is cut short or damaged");
      }
      field->bytes = bytes_.substr(at_, size);
      at_ += size;
      return true;
    }
    default:
      refuse("a field of a kind that is not written any more; is the file damaged?");
  }
}

void ProtobufInput::require(const ProtobufField& field, Wire wire) const {
  if (field.wire != wire) {
    refuse("field " + std::to_string(field.number) + " is of another kind than it should be");
  }
}

ProtobufInput ProtobufInput::inside(const ProtobufField& field) const {
  return {text(field), whole_, who_};
}

std::string_view ProtobufInput::text(const ProtobufField& field) const {
  require(field, Wire::kBytes);
  return field.bytes;
}

std::int64_t ProtobufInput::integer(const ProtobufField& field) const {
  require(field, Wire::kVarint);
  return static_cast<std::int64_t>(field.value);
}

float ProtobufInput::real(const ProtobufField& field) const {
  require(field, Wire::kFixed32);
  return std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
}

}  // namespace storyteller
