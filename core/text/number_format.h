#pragma once

#include <cstddef>
#include <string>

namespace storyteller {

/// A fixed number of digits after the point, in the C locale whatever the process's is; "–" for
/// what is not finite.
std::string decimal(double value, int digits);

/// A share in percent: "12.5 %"; a dash as above.
std::string percent(double share, int digits);

/// A count with a comma between thousands: "12,000".
std::string grouped(std::size_t count);

}  // namespace storyteller
