#pragma once

#include <string>

namespace storyteller::review {

/// A YAML document as JSON, of which every value stands on the line where YAML has it, so that what
/// reads JSON names the right lines. Anchors, tags of other languages and keys that are no text are
/// refused. Throws InputError that names the line; DeviceError in a program without yaml-cpp.
std::string json_of_yaml(const std::string& text, const std::string& name);

/// Of yaml-cpp; "": YAML is left out.
std::string yaml_version();

}  // namespace storyteller::review
