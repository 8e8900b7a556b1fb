#pragma once

#include <string>

namespace storyteller {

/// The number that `text` is, as people write it: decimal, with a point. T: int, int64_t, uint64_t,
/// float or double. Throws UsageError that begins with `name` where it is none, or not finite, or
/// not from `least` to `most`.
template <class T>
T parse_number(const std::string& name, const std::string& text, double least, double most);

/// The shortest text that reads back as `value`, without an exponent where it is whole.
std::string number_text(double value);

}  // namespace storyteller
