#include "train/vqa/made/question_maker.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/random_stream.h"
#include "train/metrics/metric_scorer.h"
#include "train/text/ptb/tokenizer.h"
#include "train/vqa/made/caption_facts.h"
#include "train/vqa/made/noun_kinds.h"
#include "train/vqa/made/word_list.h"

namespace storyteller {
namespace {

/// In so many captions of a picture a thing is named that is asked for.
constexpr int kAgree = 2;
/// Pictures with a word, below which it is not asked for: the network could not learn it.
constexpr size_t kFewestPictures = 20;
/// Yes-questions about one picture, at most.
constexpr size_t kMostYes = 2;

/// Nouns that place nothing and are no place: what is worn, and parts of the picture.
constexpr std::array<std::string_view, 35> kNoPlace = {
    "shirt",   "jacket",     "dress",   "hat",    "suit",    "pants",   "shorts",
    "jeans",   "coat",       "uniform", "outfit", "clothes", "costume", "t-shirt",
    "top",     "vest",       "helmet",  "bikini", "bottom",  "sweater", "clothing",
    "gear",    "background", "front",   "air",    "middle",  "side",    "day",
    "picture", "distance",   "line",    "way",    "color",   "hand",    "mouth"};

/// Words for people that say nothing of how they look.
constexpr std::array<std::string_view, 9> kVague = {
    "group", "crowd", "team", "couple", "family", "someone", "somebody", "other", "one"};

/// How captions write a noun, over the whole data set.
struct NounUse {
  size_t singular = 0, with_a = 0, plural = 0;
  std::map<std::string, size_t> plurals;  ///< "dogs"
};

/// Values that captions give for one key, with how many of them do and the first that does.
struct Claims {
  struct Claim {
    int captions = 0;
    size_t caption = 0;
  };
  std::map<std::string, Claim> values;

