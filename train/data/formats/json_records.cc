#include "train/data/formats/json_records.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <tuple>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"
#include "train/metrics/coco_json.h"

namespace storyteller {
namespace {

using nlohmann::json;
constexpr size_t kLongestName = 400;

/// Characters of a text; tells how far the parser has come.
class TrackedIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackedIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  TrackedIterator& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  TrackedIterator operator++(int) {
    TrackedIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const TrackedIterator& other) const { return at_ == other.at_; }
  bool operator!=(const TrackedIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

[[noreturn]] void wrong_type(const json& value, const char* key, const char* expected,
                             const RecordPlace& place) {
  place.fail("\"" + std::string(key) + "\" is a JSON " + value.type_name() + "; expected " +
             expected);
}

}  // namespace

void RecordPlace::fail(const std::string& problem) const {
  throw InputError(file + ":" + std::to_string(line) + ": " + problem);
}

void for_each_record(
    const std::filesystem::path& file, const std::vector<std::string>& keys,
    const std::function<void(const std::string&, const json&, const RecordPlace&)>& each) {
  const std::string text = read_text_file(file);
  const char* begin = text.data();
  if (text.starts_with("\xEF\xBB\xBF")) begin += 3;
  const char* end = text.data() + text.size();
  const char *reached = begin, *counted = begin;
  RecordPlace place{.file = printable(file.string(), kLongestName), .line = 1};
  const auto update_line = [&] {
    place.line += static_cast<size_t>(std::count(counted, reached, '\n'));
    counted = reached;
  };

  std::string key;  // of the top object, "" where its value is not wanted
  bool found = false;
  const auto callback = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > 500) {
      update_line();
      place.fail("nested deeper than 500 levels");
    }
    if (depth == 1 && event == json::parse_event_t::key) {
      const auto& name = parsed.get_ref<const std::string&>();
      const bool wanted = std::find(keys.begin(), keys.end(), name) != keys.end();
      key = wanted ? name : "";
      return wanted;
    }
    if (key.empty()) return event == json::parse_event_t::object_start && depth == 0;
    if (depth == 1 && event == json::parse_event_t::array_start) found = true;
    const bool complete = event == json::parse_event_t::object_end ||
                          event == json::parse_event_t::array_end ||
                          event == json::parse_event_t::value;
    if (depth == 1 && event == json::parse_event_t::value) {
      update_line();
      wrong_type(parsed, key.c_str(), "an array", place);
    }
    if (depth == 2 && complete) {
      update_line();
      if (!parsed.is_object()) place.fail("an element of \"" + key + "\" is not an object");
      each(key, parsed, place);
      return false;  // not kept
    }
    return true;
  };
  try {
    std::ignore =  // its elements went to `each`
        json::parse(TrackedIterator(begin, &reached), TrackedIterator(end, &reached), callback);
  } catch (const json::exception& error) {
    update_line();
    place.fail("not valid JSON: " + json_cause(error));
  }
  if (!found) {
    std::string names;
    for (const std::string& name : keys) names += (names.empty() ? "\"" : ", \"") + name + "\"";
    throw InputError(place.file + ": no array " + names + " in the top object");
  }
}

std::optional<std::string> optional_string(const json& record, const char* key,
                                           const RecordPlace& place) {
  const auto member = record.find(key);
  if (member == record.end()) return std::nullopt;
  if (!member->is_string()) wrong_type(*member, key, "a string", place);
  return member->get<std::string>();
}

std::string string_member(const json& record, const char* key, const RecordPlace& place) {
  auto text = optional_string(record, key, place);
  if (!text) place.fail("no \"" + std::string(key) + "\" in the object");
  return *std::move(text);
}

int64_t integer_member(const json& record, const char* key, const RecordPlace& place) {
  const auto member = record.find(key);
  if (member == record.end()) place.fail("no \"" + std::string(key) + "\" in the object");
  if (!member->is_number_integer()) wrong_type(*member, key, "a whole number", place);
  return member->get<int64_t>();
}

}  // namespace storyteller
