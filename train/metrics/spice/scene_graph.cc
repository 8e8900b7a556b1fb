#include "train/metrics/spice/scene_graph.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "train/metrics/spice/caption_tree.h"

namespace storyteller::spice {
namespace {

/// Who or what a predicate is said of.
struct Subject {
  int32_t object = -1;
  bool passive = false;
};

class SceneReader {
 public:
  SceneReader(std::span<const std::string> words, const ParsedCaption& parsed,
              const Thesaurus& thesaurus)
      : tree_(words, parsed), subjects_(words.size()), related_(words.size()) {
    for (int32_t i = 0; i < tree_.size(); ++i) {
      lemmas_.push_back(thesaurus.lemma(tree_.word(i), tree_.tag(i)));
    }
  }

  std::vector<Proposition> read() {
    for (const int32_t i : tree_.top_down()) subjects_[i] = subject_of(i);
    for (int32_t i = 0; i < tree_.size(); ++i) {
      if (tree_.is_object(i)) describe(i);
      if (!tree_.preposition(i).empty()) place(i);
      if (is_predicate(i)) predicate(i);
    }
    for (int32_t i = 0; i < tree_.size(); ++i) {
      if (is_event(i) && !related_[i]) intransitive(i);
    }
    return std::move(out_);
  }

 private:
  const std::string& lemma(int32_t i) const { return lemmas_[i]; }

  bool is_verbal(int32_t i) const {
    const Label role = tree_.label(i);
    return is_verb(tree_.tag(i)) && role != Label::kAux && role != Label::kAuxPass &&
           role != Label::kCop && role != Label::kCase && role != Label::kMark &&
           role != Label::kAmod && role != Label::kCompound && role != Label::kFixed;
  }
  bool is_predicate(int32_t i) const { return subjects_[i].object >= 0; }
  /// A verb that is said of something; "to be" says nothing by itself.
  bool is_event(int32_t i) const {
    return is_predicate(i) && is_verbal(i) && tree_.child(i, Label::kCop) < 0 && lemma(i) != "be";
  }

  int32_t own_subject(int32_t i) const {
    const int32_t active = tree_.child(i, Label::kNsubj);
    return active >= 0 ? active : tree_.child(i, Label::kNsubjPass);
  }

  /// Needs the subject of the head of `i`.
  Subject subject_of(int32_t i) const {
    const Label role = tree_.label(i);
    const bool passive = tree_.child(i, Label::kNsubjPass) >= 0 ||
                         tree_.child(i, Label::kAuxPass) >= 0 ||
                         (tree_.tag(i) == Tag::kVBN && tree_.child(i, Label::kAux) < 0);
    const int32_t head = tree_.head(i), own = own_subject(i);
    if (own >= 0 && tree_.object_of(own) >= 0) return {tree_.object_of(own), passive};
    const bool relative = role == Label::kAcl || role == Label::kAclRelcl;
    if (own >= 0 && !relative) return {};
    if (relative) return {tree_.object_of(head), passive};
    if (!is_verbal(i) && !is_adjective(tree_.tag(i))) return {};
    switch (role) {
      case Label::kXcomp: {
        const int32_t controller = tree_.object_of(tree_.child(head, Label::kObj));
        if (controller >= 0 && is_verbal(i)) return {controller, passive};
        return {subjects_[head].object, passive};
      }
      case Label::kConj:
        if (is_adjective(tree_.tag(i)) && tree_.label(head) == Label::kAmod) return {};
        [[fallthrough]];
      case Label::kAdvcl:
      case Label::kOther:
        if (subjects_[head].object >= 0) return {subjects_[head].object, passive};
        return {tree_.is_object(head) && is_verbal(i) ? head : -1, passive};
      default:
        return {};
    }
  }

  void attribute(int32_t object, const std::string& value) {
    for (const int32_t o : tree_.conjuncts(object)) out_.push_back({lemma(o), value});
  }
  void relation(int32_t subject, const std::string& name, int32_t object) {
    if (subject == object || name.empty()) return;
    out_.push_back({lemma(subject), name, lemma(object)});
  }

