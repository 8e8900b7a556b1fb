#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/picture_list.h"
#include "train/data/listed_dataset.h"
#include "train/data/questions_dataset.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

/// The first that is there, in the folder or its folders "questions" and "annotations".
fs::path find_vqa_file(const fs::path& folder, const std::vector<std::string>& names) {
  for (const char* below : {"", "annotations", "questions"}) {
    fs::path found = first_existing(folder / below, names);
    if (!found.empty()) return found;
  }
  return {};
}

/// As people call the files of a split: v2's, v1's, and plainly.
std::vector<std::string> names_of(const std::string& split, const std::string& kind) {
  const std::string year = split + (split == "test" ? "2015" : "2014");
  const std::string task = kind == "questions" ? "OpenEnded_mscoco_" : "mscoco_";
  return {"v2_" + task + year + "_" + kind + ".json", task + year + "_" + kind + ".json",
          split + "_" + kind + ".json"};
}

fs::path require_vqa_file(const fs::path& folder, Split split, const std::string& kind) {
  const std::vector<std::string> names = names_of(std::string(split_name(split)), kind);
  fs::path found = find_vqa_file(folder, names);
  if (!found.empty()) return found;
  throw NoSuchSplit(printable(folder.string(), 400) + ": no " + kind + " of the " +
                    std::string(split_name(split)) + " split (" + names[0] + ", " + names[1] +
                    " or " + names[2] + ")" +
                    (split == Split::kTest ? "; the answers of VQA's test are not public" : ""));
}

/// "000000000042.jpg" of the image id 42.
std::string picture_name(const std::string& image) {
  constexpr size_t kDigits = 12;
  return std::string(kDigits - std::min(kDigits, image.size()), '0') + image + ".jpg";
}

/// COCO's names of a picture, with its split in front or without.
std::vector<std::string> coco_names(const PictureList& list, size_t picture) {
  const std::string name(list.name(picture));
  return {"COCO_train2014_" + name, "COCO_val2014_" + name, "COCO_test2015_" + name, name};
}

std::vector<fs::path> picture_places(const fs::path& folder) {
  std::vector<fs::path> places;
  std::error_code failure;
  for (const fs::path& below : {folder, folder / "images"}) {
    for (const char* part : {"", "train2014", "val2014", "test2015"}) {
      fs::path place = *part == 0 ? below : below / part;
      if (fs::is_directory(place, failure)) places.push_back(std::move(place));
    }
  }
  return places;
}

}  // namespace

std::unique_ptr<Dataset> open_vqa(const fs::path& folder, Split split, const OpenOptions& options) {
  require_folder(folder);
  const fs::path asked = require_vqa_file(folder, split, "questions");
  const fs::path answered = require_vqa_file(folder, split, "annotations");
  const auto texts = read_vqa_questions(asked);
  PictureList list(split);
  std::unordered_map<std::string, std::vector<PictureQuestion>> by_name;
  size_t annotated = 0;
  for (AnsweredQuestion& question : read_vqa_annotations(answered)) {
    const auto text = texts.find(question.id);
    if (text == texts.end()) {
      throw InputError(printable(answered.string(), 400) + ": question " +
                       std::to_string(question.id) + " is not in " +
                       printable(asked.string(), 400) + "; give files of one split");
    }
    ++annotated;
    const std::string name = picture_name(question.image);
    bool is_new = false;
    const size_t picture = list.add(name, split, &is_new);
    if (is_new) {
      list.add_caption(picture, "question");
      if (question.image.size() < 12 &&
          question.image.find_first_not_of("0123456789") == std::string::npos) {
        list.set_number(picture, std::stoll(question.image));
      }
    }
    by_name[name].push_back({.text = text->second, .asked = std::move(question)});
  }
  std::vector<std::string> notes;
  if (annotated < texts.size()) {
    notes.push_back(printable(asked.string(), 400) + ": " +
                    std::to_string(texts.size() - annotated) +
                    " questions have no answers and are left out");
  }
  auto pictures = std::make_unique<ListedDataset>(
      std::move(list), ListedDataset::Options{.folders = picture_places(folder),
                                              .names = coco_names,
                                              .open = options,
                                              .source = asked.string()});
  std::vector<std::vector<PictureQuestion>> questions;
  for (size_t i = 0; i < pictures->size(); ++i) {
    questions.push_back(std::move(by_name[pictures->id(i)]));
  }
  return std::make_unique<QuestionsDataset>(std::move(pictures), std::move(questions),
                                            asked.string(), std::move(notes));
}

}  // namespace storyteller
