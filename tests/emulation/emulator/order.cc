#include "tests/emulation/emulator/order.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <stdexcept>

namespace emulation {

Order::Order(const std::string& text) {
  const std::string shuffle = "shuffle:";
  if (text == "forward") {
    kind_ = Kind::kForward;
  } else if (text == "reverse") {
    kind_ = Kind::kReverse;
  } else if (text.compare(0, shuffle.size(), shuffle) == 0) {
    kind_ = Kind::kShuffle;
    random_.seed(std::stoull(text.substr(shuffle.size())));
  } else {
    throw std::invalid_argument("STORYTELLER_EMULATION_ORDER is '" + text +
                                "': use forward, reverse or shuffle:SEED");
  }
}

Order Order::from_environment() {
  const char* text = std::getenv("STORYTELLER_EMULATION_ORDER");
  return Order(text == nullptr ? "forward" : text);
}

const std::vector<int>& Order::round(int n, std::vector<int>& places) {
  const bool as_it_was = static_cast<int>(places.size()) == n;
  if (!as_it_was) {
    places.resize(static_cast<size_t>(n));
    std::iota(places.begin(), places.end(), 0);
    if (kind_ == Kind::kReverse) std::reverse(places.begin(), places.end());
  }
  if (kind_ == Kind::kShuffle) std::shuffle(places.begin(), places.end(), random_);
  return places;
}

}  // namespace emulation
