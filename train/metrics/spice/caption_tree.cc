#include "train/metrics/spice/caption_tree.h"

#include <algorithm>
#include <array>

namespace storyteller::spice {
namespace {

template <size_t kSize>
bool holds(const std::array<std::string_view, kSize>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

CaptionTree::CaptionTree(std::span<const std::string> words, const ParsedCaption& parsed)
    : words_(words), parsed_(parsed) {
  const size_t count = words.size();
  first_child_.assign(count + 1, 0);
  int32_t root = -1;
  for (int32_t i = 0; i < size(); ++i) {
    if (head(i) == kNoHead) {
      root = i;
    } else {
      ++first_child_[head(i) + 1];
    }
  }
  for (size_t i = 0; i < count; ++i) first_child_[i + 1] += first_child_[i];
  children_.resize(count);
  std::vector<int32_t> place(first_child_.begin(), first_child_.end() - 1);
  for (int32_t i = 0; i < size(); ++i) {
    if (head(i) != kNoHead) children_[place[head(i)]++] = i;
  }
  if (root >= 0) top_down_.push_back(root);
  for (size_t i = 0; i < top_down_.size(); ++i) {
    const auto next = children(top_down_[i]);
    top_down_.insert(top_down_.end(), next.begin(), next.end());
  }
  for (int32_t i = 0; i < size(); ++i) {
    objects_.push_back(names_an_object(i) ? 1 : 0);
    if (!is_object(i)) continue;
    int32_t& first = tag(i) == Tag::kNNS || tag(i) == Tag::kNNPS ? first_plural_ : first_singular_;
    if (first < 0) first = i;
  }
}

std::span<const int32_t> CaptionTree::children(int32_t i) const {
  return std::span(children_).subspan(first_child_[i], first_child_[i + 1] - first_child_[i]);
}

int32_t CaptionTree::child(int32_t i, Label wanted) const {
  for (const int32_t c : children(i)) {
    if (label(c) == wanted) return c;
  }
  return -1;
}

bool CaptionTree::names_an_object(int32_t i) const {
  const Label role = label(i);
  if (is_noun(tag(i))) {
    if (role == Label::kFixed || role == Label::kCase) return false;
    // Part of a name where the rest of it is a noun: baseball player.
    const bool part = role == Label::kCompound || role == Label::kFlat;
    return !part || !is_noun(tag(head(i)));
  }
  if (!is_adjective(tag(i)) && tag(i) != Tag::kCD) return false;
  return role == Label::kNsubj || role == Label::kNsubjPass || role == Label::kObj ||
         role == Label::kObl || role == Label::kNmod;
}

int32_t CaptionTree::antecedent(int32_t pronoun) const {
  constexpr std::array<std::string_view, 4> kPlural = {"they", "them", "their", "theirs"};
  constexpr std::array<std::string_view, 8> kSingular = {"he",  "him",  "his", "she",
                                                         "her", "hers", "it",  "its"};
  const bool plural = holds(kPlural, word(pronoun));
  if (!plural && !holds(kSingular, word(pronoun))) return -1;
  // Captions are about what they name first.
  const int32_t wanted = plural ? first_plural_ : first_singular_;
  const int32_t other = plural ? first_singular_ : first_plural_;
  if (wanted >= 0 && wanted < pronoun) return wanted;
  return other >= 0 && other < pronoun ? other : -1;
}

int32_t CaptionTree::object_of(int32_t i) const {
  if (i < 0) return -1;
  if (is_object(i)) return i;
  return tag(i) == Tag::kPRP || tag(i) == Tag::kPRPPoss ? antecedent(i) : -1;
}

std::vector<int32_t> CaptionTree::conjuncts(int32_t i) const {
  std::vector<int32_t> all = {i};
  for (const int32_t c : children(i)) {
    if (all.size() == kMaxConjuncts) break;
    if (label(c) == Label::kConj && is_object(c)) all.push_back(c);
  }
  return all;
}

std::string CaptionTree::preposition(int32_t i) const {
  std::string text;
  const auto append = [&](int32_t w) {
    if (!text.empty()) text += ' ';
    text += word(w);
  };
  for (const int32_t c : children(i)) {
    if (label(c) != Label::kCase || tag(c) == Tag::kPOS) continue;
    append(c);
    for (const int32_t f : children(c)) {
      if (label(f) == Label::kFixed) append(f);
    }
  }
  return text;
}

}  // namespace storyteller::spice
