#include "core/serialization/pickle_input.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "core/error.h"
#include "core/serialization/pickle.h"

namespace storyteller {

PickleInput::PickleInput(std::span<const std::byte> bytes, const std::string& who)
    : bytes_(bytes.first(std::min(bytes.size(), kMaxPickleBytes))),
      who_(who),
      whole_(bytes.size() <= kMaxPickleBytes) {}

void PickleInput::refuse(const std::string& problem) const {
  throw ModelError(who_ + ": byte " + std::to_string(opcode_at_) + " of the pickle: " + problem);
}

unsigned char PickleInput::next_opcode() {
  opcode_at_ = at_;
  return static_cast<unsigned char>(number(1));
}

std::string_view PickleInput::take(std::uint64_t size) {
  if (size > left()) {
    refuse(whole_ ? "it ends too early; the file is cut short or damaged"
                  : "longer than " + std::to_string(kMaxPickleBytes) + " bytes" + kFix);
  }
  const auto* begin = reinterpret_cast<const char*>(bytes_.data() + at_);
  at_ += size;
  return {begin, size};
}

std::uint64_t PickleInput::number(std::size_t size) {
  std::uint64_t value = 0;
  const std::string_view text = take(size);
  for (std::size_t i = size; i-- > 0;) value = value << 8U | static_cast<unsigned char>(text[i]);
  return value;
}

std::string_view PickleInput::line() {
  const auto rest = bytes_.subspan(at_);
  const auto end = std::find(rest.begin(), rest.end(), std::byte{'\n'});
  const std::string_view text = take(static_cast<std::uint64_t>(end - rest.begin()));
  take(1);
  return text;
}

std::int64_t PickleInput::digits() {
  const std::string_view text = line();
  const char* last = text.data() + text.size();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), last, value);
  const std::string_view rest(end, static_cast<std::size_t>(last - end));
  if (error != std::errc() || !(rest.empty() || rest == "L")) refuse("a number of other signs");
  return value;
}

}  // namespace storyteller
