#include <array>
#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/json_text.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/picture_list.h"
#include "train/data/listed_dataset.h"
#include "train/data/questions_dataset.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

constexpr const char* kEasyVqaRecord = "expected [\"is there a red shape?\", \"yes\", 7]";

/// "what color", "is there": what questions begin with.
std::string first_words(const std::string& question) {
  const size_t second = question.find(' ', question.find(' ') + 1);
  return question.substr(0, second);
}

PictureQuestion question_of(const nlohmann::json& record, int64_t number,
                            const RecordPlace& place) {
  if (!record.is_array() || record.size() != 3 || !record[0].is_string() ||
      !record[1].is_string() || !record[2].is_number_unsigned()) {
    place.fail(std::string("is no question of easy-VQA; ") + kEasyVqaRecord);
  }
  const auto text = record[0].get<std::string>(), answer = record[1].get<std::string>();
  if (answer.empty()) place.fail("the answer is empty");
  const bool closed = answer == "yes" || answer == "no";
  return {.text = text,
          .asked = {.id = number,
                    .image = std::to_string(record[2].get<uint64_t>()),
                    .question_type = first_words(text),
                    .answer_type = closed ? "yes/no" : "other",
                    .common_answer = answer,
                    .answers = {{.text = answer, .record = "{}"}}}};
}

/// Of every ten training pictures one is held out.
bool is_held_out(const std::string& image) { return image.ends_with('9'); }

}  // namespace

std::unique_ptr<Dataset> open_easy_vqa(const fs::path& folder, Split split,
                                       const OpenOptions& options) {
  require_folder(folder);
  const fs::path part = folder / (split == Split::kTest ? "test" : "train");
  const fs::path file = part / "questions.json";
  std::error_code failure;
  if (!fs::exists(file, failure)) {
    throw InputError(printable(file.string(), 400) +
                     ": no such file; easy-VQA is a folder with train/questions.json, "
                     "train/images, test/questions.json and test/images");
  }
  const JsonText text = JsonText::of_file(file);
  PictureList list(split);
  std::map<std::string, std::vector<PictureQuestion>, std::less<>> by_name;
  int64_t number = 0;
  text.for_each_value([&](std::string_view value) {
    if (!value.starts_with('[')) {
      throw InputError(text.name() + ": is no array of questions; " + kEasyVqaRecord);
    }
    text.for_each_element(value, [&](size_t index, std::string_view element) {
      const std::string name = "[" + std::to_string(index) + "]";
      PictureQuestion question =
          question_of(text.parse(element, name), number++, text.place(element, name));
      const std::string& image = question.asked.image;
      const Split of_picture = split == Split::kTest ? Split::kTest
                               : is_held_out(image)  ? Split::kVal
                                                     : Split::kTrain;
      bool is_new = false;
      const size_t picture = list.add(image + ".png", of_picture, &is_new);
      if (is_new && of_picture == split) list.add_caption(picture, "question");
      if (of_picture == split) by_name[image + ".png"].push_back(std::move(question));
    });
  });
  auto pictures = std::make_unique<ListedDataset>(
      std::move(list), ListedDataset::Options{
                           .folders = {part / "images"}, .open = options, .source = file.string()});
  std::vector<std::vector<PictureQuestion>> questions;
  for (size_t i = 0; i < pictures->size(); ++i) {
    questions.push_back(std::move(by_name[pictures->id(i)]));
  }
  std::vector<std::string> notes;
  if (split != Split::kTest) {
    notes.push_back(printable(folder.string(), 400) +
                    ": the pictures of train whose number ends in 9 are val");
  }
  return std::make_unique<QuestionsDataset>(std::move(pictures), std::move(questions),
                                            file.string(), std::move(notes));
}

}  // namespace storyteller
