#pragma once

#include <vector>

#include "core/setting_use.h"

namespace storyteller {

/// Settings, of a model and of its training, that not every kind of decoder reads.
std::vector<SettingUse> settings_of_kinds();

}  // namespace storyteller
