#include "train/metrics/caption_pairs.h"

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

/// References by image, in the order in which the files name the images.
class Groups {
 public:
  explicit Groups(const std::vector<CaptionFile>& files) {
    for (const CaptionFile& file : files) {
      for (const FiledCaption& caption : file.captions) {
        if (file.form == CaptionForm::kLines && is_blank(caption.caption)) continue;
        const auto [at, added] = index_.try_emplace(caption.image, images_.size());
        if (added) images_.push_back({caption.image, caption.number, {}, {}});
        images_[at->second].references.push_back(caption.caption);
      }
    }
  }
  const std::vector<CaptionPairs::Image>& images() const { return images_; }
  const CaptionPairs::Image* find(const std::string& id) const {
    const auto at = index_.find(id);
    return at == index_.end() ? nullptr : &images_[at->second];
  }

 private:
  static bool is_blank(const std::string& line) {
    return line.find_first_not_of(" \t\r") == std::string::npos;
  }

  std::unordered_map<std::string, size_t> index_;
  std::vector<CaptionPairs::Image> images_;
};

std::string names_of(const std::vector<CaptionFile>& files) {
  std::string names;
  for (const CaptionFile& file : files) names += (names.empty() ? "" : ", ") + file.name;
  return names;
}

/// "7, 12, 99 and 5 more".
std::string some_of(const std::vector<std::string>& ids) {
  constexpr size_t kShown = 5;
  std::string text;
  for (size_t i = 0; i < std::min(kShown, ids.size()); ++i) {
    text += (i == 0 ? "" : ", ") + printable(ids[i]);
  }
  if (ids.size() > kShown) text += " and " + std::to_string(ids.size() - kShown) + " more";
  return text;
}

std::string counted(size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// All files by ids, or all line by line; then of equal lengths.
void check_forms(const std::vector<CaptionFile>& hypotheses,
                 const std::vector<CaptionFile>& references) {
  const CaptionFile& first = hypotheses.front();
  for (const auto* files : {&hypotheses, &references}) {
    for (const CaptionFile& file : *files) {
      if (file.form != first.form) {
        const bool ids = first.form == CaptionForm::kIds;
        throw InputError((ids ? file : first).name + ": plain text, but " +
                         (ids ? first : file).name +
                         " names images by id; give both as COCO JSON, or both as text of one "
                         "caption a line");
      }
      if (file.form == CaptionForm::kLines && file.captions.size() != first.captions.size()) {
        throw InputError(first.name + ": " + counted(first.captions.size(), "line", "lines") +
                         ", but " + file.name + " has " + std::to_string(file.captions.size()) +
                         "; the same line of each file must be about the same image");
      }
    }
  }
}

}  // namespace

CaptionPairs pair_captions(const std::vector<CaptionFile>& hypotheses,
                           const std::vector<CaptionFile>& references,
                           const PairingOptions& options) {
  if (hypotheses.empty() || references.empty()) {
    throw InputError("captions cannot be scored: hypotheses and references are needed");
  }
  check_forms(hypotheses, references);
  const Groups known(references);
  CaptionPairs pairs;
  std::unordered_map<std::string, size_t> index;
  std::vector<std::string> repeated;
  for (const CaptionFile& file : hypotheses) {
    for (const FiledCaption& caption : file.captions) {
      const auto [at, added] = index.try_emplace(caption.image, pairs.images.size());
      if (added) {
        const CaptionPairs::Image* image = known.find(caption.image);
        if (image == nullptr) {
          at->second = SIZE_MAX;
          pairs.without_reference.push_back(caption.image);
        } else {
          pairs.images.push_back(*image);
          pairs.references += image->references.size();
        }
      } else if (at->second == SIZE_MAX || pairs.images[at->second].hypotheses.size() == 1) {
        repeated.push_back(caption.image);
      }
      if (at->second == SIZE_MAX) continue;
      pairs.images[at->second].hypotheses.push_back(pairs.captions.size());
      pairs.image_of.push_back(at->second);
      pairs.captions.push_back(caption.caption);
    }
  }
  const bool lines = hypotheses.front().form == CaptionForm::kLines;
  const std::string one = lines ? "line" : "image", many = lines ? "lines" : "images";
  if (!repeated.empty() && !options.samples) {
    throw InputError(names_of(hypotheses) + ": several captions for " +
                     counted(repeated.size(), one, many) + " (" + some_of(repeated) +
                     "); leave one for each, or say with --samples that they are samples");
  }
  for (const CaptionPairs::Image& image : known.images()) {
    if (!index.contains(image.id)) pairs.without_hypothesis.push_back(image.id);
  }
  if (!options.partial && !pairs.without_reference.empty()) {
    throw InputError(names_of(references) + ": no references for " +
                     counted(pairs.without_reference.size(), one, many) + " of " +
                     names_of(hypotheses) + " (" + some_of(pairs.without_reference) +
                     "); add them, or score the rest with --partial");
  }
  if (!options.partial && !pairs.without_hypothesis.empty()) {
    throw InputError(names_of(hypotheses) + ": no caption for " +
                     counted(pairs.without_hypothesis.size(), one, many) + " of " +
                     names_of(references) + " (" + some_of(pairs.without_hypothesis) +
                     "); add them, or score the rest with --partial");
  }
  if (pairs.captions.empty()) {
    throw InputError(names_of(hypotheses) + ": none of its images (" +
                     some_of(pairs.without_reference) + ") is in " + names_of(references));
  }
  return pairs;
}

std::vector<std::vector<std::string>> group_by_image(const std::vector<CaptionFile>& references) {
  std::vector<std::vector<std::string>> out;
  const Groups groups(references);
  for (const CaptionPairs::Image& image : groups.images()) out.push_back(image.references);
  if (out.empty()) throw InputError(names_of(references) + ": there are no references in it");
  return out;
}

}  // namespace storyteller
