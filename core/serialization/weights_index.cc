#include "core/serialization/weights_index.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <system_error>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::string_view kMap = "weight_map";
constexpr std::string_view kIndexEnding = ".index.json";

/// Takes `weight_map` out of the events of the JSON parser; builds nothing else, however deep.
class IndexHandler final : public Json::json_sax_t {
 public:
  explicit IndexHandler(WeightsIndex& index) : index_(index) {}
  const std::string& problem() const { return problem_; }
  bool has_map() const { return has_map_; }
  const std::string& error() const { return error_; }

  bool start_object(std::size_t /*elements*/) override {
    in_map_ = depth_++ == 1 && key_ == kMap;
    has_map_ = has_map_ || in_map_;
    return true;
  }
  bool end_object() override {
    if (--depth_ == 1) in_map_ = false;
    return true;
  }
  bool key(std::string& key) override {
    key_ = key;
    if (!in_map_ || depth_ != 2) return true;
    return names_.insert(key).second || refuse("tensor '" + printable(key) + "' is there twice");
  }
  bool string(std::string& value) override {
    if (depth_ == 1 && (key_ == "error" || key_ == "message")) error_ = value;
    if (!in_map_ || depth_ != 2) return other();
    if (leaves_the_folder(value)) {
      return refuse("the part '" + printable(value) + "' lies outside of its folder");
    }
    index_.parts[value].push_back(key_);
    return index_.parts.size() <= kMaxWeightsParts ||
           refuse("more than " + std::to_string(kMaxWeightsParts) + " parts");
  }
  bool start_array(std::size_t /*elements*/) override {
    ++depth_;
    return other();
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool null() override { return other(); }
  bool boolean(bool /*value*/) override { return other(); }
  bool number_integer(number_integer_t /*value*/) override { return other(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return other(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return other(); }
  bool binary(binary_t& /*value*/) override { return other(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const Json::exception& /*error*/) override {
    return refuse("not valid JSON at byte " + std::to_string(position));
  }

 private:
  bool refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }
  /// What is no name of a file: fine but inside of the map.
  bool other() {
    return !in_map_ || refuse("tensor '" + printable(key_) + "' has no name of a file");
  }
  static bool leaves_the_folder(const std::string& part) {
    const fs::path path = fs::path(part).lexically_normal();
    return part.empty() || path.is_absolute() || *path.begin() == "..";
  }

  WeightsIndex& index_;
  int depth_ = 0;
  bool in_map_ = false, has_map_ = false;
  std::string key_, problem_, error_;
  std::set<std::string> names_;
};

std::vector<fs::path> files_in(const fs::path& folder, std::span<const std::string_view> endings) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    const std::string name = at->path().filename().string();
    if (std::any_of(endings.begin(), endings.end(),
                    [&](std::string_view ending) { return name.ends_with(ending); })) {
      files.push_back(at->path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string list_of(const std::vector<fs::path>& files) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(files.size(), kShown); ++i) {
    text += (i > 0 ? ", " : "") + printable(files[i].filename().string());
  }
  return text + (files.size() > kShown ? ", ..." : "");
}

/// The only one of `files`, or the only one of safetensors; an empty path where there is none such.
fs::path chosen(const std::vector<fs::path>& files, std::string_view safetensors) {
  if (files.size() == 1) return files.front();
  fs::path found;
  for (const fs::path& file : files) {
    if (!file.filename().string().ends_with(safetensors)) continue;
    if (!found.empty()) return {};
    found = file;
  }
  return found;
}

}  // namespace

WeightsIndex parse_weights_index(std::string_view json, const std::string& who) {
  WeightsIndex index;
  IndexHandler handler(index);
  // The JSON library takes a zero byte for the end of the text.
  const bool parsed = json.find('\0') == std::string_view::npos &&
                      Json::sax_parse(json.begin(), json.end(), &handler);
  if (!parsed) {
    throw ModelError(who + ": no index of weights: " +
                     (handler.problem().empty() ? "it has a zero byte" : handler.problem()));
  }
  if (!handler.error().empty()) {
    throw ModelError(who + ": is what a server said in place of the weights: '" +
                     printable(handler.error(), 200) + "'; download it again");
  }
  if (!handler.has_map() || index.parts.empty()) {
    throw ModelError(who + ": is JSON text, not weights nor an index of them (no \"weight_map\")");
  }
  return index;
}

fs::path weights_in(const fs::path& folder) {
  constexpr std::array<std::string_view, 1> kIndex = {kIndexEnding};
  constexpr std::array<std::string_view, 7> kWeights = {".safetensors", ".bin", ".pth", ".pt",
                                                        ".ckpt",        ".npz", ".npy"};
  const std::string who = printable(folder.string(), 4096) + ": is a folder";
  const std::vector<fs::path> indices = files_in(folder, kIndex);
  if (!indices.empty()) {
    const fs::path index = chosen(indices, ".safetensors.index.json");
    if (!index.empty()) return index;
    throw ModelError(who + " with several indices of weights (" + list_of(indices) +
                     "); give the path of one");
  }
  const std::vector<fs::path> files = files_in(folder, kWeights);
  const fs::path file = chosen(files, ".safetensors");
  if (!file.empty()) return file;
  throw ModelError(
      who + (files.empty() ? " without a file of weights; give the path of a file"
                           : "; give the path of a file of weights inside it: " + list_of(files)));
}

std::string described_as_part(const fs::path& file) {
  // NAME-00001-of-00002.ENDING
  const std::string name = file.filename().string();
  constexpr std::string_view kOf = "-of-";
  const std::size_t of = name.find(kOf);
  const std::size_t dash = of == std::string::npos || of == 0 ? of : name.rfind('-', of - 1);
  if (dash == std::string::npos || dash >= of) return "";
  const std::size_t after = of + kOf.size();
  const std::size_t point = name.find('.', after);
  if (point == std::string::npos) return "";
  const auto number = [&](std::size_t begin, std::size_t end) {
    unsigned value = 0;
    const auto [last, error] = std::from_chars(name.data() + begin, name.data() + end, value);
    return error == std::errc() && last == name.data() + end ? value : 0;
  };
  const unsigned part = number(dash + 1, of), parts = number(after, point);
  if (part == 0 || parts < 2) return "";
  const fs::path index =
      file.parent_path() / (name.substr(0, dash) + name.substr(point) + std::string(kIndexEnding));
  std::error_code failure;
  return "part " + std::to_string(part) + " of " + std::to_string(parts) + "; " +
         (fs::exists(index, failure)
              ? "give " + printable(index.string(), 4096) + " to read all"
              : "put the other parts and " + printable(index.filename().string()) +
                    " beside it and give that");
}

}  // namespace storyteller
