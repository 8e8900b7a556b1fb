#pragma once

#include <string>
#include <vector>

namespace storyteller {

/// A setting that has a use with some values of another setting alone: `momentum` with `optimizer`
/// sgd or nesterov. Where that other has no use itself, neither way counts.
struct SettingUse {
  std::string setting;
  std::string choice;               ///< the other setting
  std::vector<std::string> values;  ///< as they would be typed
  bool unless = false;              ///< it has a use with all values but these
};

}  // namespace storyteller
