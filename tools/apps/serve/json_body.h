#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace storyteller::serve {

/// Throws Problem 400 where a text that may be JSON is nested deeper than kMaxJsonDepth, or has so
/// many values that they would fill the memory. Linear, and takes no memory.
void check_json_text(std::string_view text);

/// The object that a body is; the body is freed. Throws Problem 400 for anything else.
nlohmann::json json_object(std::string body);

// Members of an object; Problem 400 that names them where they are of another kind. null is absent.
std::optional<std::string> take_text(nlohmann::json& object, const std::string& name);
std::optional<bool> take_bool(nlohmann::json& object, const std::string& name);
std::optional<double> take_number(nlohmann::json& object, const std::string& name, double least,
                                  double most);
std::optional<int> take_integer(nlohmann::json& object, const std::string& name, int least,
                                int most);
/// Takes the member out of the object; null: it is not there.
nlohmann::json take(nlohmann::json& object, const std::string& name);
/// Names of the members that are left, the first of many: what a request asked for in vain.
std::vector<std::string> names_left(const nlohmann::json& object, const std::string& prefix = "");

}  // namespace storyteller::serve