  void add(const std::string& value, size_t caption) {
    Claim& claim = values[value];
    if (claim.captions++ == 0) claim.caption = caption;
  }
};

std::string with_article(const std::string& word) {
  const bool vowel = std::string_view("aeiou").find(word.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + word;
}

class QuestionMaker {
 public:
  QuestionMaker(const Dataset& dataset, uint64_t seed) : dataset_(dataset), seed_(seed) {
    model_ = default_spice_model();
    if (model_ == nullptr) {
      throw InputError(std::string("questions are made with WordNet, which is not there; ") +
                       kWordNetFix);
    }
    questions_.resize(dataset.size());
    for (size_t i = 0; i < dataset.size(); ++i) read(i);
  }

  std::vector<std::vector<PictureQuestion>> make() {
    for (size_t i = 0; i < pictures_.size(); ++i) {
      ask_colours_and_actions(i);
      ask_counts(i);
      ask_places(i);
    }
    ask_for_things();
    int64_t number = 0;
    for (auto& of_picture : questions_) {
      for (PictureQuestion& question : of_picture) question.asked.id = number++;
    }
    return std::move(questions_);
  }

 private:
  /// What the captions of one picture say.
  struct Picture {
    std::vector<CaptionFacts> captions;
    std::map<std::string, Claims::Claim> named;  ///< lemmas, each once a caption
  };

  void read(size_t i) {
    Picture& picture = pictures_.emplace_back();
    size_t number = 0;
    for (const std::string& caption : dataset_.captions(i)) {
      picture.captions.push_back(caption_facts(ptb_tokenize(caption), *model_));
      std::set<std::string> lemmas;
      for (const NamedThing& thing : picture.captions.back().things) {
        lemmas.insert(thing.lemma);
        NounUse& use = nouns_[thing.lemma];
        ++(thing.plural ? use.plural : use.singular);
        use.with_a += thing.with_a ? 1 : 0;
        if (thing.plural) ++use.plurals[thing.word];
      }
      for (const std::string& lemma : lemmas) {
        Claims::Claim& claim = picture.named[lemma];
        if (claim.captions++ == 0) claim.caption = number;
      }
      ++number;
    }
  }

  void ask(size_t picture, const std::string& rule, size_t caption, const std::string& text,
           const std::string& answer) {
    PictureQuestion question{.text = text,
                             .asked = {.image = dataset_.id(picture),
                                       .question_type = rule,
                                       .answer_type = rule == "yes/no"  ? "yes/no"
                                                      : rule == "count" ? "number"
                                                                        : "other",
                                       .common_answer = answer,
                                       .answers = {{.text = answer, .record = "{}"}}},
                             .caption = caption};
    questions_[picture].push_back(std::move(question));
  }

  /// The one value that enough captions give and none contradicts.
  static const std::pair<const std::string, Claims::Claim>* agreed(const Claims& claims) {
    if (claims.values.size() != 1) return nullptr;
    const auto& only = *claims.values.begin();
    return only.second.captions >= kAgree ? &only : nullptr;
  }

  void ask_colours_and_actions(size_t i) {
    std::map<std::string, Claims> colours, actions;
    std::map<std::string, std::set<bool>> plural;
    std::map<std::string, std::string> word;
    const Picture& picture = pictures_[i];
    for (size_t c = 0; c < picture.captions.size(); ++c) {
      std::map<std::string, int> times;
      for (const NamedThing& thing : picture.captions[c].things) ++times[thing.lemma];
      for (const NamedThing& thing : picture.captions[c].things) {
        plural[thing.lemma].insert(thing.plural);
        word[thing.lemma] = thing.word;
        // Of two dogs in one caption it is not clear which is asked about.
        if (times[thing.lemma] > 1) plural[thing.lemma] = {true, false};
        if (!thing.colour.empty()) colours[thing.lemma].add(thing.colour, c);
        if (!thing.doing.empty()) actions[thing.lemma].add(thing.doing, c);
      }
    }
    for (const auto& [lemma, claims] : colours) {
      const auto* answer = agreed(claims);
      if (answer == nullptr || plural[lemma] != std::set<bool>{false}) continue;
      if (kinds_.is_person(lemma)) continue;
      ask(i, "colour", answer->second.caption, "What color is the " + word[lemma] + "?",
          answer->first);
    }
    for (const auto& [lemma, claims] : actions) {
      const auto* answer = agreed(claims);
      if (answer == nullptr || plural[lemma].size() != 1) continue;
      const std::string kind = kinds_.kind(lemma);
      if (kind != "person" && kind != "animal") continue;
      const bool many = *plural[lemma].begin();
      ask(i, "action", answer->second.caption,
          "What " + std::string(many ? "are" : "is") + " the " + word[lemma] + " doing?",
          answer->first);
    }
  }

  void ask_counts(size_t i) {
    std::map<std::string, Claims> counts;
    std::map<std::string, int> spoken;
    const Picture& picture = pictures_[i];
    for (size_t c = 0; c < picture.captions.size(); ++c) {
      for (const NamedThing& thing : picture.captions[c].things) {
        ++spoken[thing.lemma];
        if (!thing.plural && thing.with_a) {
          counts[thing.lemma].add("1", c);
        } else if (!thing.number.empty()) {
          counts[thing.lemma].add(thing.number, c);
        }
      }
    }
    for (const auto& [lemma, claims] : counts) {
      const auto* answer = agreed(claims);
      const std::string kind = kinds_.kind(lemma);
      if (answer == nullptr || (kind != "person" && kind != "animal" && kind != "vehicle"))
        continue;
      if (spoken[lemma] != answer->second.captions || nouns_[lemma].plurals.empty()) continue;
      if (lemma == "people" || is_among(kVague, lemma)) continue;
      // "1" is what most captions say: as many of them as of "2", drawn evenly.
      if (answer->first == "1" && !is_drawn(i, lemma, 0.12)) continue;
      ask(i, "count", answer->second.caption, "How many " + plural_of(lemma) + " are there?",
          answer->first);
    }
  }

  void ask_places(size_t i) {
    std::map<std::string, Claims> found;
    std::map<std::string, std::string> place_word;
    const Picture& picture = pictures_[i];
    for (size_t c = 0; c < picture.captions.size(); ++c) {
      const CaptionFacts& facts = picture.captions[c];
      for (const NamedPlace& place : facts.places) {
        const NamedThing &thing = facts.things[place.thing], &where = facts.things[place.place];
        if (is_among(kNoPlace, where.lemma) || is_among(kNoPlace, thing.lemma)) continue;
        if (kinds_.kind(thing.lemma).empty() || is_among(kVague, thing.lemma)) continue;
        if (kinds_.is_person(where.lemma) || kinds_.is_worn(where.lemma)) continue;
        if (where.word.ends_with("ing") && kinds_.kind(where.lemma).empty()) continue;  // a verb
        const std::string key = place.preposition + " the " + where.word;
        found[key].add(thing.lemma, c);
      }
    }
    for (const auto& [key, claims] : found) {
      if (claims.values.size() != 1) continue;  // captions name different things there
      const auto& [lemma, claim] = *claims.values.begin();
      ask(i, "object", claim.caption,
          std::string(kinds_.is_person(lemma) ? "Who" : "What") + " is " + key + "?", lemma);
    }
  }

  std::string plural_of(const std::string& lemma) {
    const auto& plurals = nouns_[lemma].plurals;
    const auto most =
        std::max_element(plurals.begin(), plurals.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most->first;
  }

  /// "Is there a dog?", "Are there people?", "Is there snow?", by how captions write the noun.
  std::string presence_question(const std::string& lemma) {
    const NounUse& use = nouns_[lemma];
    if (use.plural > 2 * use.singular && !use.plurals.empty()) {
      return "Are there " + plural_of(lemma) + "?";
    }
    const bool counted = 5 * use.with_a >= use.singular;
    return "Is there " + (counted ? with_article(lemma) : lemma) + "?";
  }

  bool could_show(size_t picture, const std::string& lemma) {
    return std::any_of(pictures_[picture].named.begin(), pictures_[picture].named.end(),
                       [&](const auto& named) { return kinds_.may_be(named.first, lemma); });
  }

  /// Uniform in [0, 1), of a picture, a word and the seed.
  double draw(size_t picture, const std::string& lemma, uint64_t site) const {
    uint64_t hash = 1469598103934665603ULL;
    for (const char c : lemma) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return uniform01(philox(philox_key(seed_, site, hash), 0, picture)[0]);
  }
  bool is_drawn(size_t picture, const std::string& lemma, double share) const {
    return draw(picture, lemma, 1) < share;
  }

  /// As many no as yes for every word.
  void ask_for_things() {
    std::map<std::string, std::vector<size_t>> showing;  // lemma -> pictures
    for (size_t i = 0; i < pictures_.size(); ++i) {
      for (const auto& [lemma, claim] : pictures_[i].named) {
        const bool asked = !kinds_.kind(lemma).empty() && !is_among(kVague, lemma);
        if (claim.captions >= kAgree && asked) showing[lemma].push_back(i);
      }
    }
    // Rare words first, so that not all questions of a picture are about men and dogs.
    std::vector<std::pair<size_t, std::string>> words;
    for (const auto& [lemma, pictures] : showing) {
      if (pictures.size() >= kFewestPictures) words.emplace_back(pictures.size(), lemma);
    }
    std::sort(words.begin(), words.end());
    std::vector<size_t> yes(pictures_.size()), no(pictures_.size());
    for (const auto& [count, lemma] : words) {
      std::vector<size_t> without = candidates_without(lemma);
      size_t next = 0;
      for (const size_t picture : showing[lemma]) {
        if (yes[picture] >= kMostYes) continue;
        while (next < without.size() && no[without[next]] >= kMostYes) ++next;
        if (next == without.size()) break;
        ++yes[picture];
        ++no[without[next]];
        const size_t caption = pictures_[picture].named.at(lemma).caption;
        ask(picture, "yes/no", caption, presence_question(lemma), "yes");
        ask(without[next++], "yes/no", 0, presence_question(lemma), "no");
      }
    }
  }

  /// Pictures that show nothing that could be called so, in an order by chance: first those with
  /// another thing of the kind.
  std::vector<size_t> candidates_without(const std::string& lemma) {
    const std::string kind = kinds_.kind(lemma);
    std::vector<std::pair<double, size_t>> ordered;
    for (size_t i = 0; i < pictures_.size(); ++i) {
      if (could_show(i, lemma)) continue;
      const bool alike =
          std::any_of(pictures_[i].named.begin(), pictures_[i].named.end(),
                      [&](const auto& named) { return kinds_.kind(named.first) == kind; });
      ordered.emplace_back(draw(i, lemma, 2) + (alike ? 0 : 1), i);
    }
    std::sort(ordered.begin(), ordered.end());
    std::vector<size_t> pictures;
    pictures.reserve(ordered.size());
    for (const auto& [order, picture] : ordered) pictures.push_back(picture);
    return pictures;
  }

  const Dataset& dataset_;
  uint64_t seed_;
  std::shared_ptr<const SpiceModel> model_;
  NounKinds kinds_;
  std::vector<Picture> pictures_;
  std::map<std::string, NounUse> nouns_;
  std::vector<std::vector<PictureQuestion>> questions_;
};

}  // namespace

std::vector<std::vector<PictureQuestion>> make_questions(const Dataset& dataset, uint64_t seed) {
  return QuestionMaker(dataset, seed).make();
}

}  // namespace storyteller
