#include "train/data/data_source.h"

#include <algorithm>

#include "core/system/home.h"

namespace storyteller {

DataSource::DataSource(std::string_view specification)
    : format(specification.substr(0, specification.find(':'))),
      rest(specification.substr(std::min(format.size() + 1, specification.size()))) {}

std::filesystem::path DataSource::path() const {
  return format == "scenes" ? std::filesystem::path() : expand_home(rest);
}

}  // namespace storyteller
