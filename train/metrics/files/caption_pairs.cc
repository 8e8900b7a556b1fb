#include "train/metrics/files/caption_pairs.h"

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "train/metrics/files/image_ids.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller {
namespace {

bool is_blank_line(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

/// References by image, in the order in which the files name the images.
class Groups {
 public:
  /// An id that `partner` has stands for the image that it leads to.
  void add(const CaptionFile& file, const MatchedIds& matched = {}) {
    for (const FiledCaption& caption : file.captions) {
      const bool none = file.form == CaptionForm::kLines && is_blank_line(caption.caption);
      if (none || caption.absent) continue;
      const auto partner = matched.partner.find(caption.image);
      const std::string& id = partner == matched.partner.end() ? caption.image : partner->second;
      const auto [at, added] = index_.try_emplace(id, images_.size());
      if (added) images_.push_back({id, caption.number, {}, {}});
      images_[at->second].references.push_back(caption.caption);
    }
  }
  const std::vector<CaptionPairs::Image>& images() const { return images_; }
  const CaptionPairs::Image* find(const std::string& id) const {
    const auto at = index_.find(id);
    return at == index_.end() ? nullptr : &images_[at->second];
  }

 private:
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

/// All files by ids, or all line by line.
void check_forms(const std::vector<CaptionFile>& hypotheses,
                 const std::vector<CaptionFile>& references) {
  const CaptionFile& first = hypotheses.front();
  for (const auto* files : {&hypotheses, &references}) {
    for (const CaptionFile& file : *files) {
      if (file.form == first.form) continue;
      const bool ids = first.form == CaptionForm::kIds;
      throw InputError((ids ? file : first).name + ": plain text, but " +
                       (ids ? first : file).name +
                       " names images by id; give both as COCO JSON, or both as text of one "
                       "caption a line");
    }
  }
}

/// Lines of files that are all plain text: blank ones at the end go where other files have none;
/// then the lengths are equal.
void check_lengths(std::vector<CaptionFile>& hypotheses, std::vector<CaptionFile>& references) {
  if (hypotheses.front().form != CaptionForm::kLines) return;
  size_t least = SIZE_MAX;
  for (const auto* files : {&hypotheses, &references}) {
    for (const CaptionFile& file : *files) least = std::min(least, file.captions.size());
  }
  for (auto* files : {&hypotheses, &references}) {
    for (CaptionFile& file : *files) {
      while (file.captions.size() > least && is_blank_line(file.captions.back().caption)) {
        file.captions.pop_back();
      }
    }
  }
  const CaptionFile& first = hypotheses.front();
  for (const auto* files : {&hypotheses, &references}) {
    for (const CaptionFile& file : *files) {
      if (file.captions.size() == first.captions.size()) continue;
      throw InputError(first.name + ": " + counted(first.captions.size(), "line", "lines") +
                       ", but " + file.name + " has " + std::to_string(file.captions.size()) +
                       "; the same line of each file must be about the same image");
    }
  }
}

/// The references of all files under the ids of the hypotheses.
Groups group_by_ids_of(const std::vector<CaptionFile>& hypotheses,
                       const std::vector<CaptionFile>& references, CaptionPairs& pairs) {
  Groups groups;
  const bool lines = hypotheses.front().form == CaptionForm::kLines;
  std::vector<NamedImage> said;
  for (const CaptionFile& file : hypotheses) {
    if (lines) break;
    const std::vector<NamedImage> images = file.images();
    said.insert(said.end(), images.begin(), images.end());
  }
  for (const CaptionFile& file : references) {
    if (lines) {
      groups.add(file);
      continue;
    }
    const std::vector<NamedImage> images = file.images();
    const MatchedIds matched = match_ids(images, said);
    groups.add(file, matched);
    if (matched.way.empty()) continue;
    const auto example = std::find_if(images.begin(), images.end(), [&](const NamedImage& image) {
      return matched.partner.contains(image.id);
    });
    pairs.notes.push_back("images are called " + printable(matched.partner.at(example->id)) +
                          " in " + names_of(hypotheses) + " and " + printable(example->id) +
                          " in " + file.name + "; they are paired by " + matched.way);
  }
  return groups;
}

/// What the images of files are called.
std::string ids_of(const std::vector<CaptionFile>& files) {
  std::vector<std::string> ids;
  for (const CaptionFile& file : files) {
    for (const NamedImage& image : file.images()) ids.push_back(image.id);
  }
  return some_of(ids);
}

/// For messages about images that these files do not have: what theirs are called.
std::string example_beside(const std::vector<CaptionFile>& files, bool lines) {
  if (lines || files.front().captions.empty()) return "";
  return "; there, one is called " + printable(files.front().captions.front().image);
}

/// Leaves out the images of which no reference holds a word.
void remove_wordless(CaptionPairs& pairs) {
  const auto is_wordless = [](const CaptionPairs::Image& image) {
    return std::none_of(image.references.begin(), image.references.end(),
                        [](const std::string& reference) { return has_words(reference); });
  };
  if (std::none_of(pairs.images.begin(), pairs.images.end(), is_wordless)) return;
  constexpr size_t kGone = SIZE_MAX;
  std::vector<size_t> number(pairs.images.size(), kGone);  // among those kept
  std::vector<CaptionPairs::Image> images;
  for (size_t i = 0; i < pairs.images.size(); ++i) {
    CaptionPairs::Image& image = pairs.images[i];
    if (is_wordless(image)) {
      pairs.without_words.push_back(image.id);
      pairs.references -= image.references.size();
      continue;
    }
    number[i] = images.size();
    image.hypotheses.clear();
    images.push_back(std::move(image));
  }
  std::vector<std::string> captions;
  std::vector<size_t> image_of;
  for (size_t c = 0; c < pairs.captions.size(); ++c) {
    const size_t image = number[pairs.image_of[c]];
    if (image == kGone) continue;
    images[image].hypotheses.push_back(captions.size());
    image_of.push_back(image);
    captions.push_back(std::move(pairs.captions[c]));
  }
  pairs.images = std::move(images);
  pairs.captions = std::move(captions);
  pairs.image_of = std::move(image_of);
}

/// Hypotheses in their order, each with the references of its image.
void take_hypotheses(const std::vector<CaptionFile>& hypotheses, const Groups& known,
                     const PairingOptions& options, CaptionPairs& pairs) {
  std::unordered_map<std::string, size_t> index;
  std::vector<std::string> repeated;
  for (const CaptionFile& file : hypotheses) {
    std::vector<FiledCaption> captions = file.captions;
    if (options.samples) {
      captions.insert(captions.end(), file.further.begin(), file.further.end());
    } else if (!file.further.empty()) {
      pairs.notes.push_back(file.name + ": " +
                            counted(file.further.size(), "caption is", "captions are") +
                            " left out beside the first of an image; `samples` takes them too");
    }
    for (const FiledCaption& caption : captions) {
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
  if (!repeated.empty() && !options.samples) {
    const bool lines = hypotheses.front().form == CaptionForm::kLines;
    throw InputError(
        names_of(hypotheses) + ": several captions for " +
        counted(repeated.size(), lines ? "line" : "image", lines ? "lines" : "images") + " (" +
        some_of(repeated) + "); leave one for each, or say with `samples` that they are samples");
  }
  for (const CaptionPairs::Image& image : known.images()) {
    if (!index.contains(image.id)) pairs.without_hypothesis.push_back(image.id);
  }
}

/// Throws where images have only one of the two, unless that is allowed; where none has both.
void check_both(const std::vector<CaptionFile>& hypotheses,
                const std::vector<CaptionFile>& references, const PairingOptions& options,
                const CaptionPairs& pairs) {
  const bool lines = hypotheses.front().form == CaptionForm::kLines;
  const std::string one = lines ? "line" : "image", many = lines ? "lines" : "images";
  const std::string said = names_of(hypotheses), expected = names_of(references);
  if (pairs.captions.empty()) {
    throw InputError(said + ": none of its " + many + " (" + some_of(pairs.without_reference) +
                     ") is in " + expected + " (" + ids_of(references) + ")");
  }
  if (options.partial) return;
  if (!pairs.without_reference.empty()) {
    throw InputError(expected + ": no references for " +
                     counted(pairs.without_reference.size(), one, many) + " of " + said + " (" +
                     some_of(pairs.without_reference) + example_beside(references, lines) +
                     "); add them, or score the rest with `partial`");
  }
  if (!pairs.without_hypothesis.empty()) {
    throw InputError(said + ": no caption for " +
                     counted(pairs.without_hypothesis.size(), one, many) + " of " + expected +
                     " (" + some_of(pairs.without_hypothesis) + example_beside(hypotheses, lines) +
                     "); add them, or score the rest with `partial`");
  }
}

}  // namespace

CaptionPairs pair_captions(std::vector<CaptionFile> hypotheses, std::vector<CaptionFile> references,
                           const PairingOptions& options) {
  if (hypotheses.empty() || references.empty()) {
    throw InputError("captions cannot be scored: hypotheses and references are needed");
  }
  check_forms(hypotheses, references);
  check_lengths(hypotheses, references);
  CaptionPairs pairs;
  for (const auto* files : {&hypotheses, &references}) {
    for (const CaptionFile& file : *files) {
      pairs.notes.insert(pairs.notes.end(), file.notes.begin(), file.notes.end());
    }
  }
  const Groups known = group_by_ids_of(hypotheses, references, pairs);
  take_hypotheses(hypotheses, known, options, pairs);
  check_both(hypotheses, references, options, pairs);
  remove_wordless(pairs);
  if (pairs.captions.empty()) {
    throw InputError(names_of(references) + ": no reference holds a word");
  }
  return pairs;
}

std::vector<std::vector<std::string>> group_by_image(const std::vector<CaptionFile>& references) {
  std::vector<std::vector<std::string>> out;
  Groups groups;
  for (const CaptionFile& file : references) {
    const bool first = &file == &references.front();
    const bool lines = file.form == CaptionForm::kLines;
    groups.add(file,
               first || lines ? MatchedIds() : match_ids(file.images(), references[0].images()));
  }
  for (const CaptionPairs::Image& image : groups.images()) out.push_back(image.references);
  if (out.empty()) throw InputError(names_of(references) + ": there are no references in it");
  return out;
}

}  // namespace storyteller
