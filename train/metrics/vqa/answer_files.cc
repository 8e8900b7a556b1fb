#include "train/metrics/vqa/answer_files.h"

#include <charconv>
#include <functional>
#include <string_view>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text/json_text.h"

namespace storyteller {
namespace {

using nlohmann::json;

using TakeRecord = std::function<void(const json& record, const RecordPlace& place)>;

/// Calls `take` for each record of the list, or of that which an object holds as `key`.
void read_records(const std::filesystem::path& file, const std::string& key, const char* expected,
                  const TakeRecord& take) {
  const JsonText text = JsonText::of_file(file);
  std::string_view list;
  size_t values = 0;
  text.for_each_value([&](std::string_view value) {
    if (values++ == 0) list = value;
  });
  std::string name;
  if (list.starts_with('{')) {
    list = text.member(list, key);
    name = key;
  }
  if (values != 1 || !list.starts_with('[')) {
    throw InputError(text.name() + ": expected " + expected);
  }
  text.for_each_element(list, [&](size_t index, std::string_view value) {
    const std::string element = name + "[" + std::to_string(index) + "]";
    const RecordPlace place = text.place(value, element);
    const json record = text.parse(value, element);
    if (!record.is_object()) place.fail(std::string("not an object; expected ") + expected);
    take(record, place);
  });
}

std::string text_member(const json& record, const char* key, const RecordPlace& place) {
  const auto found = record.find(key);
  if (found == record.end()) place.fail(std::string("no \"") + key + "\"");
  if (!found->is_string()) {
    place.fail(std::string("\"") + key + "\" is " + found->type_name() + "; give a string");
  }
  return found->get<std::string>();
}

/// The same, empty where it is absent.
std::string text_if_any(const json& record, const char* key, const RecordPlace& place) {
  return record.contains(key) ? text_member(record, key, place) : "";
}

int64_t question_id(const json& record, const RecordPlace& place) {
  const std::string text = id_member(record, "question_id", place);
  int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    place.fail("\"question_id\" is no whole number");
  }
  return id;
}

[[noreturn]] void fail_twice(int64_t id, const RecordPlace& place) {
  place.fail("question " + std::to_string(id) + " stands there twice; keep one of them");
}

AnsweredQuestion::Answer answer_of(const json& record, const RecordPlace& place) {
  if (!record.is_object()) place.fail("an answer is no object; expected {\"answer\": \"...\"}");
  json rest = record;
  rest.erase("answer");
  return {text_member(record, "answer", place), rest.dump()};
}

}  // namespace

std::vector<AnsweredQuestion> read_vqa_annotations(const std::filesystem::path& file) {
  std::vector<AnsweredQuestion> questions;
  std::unordered_set<int64_t> seen;
  const auto take = [&](const json& record, const RecordPlace& place) {
    AnsweredQuestion question;
    question.id = question_id(record, place);
    if (!seen.insert(question.id).second) fail_twice(question.id, place);
    question.image = id_member(record, "image_id", place);
    question.question_type = text_if_any(record, "question_type", place);
    question.answer_type = text_if_any(record, "answer_type", place);
    question.common_answer = text_if_any(record, "multiple_choice_answer", place);
    const auto answers = record.find("answers");
    if (answers == record.end() || !answers->is_array() || answers->empty()) {
      place.fail("question " + std::to_string(question.id) + " has no \"answers\"");
    }
    for (const json& answer : *answers) question.answers.push_back(answer_of(answer, place));
    questions.push_back(std::move(question));
  };
  read_records(file, "annotations",
               "{\"annotations\": [{\"question_id\": 1, \"image_id\": 1, \"answers\": "
               "[{\"answer\": \"yes\", \"answer_id\": 1}, ...]}, ...]}",
               take);
  if (questions.empty()) throw InputError(file.string() + ": no annotations");
  return questions;
}

std::unordered_map<int64_t, std::string> read_vqa_questions(const std::filesystem::path& file) {
  std::unordered_map<int64_t, std::string> questions;
  read_records(
      file, "questions",
      "{\"questions\": [{\"question_id\": 1, \"image_id\": 1, \"question\": \"...\"}, ...]}",
      [&](const json& record, const RecordPlace& place) {
        const int64_t id = question_id(record, place);
        if (!questions.emplace(id, text_member(record, "question", place)).second) {
          fail_twice(id, place);
        }
      });
  return questions;
}

std::unordered_map<int64_t, std::string> read_vqa_results(const std::filesystem::path& file) {
  std::unordered_map<int64_t, std::string> answers;
  read_records(file, "results", "[{\"question_id\": 1, \"answer\": \"yes\"}, ...]",
               [&](const json& record, const RecordPlace& place) {
                 const int64_t id = question_id(record, place);
                 if (!answers.emplace(id, text_member(record, "answer", place)).second) {
                   fail_twice(id, place);
                 }
               });
  return answers;
}

}  // namespace storyteller
