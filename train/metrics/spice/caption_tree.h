#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/spice/syntax_model.h"

namespace storyteller::spice {

/// A parsed caption with the questions that the rules of scene graphs ask of it. Words are their
/// indices; -1 stands for none. All answers take constant time or time linear in the number of
/// children.
class CaptionTree {
 public:
  /// Both must outlive this object.
  CaptionTree(std::span<const std::string> words, const ParsedCaption& parsed);

  int32_t size() const { return static_cast<int32_t>(words_.size()); }
  std::string_view word(int32_t i) const { return words_[i]; }
  Tag tag(int32_t i) const { return parsed_.tags[i]; }
  Label label(int32_t i) const { return parsed_.tree.labels[i]; }
  int32_t head(int32_t i) const { return parsed_.tree.heads[i]; }
  /// In the order of the caption.
  std::span<const int32_t> children(int32_t i) const;
  /// The first child with this label.
  int32_t child(int32_t i, Label label) const;
  /// All words, heads before their children.
  std::span<const int32_t> top_down() const { return top_down_; }

  /// Whether the word names an object: a noun that is no part of another one's name, or what stands
  /// in a noun's place (two, the other).
  bool is_object(int32_t i) const { return objects_[i] != 0; }
  /// The object that a word stands for: itself, or what a personal or possessive pronoun refers to.
  int32_t object_of(int32_t i) const;
  /// The object and those that are coordinated with it (a cat and a dog), kMaxConjuncts at most.
  std::vector<int32_t> conjuncts(int32_t i) const;
  /// The words that mark a noun's case, "" if none does: "in", "out of".
  std::string preposition(int32_t i) const;

  static constexpr size_t kMaxConjuncts = 8;

 private:
  bool names_an_object(int32_t i) const;
  int32_t antecedent(int32_t pronoun) const;

  std::span<const std::string> words_;
  const ParsedCaption& parsed_;
  std::vector<int32_t> first_child_,
      children_;  // children of i: [first_child_[i], first_child_[i + 1])
  std::vector<int32_t> top_down_;
  std::vector<char> objects_;
  int32_t first_singular_ = -1, first_plural_ = -1;
};

}  // namespace storyteller::spice
