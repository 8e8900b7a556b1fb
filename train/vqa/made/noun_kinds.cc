#include "train/vqa/made/noun_kinds.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace storyteller {
namespace {

/// Kinds, each by lemmas whose first sense stands above it in WordNet; the first that fits counts.
struct KindOfNoun {
  const char* name;
  std::array<const char*, 2> above;
};
constexpr std::array<KindOfNoun, 12> kNounKinds = {{{"", {"clothing", "body_part"}},
                                                    {"person", {"person", "people"}},
                                                    {"animal", {"animal", "animal"}},
                                                    {"vehicle", {"vehicle", "craft"}},
                                                    {"furniture", {"furniture", "furniture"}},
                                                    {"ball", {"ball", "plaything"}},
                                                    {"equipment", {"sports_equipment", "racket"}},
                                                    {"building", {"building", "bridge"}},
                                                    {"water", {"body_of_water", "water"}},
                                                    {"ground", {"beach", "geological_formation"}},
                                                    {"plant", {"tree", "flower"}},
                                                    {"food", {"food", "beverage"}}}};

/// Of people, whatever WordNet's first sense is.
constexpr std::array<std::string_view, 22> kPeople = {
    "man",  "woman",  "boy",   "girl",    "child",  "kid",    "person", "people",
    "guy",  "lady",   "baby",  "toddler", "crowd",  "couple", "family", "group",
    "team", "player", "rider", "biker",   "skater", "climber"};

uint32_t first_sense(const WordNet& wordnet, std::string_view lemma) {
  const auto all = wordnet.synsets(lemma, PartOfSpeech::kNoun);
  return all.empty() ? 0 : all.front();
}

}  // namespace

NounKinds::NounKinds(const std::filesystem::path& folder)
    : wordnet_(WordNet::shared(folder)), relations_(WordNetRelations::open(folder)) {}

const NounKinds::Known& NounKinds::known(const std::string& lemma) {
  const auto found = known_.find(lemma);
  if (found != known_.end()) return found->second;
  Known made;
  for (const uint32_t synset : wordnet_->synsets(lemma, PartOfSpeech::kNoun)) {
    made.synsets.insert(synset);
  }
  std::vector<uint32_t> open;
  if (const uint32_t first = first_sense(*wordnet_, lemma); first != 0) open.push_back(first);
  while (!open.empty()) {
    const uint32_t synset = open.back();
    open.pop_back();
    if (!made.above.insert(synset).second) continue;
    for (const SynsetKey key : relations_.hypernyms({synset, PartOfSpeech::kNoun})) {
      open.push_back(key.offset);
    }
  }
  for (const char* worn : {"clothing", "headdress", "garment"}) {
    made.worn = made.worn || made.above.contains(first_sense(*wordnet_, worn));
  }
  if (std::find(kPeople.begin(), kPeople.end(), lemma) != kPeople.end()) {
    made.kind = "person";
  } else {
    for (const KindOfNoun& kind : kNounKinds) {
      const bool fits = std::any_of(kind.above.begin(), kind.above.end(), [&](const char* above) {
        return made.above.contains(first_sense(*wordnet_, above));
      });
      if (!fits) continue;
      made.kind = kind.name;
      break;
    }
  }
  return known_.emplace(lemma, std::move(made)).first->second;
}

std::string NounKinds::kind(const std::string& lemma) { return known(lemma).kind; }

bool NounKinds::may_be(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const Known &first = known(a), &second = known(b);
  if (first.kind == "person" && second.kind == "person") return true;
  const auto meets = [](const std::set<uint32_t>& some, const std::set<uint32_t>& others) {
    return std::any_of(some.begin(), some.end(),
                       [&](uint32_t synset) { return others.contains(synset); });
  };
  if (meets(first.synsets, second.synsets)) return true;
  return meets(first.synsets, second.above) || meets(second.synsets, first.above);
}

}  // namespace storyteller