  /// The object and what stands beside it: adjectives, participles, numbers, parts of its name,
  /// its owner.
  void describe(int32_t i) {
    out_.push_back({lemma(i)});
    for (const int32_t c : tree_.children(i)) {
      switch (tree_.label(c)) {
        case Label::kAmod:
          modifier(i, c);
          break;
        case Label::kNummod:
          out_.push_back({lemma(i), lemma(c)});
          break;
        case Label::kCompound:
        case Label::kFlat:
          if (!tree_.is_object(c)) out_.push_back({lemma(i), lemma(c)});
          break;
        case Label::kNmodPoss:
          if (const int32_t owner = tree_.object_of(c); owner >= 0) relation(owner, "have", i);
          break;
        default:
          break;
      }
    }
  }

  void modifier(int32_t object, int32_t c) {
    // snow covered slope: the noun before the participle does it
    for (const int32_t d : tree_.children(c)) {
      if (is_verb(tree_.tag(c)) && tree_.is_object(d) && tree_.preposition(d).empty()) {
        relation(d, lemma(c), object);
        return;
      }
    }
    if (!tree_.is_object(c)) out_.push_back({lemma(object), lemma(c)});
    for (const int32_t d : tree_.children(c)) {
      const bool coordinated = tree_.label(d) == Label::kConj || tree_.label(d) == Label::kAmod;
      if (coordinated && !tree_.is_object(d)) out_.push_back({lemma(object), lemma(d)});
    }
  }

  /// A noun with a preposition, and what it places.
  void place(int32_t noun) {
    const Label role = tree_.label(noun);
    int32_t target = tree_.object_of(noun);
    if (target < 0) return;
    if (role == Label::kRoot || own_subject(noun) >= 0) return;  // the predicate of a copula
    std::string name = tree_.preposition(noun);
    int32_t governor = tree_.head(noun);
    if (role == Label::kConj)
      governor = tree_.head(governor);  // out of the banks and into the area
    if (is_part_of_complex_preposition(noun)) {
      const int32_t part = tree_.head(noun);
      name = tree_.preposition(part) + " " + std::string(tree_.word(part)) + " " + name;
      governor = tree_.head(part);
    } else if (complement_of_complex_preposition(noun) >= 0) {
      return;
    }
    // Adverbs and adjectives between belong to the relation: next to, close to, full of.
    for (int step = 0; step < 3 && governor >= 0 && joins_preposition(governor); ++step) {
      name.insert(0, std::string(tree_.word(governor)) + " ");
      governor = tree_.head(governor);
    }
    if (governor < 0) return;
    if (name == "to") name = adverb_before_to(noun, governor) + name;
    for (const int32_t t : tree_.conjuncts(target)) {
      const std::string own = t == target ? "" : tree_.preposition(t);
      if (own.empty()) link(governor, noun, name, t);
    }
  }

  bool joins_preposition(int32_t i) const {
    if (tree_.is_object(i) || is_verbal(i) || is_predicate(i)) return false;
    const Tag tag = tree_.tag(i);
    return tree_.head(i) != kNoHead && (is_adjective(tag) || tag == Tag::kRB || tag == Tag::kIN ||
                                        tag == Tag::kRP || tag == Tag::kRBR);
  }

  /// "next " in "standing next to a woman" where the adverb hangs from the verb or from the noun.
  std::string adverb_before_to(int32_t noun, int32_t governor) const {
    const int32_t before = tree_.child(noun, Label::kCase) - 1;
    if (before < 0 || (tree_.head(before) != governor && tree_.head(before) != noun)) return "";
    const bool adverb = tree_.tag(before) == Tag::kRB || tree_.tag(before) == Tag::kJJ;
    return adverb ? std::string(tree_.word(before)) + " " : "";
  }

  static bool names_a_side(std::string_view word) { return word == "top" || word == "front"; }
  /// The noun of "of" after "on top of", "in front of".
  int32_t complement_of_complex_preposition(int32_t noun) const {
    if (!names_a_side(tree_.word(noun)) || tree_.child(noun, Label::kDet) >= 0) return -1;
    for (const int32_t c : tree_.children(noun)) {
      if (tree_.label(c) == Label::kNmod && tree_.preposition(c) == "of") return c;
    }
    return -1;
  }
  bool is_part_of_complex_preposition(int32_t noun) const {
    const int32_t head = tree_.head(noun);
    return head >= 0 && !tree_.preposition(head).empty() &&
           complement_of_complex_preposition(head) == noun;
  }

