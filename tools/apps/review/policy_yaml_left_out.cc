// A program without yaml-cpp: policies are JSON.
#include "core/error.h"
#include "tools/apps/review/policy_yaml.h"

namespace storyteller::review {

std::string json_of_yaml(const std::string&, const std::string& name) {
  throw DeviceError(name +
                    ": policies in YAML were not built: install libyaml-cpp-dev and configure "
                    "again, or write it as JSON");
}

std::string yaml_version() { return ""; }

}  // namespace storyteller::review
