#include "tools/apps/review/policy_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <istream>
#include <sstream>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller::review {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostYamlBytes = size_t{1} << 20U, kDeepestYaml = 16;

/// Something that a policy cannot be made of.
struct YamlProblem {
  int line;  ///< from 0
  std::string what;
};

/// A word as YAML 1.2 understands it where it is not in quotes: "no" is a word.
std::string plain_scalar(const std::string& word) {
  if (word.empty() || word == "~" || word == "null" || word == "Null" || word == "NULL") {
    return "null";
  }
  if (word == "true" || word == "True" || word == "TRUE") return "true";
  if (word == "false" || word == "False" || word == "FALSE") return "false";
  const char* begin = word.data() + (word[0] == '+' ? 1 : 0);
  const char* last = word.data() + word.size();
  double number = 0;
  const auto [end, error] = std::from_chars(begin, last, number);
  if (begin != last && end == last && error == std::errc() && std::isfinite(number)) {
    return Json::accept(word) ? word : Json(number).dump();
  }
  return Json(word).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Writes what the parser meets as JSON.
class JsonWriter : public YAML::EventHandler {
 public:
  std::string text;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    value(mark, anchor, "null", /*is_text=*/false);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw YamlProblem{mark.line, "stands for another part (*); write it out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& word) override {
    check_tag(mark, tag, "str");
    const bool plain = tag == "?";
    const bool is_key = !open_.empty() && open_.back().map && open_.back().count % 2 == 0;
    value(mark, anchor,
          plain && !is_key ? plain_scalar(word)
                           : Json(word).dump(-1, ' ', false, Json::error_handler_t::replace),
          /*is_text=*/true);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag, "seq");
    open(mark, anchor, '[');
  }
  void OnSequenceEnd() override { close(']'); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag, "map");
    open(mark, anchor, '{');
  }
  void OnMapEnd() override { close('}'); }

 private:
  struct Open {
    bool map;
    size_t count = 0;  ///< of a map: keys and values
  };

  /// "?" and "": it has none; "!": it is what it looks like.
  static void check_tag(const YAML::Mark& mark, const std::string& tag, const std::string& kind) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:" + kind) return;
    throw YamlProblem{mark.line, "has a tag, '" + printable(tag) + "', that no policy has"};
  }
  void value(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& json, bool is_text) {
    if (anchor != 0) throw YamlProblem{mark.line, "has an anchor (&), which no policy needs"};
    if (!open_.empty()) {
      Open& around = open_.back();
      const bool is_key = around.map && around.count % 2 == 0;
      if (is_key && !is_text) throw YamlProblem{mark.line, "a key is a word"};
      if (around.count > 0) text += around.map && !is_key ? ':' : ',';
      around.count += 1;
    }
    // A value that YAML leaves out may be met behind its line.
    for (; line_ < mark.line; ++line_) text += '\n';
    text += json;
  }
  void open(const YAML::Mark& mark, YAML::anchor_t anchor, char bracket) {
    if (open_.size() >= kDeepestYaml) throw YamlProblem{mark.line, "is nested too deeply"};
    value(mark, anchor, std::string(1, bracket), /*is_text=*/false);
    open_.push_back({.map = bracket == '{'});
  }
  void close(char bracket) {
    open_.pop_back();
    text += bracket;
  }

  std::vector<Open> open_;
  int line_ = 0;
};

}  // namespace

std::string json_of_yaml(const std::string& text, const std::string& name) {
  const auto refuse = [&](int line, const std::string& what) {
    throw InputError(name + ":" + std::to_string(line + 1) + ": " + what);
  };
  if (text.size() > kMostYamlBytes) refuse(0, "is longer than any policy");
  std::istringstream input(text);
  JsonWriter writer;
  try {
    YAML::Parser parser(input);
    if (!parser.HandleNextDocument(writer)) refuse(0, "is empty: a policy begins with policy: 1");
    JsonWriter more;
    if (parser.HandleNextDocument(more)) refuse(0, "holds a second document (---)");
  } catch (const YamlProblem& problem) {
    refuse(problem.line, problem.what);
  } catch (const YAML::Exception& error) {
    refuse(std::max(error.mark.line, 0), "is no YAML: " + printable(error.msg));
  }
  return std::move(writer.text);
}

std::string yaml_version() { return STORYTELLER_YAML_VERSION; }

}  // namespace storyteller::review