  void link(int32_t governor, int32_t noun, const std::string& name, int32_t target) {
    if (tree_.is_object(governor)) {
      for (const int32_t o : tree_.conjuncts(governor)) relation(o, name, target);
      return;
    }
    if (!is_predicate(governor)) return;
    const Subject subject = subjects_[governor];
    if (tree_.label(noun) == Label::kOblAgent && subject.passive) {
      for (const int32_t o : tree_.conjuncts(subject.object)) {
        relation(target, verb(governor), o);
      }
      related_[governor] = 1;
      return;
    }
    if (const int32_t near = object_before(governor, noun); near >= 0) {
      relation(near, name, target);  // low attachment
      return;
    }
    const bool says_nothing = is_verbal(governor) && lemma(governor) == "be";
    const std::string full = says_nothing ? name : verb(governor) + " " + name;
    for (const int32_t o : tree_.conjuncts(subject.object)) relation(o, full, target);
    related_[governor] = 1;
  }

  /// The direct object that stands right before the prepositional phrase of `noun`.
  int32_t object_before(int32_t verb, int32_t noun) const {
    int32_t last = -1;
    for (const int32_t c : tree_.children(verb)) {
      if (c >= noun) break;
      last = c;
    }
    return last > verb && tree_.label(last) == Label::kObj && tree_.is_object(last) ? last : -1;
  }

  std::string verb(int32_t i) const {
    std::string text = lemma(i);
    if (const int32_t particle = tree_.child(i, Label::kCompoundPrt); particle >= 0) {
      text.append(" ").append(tree_.word(particle));
    }
    return text;
  }

  /// What is said of a subject beside places: objects, adjectives, what it is.
  void predicate(int32_t i) {
    const Subject subject = subjects_[i];
    if (is_verbal(i) && tree_.child(i, Label::kCop) < 0) {
      objects(i, subject);
    } else if (is_adjective(tree_.tag(i))) {
      attribute(subject.object, lemma(i));
    } else if (tree_.is_object(i) && own_subject(i) >= 0) {
      const std::string name = tree_.preposition(i);
      for (const int32_t s : tree_.conjuncts(subject.object)) {
        for (const int32_t o : tree_.conjuncts(i)) relation(s, name.empty() ? "be" : name, o);
      }
    }
  }

  void objects(int32_t i, const Subject& subject) {
    std::vector<int32_t> found;
    for (const int32_t c : tree_.children(i)) {
      if (tree_.label(c) != Label::kObj) continue;
      if (const int32_t o = tree_.object_of(c); o >= 0) found.push_back(o);
    }
    // the hat that a man wears: what the clause modifies is its object
    const bool gap = tree_.label(i) == Label::kAclRelcl && found.empty() && !subject.passive &&
                     subject.object != tree_.head(i) && tree_.is_object(tree_.head(i));
    if (gap) found.push_back(tree_.head(i));
    for (const int32_t o : found) {
      for (const int32_t s : tree_.conjuncts(subject.object)) {
        for (const int32_t t : gap ? std::vector{o} : tree_.conjuncts(o)) relation(s, verb(i), t);
      }
      related_[i] = 1;
    }
  }

  void intransitive(int32_t i) { attribute(subjects_[i].object, verb(i)); }

  CaptionTree tree_;
  std::vector<std::string> lemmas_;  // [word]
  std::vector<Subject> subjects_;    // [word]
  std::vector<char> related_;        // [word] a predicate that a relation was made of
  std::vector<Proposition> out_;
};

}  // namespace

std::vector<Proposition> propositions(std::span<const std::string> words,
                                      const ParsedCaption& parsed, const Thesaurus& thesaurus) {
  return SceneReader(words, parsed, thesaurus).read();
}

}  // namespace storyteller::spice
