#include "train/metrics/coco_json.h"

#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

constexpr const char* kExpected =
    "expected results [{\"image_id\": 42, \"caption\": \"...\"}, ...] or annotations "
    "{\"annotations\": [{\"image_id\": 42, \"caption\": \"...\"}, ...]}";

/// What nlohmann's parser tells, one event after the other.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Reader(const std::string& name, std::vector<FiledCaption>& out) : name_(name), out_(out) {}

  bool null() override { return refuse("null"); }
  bool boolean(bool) override { return refuse("true or false"); }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t value, const string_t& text) override {
    constexpr double kExact = 9007199254740992;  // 2^53
    if (field() == Field::kImageId && std::abs(value) < kExact && value == std::trunc(value)) {
      return number(std::to_string(static_cast<int64_t>(value)));
    }
    return refuse(field() == Field::kImageId ? printable(text).c_str() : "a number");
  }
  bool string(string_t& text) override {
    switch (field()) {
      case Field::kImageId:
        if (text.empty()) fail(entry() + ": \"image_id\" is empty");
        entry_.image = std::move(text);
        return true;
      case Field::kCaption:
        if (text.size() > kLongestCaption) {
          fail(entry() + ": a caption of " + std::to_string(text.size()) + " bytes; at most " +
               std::to_string(kLongestCaption) + " are read");
        }
        entry_.caption = std::move(text);
        return true;
      case Field::kOther:
        return refuse("a string");
    }
    return true;
  }
  bool binary(binary_t&) override { return refuse("bytes"); }

  bool start_object(std::size_t) override {
    if (depth_ == 0) {
      top_is_object_ = true;
    } else if (in_list()) {
      entry_ = {};
      seen_ = {};
    } else {
      refuse("an object");
    }
    return descend();
  }
  bool key(string_t& text) override {
    if (!in_entry()) {
      at_annotations_ = depth_ == 1 && text == "annotations";
      return true;
    }
    field_ = text == "image_id"  ? Field::kImageId
             : text == "caption" ? Field::kCaption
                                 : Field::kOther;
    if (field_ == Field::kOther) return true;
    if (std::exchange(seen_[field_ == Field::kCaption], true)) {
      fail(entry() + ": \"" + text + "\" stands there twice");
    }
    return true;
  }
  bool end_object() override {
    if (in_entry()) {
      if (!seen_[0] || !seen_[1]) {
        fail(entry() + " has no \"" + (seen_[0] ? "caption" : "image_id") + "\"; " + kExpected);
      }
      out_.push_back(std::move(entry_));
    }
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    const bool list = depth_ == 0 || (depth_ == 1 && top_is_object_ && at_annotations_);
    if (list) {
      if (list_depth_ != 0) fail("\"annotations\" stands there twice");
      list_depth_ = depth_ + 1;
      list_open_ = true;
    } else {
      refuse("an array");
    }
    return descend();
  }
  bool end_array() override {
    if (in_list()) list_open_ = false;
    --depth_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) override {
    fail("not valid JSON: " + json_cause(e));
  }

  /// Where the text has ended.
  void finish() const {
    if (list_depth_ == 0) fail(std::string("no captions; ") + kExpected);
  }

 private:
  enum class Field { kImageId, kCaption, kOther };
  static constexpr size_t kDeepest = 1000;

  bool in_list() const { return list_open_ && depth_ == list_depth_; }
  bool in_entry() const { return list_open_ && depth_ == list_depth_ + 1; }
  Field field() const { return in_entry() ? field_ : Field::kOther; }

  std::string entry() const { return "entry " + std::to_string(out_.size() + 1); }
  [[noreturn]] void fail(const std::string& problem) const {
    throw InputError(name_ + ": " + problem);
  }
  bool number(std::string text) {
    if (field() != Field::kImageId) return refuse("a number");
    entry_.image = std::move(text);
    entry_.number = true;
    return true;
  }
  /// A value that is fine wherever nothing is read.
  bool refuse(const char* found) const {
    if (depth_ == 0) fail(std::string("it holds ") + found + "; " + kExpected);
    if (in_list()) {
      fail(entry() + " is " + found + ", where {\"image_id\": ..., \"caption\": ...} is expected");
    }
    if (field() == Field::kImageId) {
      fail(entry() + ": \"image_id\" is " + found + "; give a whole number or a string");
    }
    if (field() == Field::kCaption) {
      fail(entry() + ": \"caption\" is " + found + "; give a string");
    }
    if (depth_ == 1 && top_is_object_ && at_annotations_) {
      fail(std::string("\"annotations\" is ") + found + "; " + kExpected);
    }
    return true;
  }
  bool descend() {
    if (++depth_ > kDeepest) fail("nested deeper than " + std::to_string(kDeepest) + " levels");
    return true;
  }

  const std::string& name_;
  std::vector<FiledCaption>& out_;
  size_t depth_ = 0;        // containers that are open
  size_t list_depth_ = 0;   // depth inside the list of entries; 0: not seen yet
  bool list_open_ = false;  // still inside it
  bool top_is_object_ = false;
  bool at_annotations_ = false;  // the last key of the top object
  Field field_ = Field::kOther;  // the last key of the entry
  std::array<bool, 2> seen_{};   // image_id, caption
  FiledCaption entry_;
};

}  // namespace

std::string json_cause(const std::exception& error) {
  const std::string text = error.what();
  return printable(text.substr(std::min(text.size(), text.find("] ") + 2)), 300);
}

std::vector<FiledCaption> parse_coco_captions(std::string_view json, const std::string& name) {
  std::vector<FiledCaption> captions;
  Reader reader(name, captions);
  nlohmann::json::sax_parse(json.data(), json.data() + json.size(), &reader);
  reader.finish();
  return captions;
}

}  // namespace storyteller
