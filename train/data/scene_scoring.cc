#include "train/data/scene_scoring.h"

#include <algorithm>
#include <string_view>

namespace storyteller::scenes {
namespace {

template <class Enum, size_t kCount>
std::optional<Enum> find(const std::array<std::string_view, kCount>& names, std::string_view word) {
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

bool opens_noun_phrase(std::string_view word) {
  constexpr std::array<std::string_view, 8> kDeterminers = {"a",   "an",    "the",  "one",
                                                            "two", "three", "four", "another"};
  return std::find(kDeterminers.begin(), kDeterminers.end(), word) != kDeterminers.end();
}

class MentionReader {
 public:
  Reading read(const std::vector<std::string>& tokens) {
    for (size_t i = 0; i < tokens.size(); ++i) read_word(tokens[i], static_cast<int>(i));
    attach_predicate();
    return std::move(reading_);
  }

 private:
  void read_word(std::string_view word, int position) {
    if (opens_noun_phrase(word)) return attach_predicate();
    if (const auto color = find<Color>(kColorNames, word)) {
      if (pending_.color) reading_.well_formed = false;
      pending_.color = color;
      pending_.color_word = position;
    } else if (const auto size = read_size(word)) {
      if (pending_.size) reading_.well_formed = false;
      pending_.size = size;
    } else if (const auto shape = find<Shape>(kShapeNames, word)) {
      finish(*shape, false, position);
    } else if (const auto shapes = find<Shape>(kShapePlurals, word)) {
      finish(*shapes, true, position);
    }
  }

  static std::optional<Size> read_size(std::string_view word) {
    return word == "medium-sized" ? Size::kMedium : find<Size>(kSizeNames, word);
  }

  void finish(Shape shape, bool plural, int position) {
    pending_.shape = shape;
    pending_.plural = plural;
    pending_.shape_word = position;
    reading_.mentions.push_back(pending_);
    pending_ = {};
  }

  // Adjectives without a noun after them describe the thing named last.
  void attach_predicate() {
    if (!pending_.color && !pending_.size) return;
    if (reading_.mentions.empty()) {
      reading_.well_formed = false;
      reading_.mentions.push_back(pending_);
    } else {
      Mention& last = reading_.mentions.back();
      if ((pending_.color && last.color) || (pending_.size && last.size)) {
        reading_.well_formed = false;
      }
      if (pending_.color) {
        last.color = pending_.color;
        last.color_word = pending_.color_word;
      }
      if (pending_.size) last.size = pending_.size;
    }
    pending_ = {};
  }

  Reading reading_;
  Mention pending_;
};

}  // namespace

Reading read_mentions(const std::vector<std::string>& tokens) {
  return MentionReader().read(tokens);
}

bool names_exactly(const Scene& scene, const std::vector<std::string>& tokens) {
  if (scene.objects.size() != 1) return false;
  const Object& object = scene.objects.front();
  const Reading reading = read_mentions(tokens);
  return reading.well_formed && !reading.mentions.empty() &&
         std::all_of(reading.mentions.begin(), reading.mentions.end(), [&](const Mention& m) {
           return m.shape == object.shape && m.color == object.color && !m.plural;
         });
}

std::vector<WordTarget> word_targets(const Scene& scene, const std::vector<std::string>& tokens) {
  std::vector<WordTarget> targets;
  for (const Mention& mention : read_mentions(tokens).mentions) {
    std::vector<int> objects;
    for (size_t i = 0; i < scene.objects.size(); ++i) {
      const Object& object = scene.objects[i];
      if ((!mention.shape || mention.shape == object.shape) &&
          (!mention.color || mention.color == object.color) &&
          (!mention.size || mention.size == object.size)) {
        objects.push_back(static_cast<int>(i));
      }
    }
    for (const int word : {mention.color_word, mention.shape_word}) {
      if (word >= 0) targets.push_back({word, objects});
    }
  }
  std::sort(targets.begin(), targets.end(),
            [](const WordTarget& a, const WordTarget& b) { return a.word < b.word; });
  return targets;
}

}  // namespace storyteller::scenes
