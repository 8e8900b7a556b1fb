#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/text/json_records.h"

namespace storyteller {

/// A JSON text in memory of which one value at a time is parsed, so that a file of half a million
/// captions needs little beside its text. Values are views of that text. All throw InputError, with
/// the place, for what is not JSON.
class JsonText {
 public:
  /// A whole file. What other programs write and JSON does not know is mended: see mend_json.
  static JsonText of_file(const std::filesystem::path& file);
  JsonText(std::string text, std::string name);

  const std::string& name() const { return name_; }
  /// "NAME: what was mended"; "" if nothing.
  std::string note() const { return mended_.empty() ? "" : name_ + ": " + mended_; }

  /// The values of the text: one, or several behind each other, with commas between them or not.
  void for_each_value(const std::function<void(std::string_view value)>& each) const;
  /// The elements of an array, counted from 0.
  void for_each_element(
      std::string_view array,
      const std::function<void(size_t index, std::string_view value)>& each) const;
  /// The members of an object. Return false from `each` to leave the rest.
  void for_each_member(
      std::string_view object,
      const std::function<bool(const std::string& key, std::string_view value)>& each) const;
  /// Empty: the array has none. The rest is not looked at.
  std::string_view first_element(std::string_view array) const;
  /// The member's value; empty: there is none.
  std::string_view member(std::string_view object, std::string_view key) const;

  /// Parses a value. `element` is what messages call it: "annotations[39]".
  nlohmann::json parse(std::string_view value, const std::string& element = "") const;
  RecordPlace place(std::string_view value, const std::string& element = "") const;

 private:
  /// Moves behind the value that `rest` begins with.
  std::string_view take_value(std::string_view* rest) const;
  void expect(char c, std::string_view* rest) const;
  [[noreturn]] void fail(std::string_view at, const std::string& problem) const;

  std::string text_, name_, mended_;
  bool one_line_ = false;
  mutable size_t counted_ = 0, line_ = 1;  // line ends in front of this byte
};

/// Makes JSON of what Python and people write for it, without moving a byte: NaN and Infinity
/// become empty strings, commas before closing brackets blanks, lone halves of surrogate pairs
/// U+FFFD. Returns what was mended, for a note; "" if nothing.
std::string mend_json(std::string* text);

}  // namespace storyteller
