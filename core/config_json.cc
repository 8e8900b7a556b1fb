// The JSON form of a configuration: configuration files, what a checkpoint keeps, what is written
// beside a run.
#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "core/config.h"
#include "core/system/missing_file.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxConfigBytes = 1 << 20;
constexpr int kMaxDepth = 8;

/// Parses; a key twice in one object is refused (the library would keep the last).
Json parse_object(const std::string& text, const std::string& where) {
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > kMaxDepth) throw UsageError(where + ": nested too deeply");
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
      throw UsageError(where + ": key '" + printable(value.get<std::string>()) + "' appears twice");
    }
    return true;
  };
  // The library takes a zero byte for the end of the text: what follows would go unseen.
  if (text.find('\0') != std::string::npos) throw UsageError(where + ": has a zero byte");
  try {
    Json parsed = Json::parse(text, watch);
    if (!parsed.is_object()) throw UsageError(where + ": must be a JSON object {\"key\": value}");
    return parsed;
  } catch (const Json::parse_error& error) {
    throw UsageError(where + ": not valid JSON at byte " + std::to_string(error.byte));
  } catch (const Json::exception&) {
    throw UsageError(where + ": has a number that does not fit 64 bits");
  }
}

/// {"adam": {"beta1": 0.9}} -> ("adam.beta1", 0.9)
void flatten(const Json& object, const std::string& prefix,
             std::vector<std::pair<std::string, Json>>& out) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      flatten(value, prefix + key + ".", out);
    } else {
      out.emplace_back(prefix + key, value);
    }
  }
}

}  // namespace

void Config::load_json(const std::string& text, Source source, const std::string& where) {
  std::vector<std::pair<std::string, Json>> values;
  flatten(parse_object(text, where), "", values);
  for (const auto& [key, value] : values) {
    const std::string place = where + ": " + printable(key);
    Setting& setting = require(key, where);
    const bool fits = setting.kind == Kind::kNumber ? value.is_number()
                      : setting.kind == Kind::kBool ? value.is_boolean()
                                                    : value.is_string();
    const std::string typed = value.is_string() ? value.get<std::string>() : value.dump();
    if (!fits) {
      throw UsageError(place + ": " + printable(value.dump()) + " is not " +
                       (setting.kind == Kind::kNumber ? "a number"
                        : setting.kind == Kind::kBool ? "true or false"
                                                      : "a string in quotes") +
                       "; " + setting.key + " is: " + setting.help);
    }
    apply(setting, typed, source, place);
  }
}

void Config::load_file(const std::filesystem::path& path) {
  const std::string where = printable(path.string(), 4096);
  std::error_code status;
  if (std::filesystem::is_directory(path, status)) {
    throw UsageError(where + ": is a folder; give a JSON file");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in && (errno == ENOENT || errno == ENOTDIR)) {
    throw UsageError(where + ": " + why_missing(path.string()));
  }
  if (!in) {
    throw UsageError("cannot open the configuration " + where + ": " +
                     std::generic_category().message(errno));
  }
  std::string text(kMaxConfigBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxConfigBytes) throw UsageError(where + ": larger than 1 MiB");
  load_json(text, Source::kFile, where);
}

std::string Config::to_json(std::span<const std::string> left_out) const {
  std::string text = "{";
  for (const Setting& setting : settings_) {
    if (std::find(left_out.begin(), left_out.end(), setting.key) != left_out.end()) continue;
    const std::string value = setting.get();
    text += (text.size() == 1 ? "\n  " : ",\n  ") + Json(setting.key).dump() + ": ";
    text += setting.kind == Kind::kText
                ? Json(value).dump(-1, ' ', false, Json::error_handler_t::replace)
                : value;
  }
  return text + "\n}\n";
}

}  // namespace storyteller
