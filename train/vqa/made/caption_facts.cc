#include "train/vqa/made/caption_facts.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "train/metrics/spice/caption_tree.h"
#include "train/metrics/spice/syntax_model.h"
#include "train/vqa/made/word_list.h"

namespace storyteller {
namespace {

using spice::Label;
using spice::Tag;

constexpr std::array<std::string_view, 13> kColours = {
    "black", "white", "red",    "blue", "green",  "yellow", "brown",
    "tan",   "gray",  "orange", "pink", "purple", "golden"};
constexpr std::array<std::string_view, 7> kPrepositions = {"on",     "in",   "under", "behind",
                                                           "beside", "near", "inside"};
/// Say of no one what is done: what they wear, have, seem.
constexpr std::array<std::string_view, 14> kIdleVerbs = {
    "wearing", "having",  "being",  "looking",  "using",  "going",   "getting",
    "making",  "holding", "taking", "carrying", "posing", "seeming", "including"};

std::string colour_named(std::string_view word) {
  if (word == "grey") return "gray";
  return is_among(kColours, word) ? std::string(word) : std::string();
}

class FactReader {
 public:
  FactReader(const Tokens& words, const spice::ParsedCaption& parsed,
             const spice::Thesaurus& thesaurus)
      : tree_(words, parsed), thesaurus_(thesaurus) {}

  CaptionFacts read() {
    for (int32_t i = 0; i < tree_.size(); ++i) {
      if (tree_.is_object(i) && spice::is_noun(tree_.tag(i))) add_thing(i);
    }
    for (int32_t i = 0; i < tree_.size(); ++i) add_action(i);
    for (const auto& [word, thing] : things_) add_place(word, thing);
    return std::move(facts_);
  }

 private:
  void add_thing(int32_t i) {
    NamedThing thing{.lemma = thesaurus_.lemma(tree_.word(i), tree_.tag(i)),
                     .word = std::string(tree_.word(i)),
                     .plural = tree_.tag(i) == Tag::kNNS || tree_.tag(i) == Tag::kNNPS};
    if (thing.lemma == "people") thing.plural = true;
    size_t colours = 0;
    for (const int32_t c : tree_.children(i)) {
      const std::string_view word = tree_.word(c);
      if (tree_.label(c) == Label::kDet && (word == "a" || word == "an")) thing.with_a = true;
      if (tree_.label(c) == Label::kAmod) {
        const std::string colour = colours_of(c);
        if (!colour.empty()) thing.colour = colour;
        colours += colour.empty() ? 0 : 1;
      }
      if (tree_.label(c) == Label::kNummod && thing.plural) {
        if (word == "two" || word == "2") thing.number = "2";
        if (word == "three" || word == "3") thing.number = "3";
      }
    }
    if (colours > 1) thing.colour.clear();  // "a brown , white dog": which of them is not clear
    things_[i] = facts_.things.size();
    facts_.things.push_back(std::move(thing));
  }

  /// "black and white" of one adjective and what is coordinated with it.
  std::string colours_of(int32_t adjective) const {
    std::string colours = colour_named(tree_.word(adjective));
    for (const int32_t c : tree_.children(adjective)) {
      if (tree_.label(c) == Label::kAdvmod || tree_.label(c) == Label::kCompound) return "";
      if (tree_.label(c) != Label::kConj) continue;
      const std::string other = colour_named(tree_.word(c));
      if (colours.empty() || other.empty()) return "";
      colours = std::min(colours, other) + " and " + std::max(colours, other);
    }
    return colours;
  }

  void add_action(int32_t verb) {
    if (tree_.tag(verb) != Tag::kVBG || is_among(kIdleVerbs, tree_.word(verb))) return;
    int32_t subject = tree_.child(verb, Label::kNsubj);
    if (subject >= 0) subject = tree_.object_of(subject);
    if (subject < 0 && tree_.label(verb) == Label::kAcl) subject = tree_.head(verb);
    const auto found = things_.find(subject);
    if (found == things_.end()) return;
    std::string& doing = facts_.things[found->second].doing;
    if (doing.empty()) doing = std::string(tree_.word(verb));
  }

  void add_place(int32_t noun, size_t place) {
    const std::string preposition = tree_.preposition(noun);
    if (!is_among(kPrepositions, preposition) || tree_.label(noun) == Label::kConj) return;
    const int32_t governor = tree_.head(noun);
    if (governor < 0) return;
    int32_t thing = governor;
    if (spice::is_verb(tree_.tag(governor))) {
      // "a dog standing on a rock": where it stands it is; "climbing on" and others tell less.
      const std::string_view verb = tree_.word(governor);
      const bool stays = verb.starts_with("stand") || verb.starts_with("sit") ||
                         verb.starts_with("lying") || verb.starts_with("laying");
      if (!stays) return;
      thing = tree_.child(governor, Label::kNsubj);
      if (thing >= 0) thing = tree_.object_of(thing);
      if (thing < 0 && tree_.label(governor) == Label::kAcl) thing = tree_.head(governor);
    }
    const auto found = things_.find(thing);
    if (found == things_.end() || found->second == place) return;
    facts_.places.push_back({.thing = found->second, .place = place, .preposition = preposition});
  }

  spice::CaptionTree tree_;
  const spice::Thesaurus& thesaurus_;
  std::map<int32_t, size_t> things_;  // word -> of the facts
  CaptionFacts facts_;
};

}  // namespace

CaptionFacts caption_facts(const Tokens& tokens, const SpiceModel& model) {
  const spice::ParsedCaption parsed = model.language().parse(tokens);
  return FactReader(tokens, parsed, model.thesaurus()).read();
}

}  // namespace storyteller
