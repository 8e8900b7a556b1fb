#include "train/data/formats/picture_list.h"

#include <algorithm>
#include <deque>
#include <string>
#include <unordered_set>

#include "core/system/printable.h"
#include "train/text/field_names.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller {

namespace {

/// What a caption is compared by with others of its picture: blanks at its ends, a last point and
/// how many blanks stand between words make no other caption. `made` holds what had to be made.
std::string_view compared(std::string_view caption, std::deque<std::string>* made) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = caption.find_first_not_of(kBlanks);
  const size_t last = caption.find_last_not_of(" \t\r\n.");
  if (first == std::string_view::npos || last == std::string_view::npos) return caption;
  caption = caption.substr(first, last + 1 - first);
  if (caption.find("  ") == std::string_view::npos) return caption;
  std::string& single = made->emplace_back();
  for (const char c : caption) {
    if (c != ' ' || single.back() != ' ') single += c;
  }
  return single;
}

}  // namespace

size_t PictureList::add(std::string_view name, Split split, bool* is_new) {
  bool fresh = false;
  const size_t picture = names_.insert(plain_name(name), &fresh);
  if (fresh) {
    splits_.push_back(split);
    ++counts_[static_cast<size_t>(split)];
  } else if (splits_[picture] != split) {
    if (conflicts_++ == 0) {
      conflict_ = printable(names_[picture]) + " (" + std::string(split_name(splits_[picture])) +
                  " and " + std::string(split_name(split)) + ")";
    }
  }
  if (is_new != nullptr) *is_new = fresh;
  return picture;
}

void PictureList::add_caption(size_t picture, std::string_view caption) {
  if (!keep_all_ && splits_[picture] != wanted_) return;
  if (caption.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  captions_.add(caption);
  owner_.push_back(static_cast<uint32_t>(picture));
}

void PictureList::set_number(size_t picture, int64_t number) {
  numbers_.resize(std::max(numbers_.size(), picture + 1));
  numbers_[picture] = number;
}

std::optional<int64_t> PictureList::number(size_t picture) const {
  return picture < numbers_.size() ? numbers_[picture] : std::nullopt;
}

std::optional<size_t> PictureList::find(std::string_view name) const {
  const uint32_t picture = names_.find(plain_name(name));
  return picture == TextSet::kAbsent ? std::nullopt : std::optional<size_t>(picture);
}

std::string PictureList::counts_text() const {
  std::string text;
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    if (count(split) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(split_name(split)) + " " +
            std::to_string(count(split));
  }
  return text.empty() ? "none" : text;
}

void PictureList::finish(Repeats repeats) {
  repeats_ = repeats;
  begin_.assign(size() + 1, 0);
  for (const uint32_t picture : owner_) ++begin_[picture + 1];
  for (size_t i = 0; i < size(); ++i) begin_[i + 1] += begin_[i];
  ordered_.resize(owner_.size());
  std::vector<uint32_t> next(begin_.begin(), begin_.end() - 1);
  for (size_t c = 0; c < owner_.size(); ++c) {
    ordered_[next[owner_[c]]++] = static_cast<uint32_t>(c);
  }
  std::vector<uint32_t>().swap(owner_);
  count_repeated_captions();
}

void PictureList::count_repeated_captions() {
  constexpr size_t kOneIn = 50;
  std::vector<uint32_t> kept, begin = {0};
  std::unordered_set<std::string_view> seen;
  std::deque<std::string> made;
  for (size_t picture = 0; picture < size(); ++picture) {
    seen.clear();
    made.clear();
    for (size_t c = begin_[picture]; c < begin_[picture + 1]; ++c) {
      const std::string_view caption = captions_[ordered_[c]];
      if (begin_[picture + 1] - begin_[picture] == 1 ||
          seen.insert(compared(caption, &made)).second) {
        kept.push_back(ordered_[c]);
      } else if (repeated_++ == 0) {
        repeated_caption_ = printable(names_[picture]).append(": ").append(printable(caption));
      }
    }
    begin.push_back(static_cast<uint32_t>(kept.size()));
  }
  if (repeated_ * kOneIn < ordered_.size()) {
    repeated_ = 0;
    return;
  }
  if (repeats_ == Repeats::kKept) return;
  ordered_ = std::move(kept);
  begin_ = std::move(begin);
}

std::vector<std::string> PictureList::notes(const std::string& source) const {
  std::vector<std::string> all;
  for (const std::string& note : notes_)
    all.push_back(std::string(source).append(": ").append(note));
  if (conflicts_ > 0) {
    all.push_back(source + ": " + std::to_string(conflicts_) +
                  " times a picture is named in a second split too, such as " + conflict_ +
                  ": it is kept out of train");
  }
  if (repeated_ > 0) {
    all.push_back(source + ": " + std::to_string(repeated_) +
                  " captions stand twice for their picture and count " +
                  (repeats_ == Repeats::kOnce ? "once" : "twice") + ", such as " +
                  repeated_caption_);
  }
  return all;
}

std::string PictureList::captions_problem(size_t picture) const {
  if (captions_count(picture) == 0) return "no captions";
  for (size_t c = begin_[picture]; c < begin_[picture + 1]; ++c) {
    if (has_words(captions_[ordered_[c]])) return "";
  }
  return "no words in its captions";
}

std::vector<std::string> PictureList::captions_of(size_t picture) const {
  std::vector<std::string> captions;
  for (size_t c = begin_[picture]; c < begin_[picture + 1]; ++c) {
    captions.emplace_back(captions_[ordered_[c]]);
  }
  return captions;
}

}  // namespace storyteller
