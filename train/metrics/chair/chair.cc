// CHAIR: objects in a caption that are not in the picture (Rohrbach et al. 2018, "Object
// Hallucination in Image Captioning"). docs/metrics/chair.md has the definition.
#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/string_hash.h"
#include "train/metrics/metric_scorer.h"

namespace storyteller {
namespace {

/// The 80 categories of COCO and what captions call them, after data/synonyms.txt of the paper's
/// repository (LisaAnne/Hallucination): a category ends with a semicolon.
constexpr std::string_view kCocoObjects = R"(
person, girl, boy, man, woman, kid, child, chef, baker, people, adult, rider, children, baby,
  worker, passenger, sister, biker, policeman, cop, officer, lady, cowboy, bride, groom, male,
  female, guy, traveler, mother, father, gentleman, pitcher, player, skier, snowboarder, skater,
  skateboarder, foreigner, caller, offender, coworker, trespasser, patient, politician, soldier,
  grandchild, serviceman, walker, drinker, doctor, bicyclist, thief, buyer, teenager, student,
  camper, driver, solider, hunter, shopper, villager;
bicycle, bike, unicycle, minibike, trike;
car, automobile, van, minivan, sedan, suv, hatchback, cab, jeep, coupe, taxicab, limo, taxi;
motorcycle, scooter, motor bike, motor cycle, motorbike, moped;
airplane, jetliner, plane, air plane, monoplane, aircraft, jet, airbus, biplane, seaplane;
bus, minibus, trolley;
train, locomotive, tramway, caboose;
truck, pickup, lorry, hauler, firetruck;
boat, ship, liner, sailboat, motorboat, dinghy, powerboat, speedboat, canoe, skiff, yacht,
  kayak, catamaran, pontoon, houseboat, vessel, rowboat, trawler, ferryboat, watercraft,
  tugboat, schooner, barge, ferry, sailboard, paddleboat, lifeboat, freighter, steamboat,
  riverboat, battleship, steamship;
traffic light, street light, traffic signal, stop light, streetlight, stoplight;
fire hydrant, hydrant;
stop sign;
parking meter;
bench, pew;
bird, ostrich, owl, seagull, goose, duck, parakeet, falcon, robin, pelican, waterfowl, heron,
  hummingbird, mallard, finch, pigeon, sparrow, seabird, osprey, blackbird, fowl, shorebird,
  woodpecker, egret, chickadee, quail, bluebird, kingfisher, buzzard, willet, gull, swan,
  bluejay, flamingo, cormorant, parrot, loon, gosling, waterbird, pheasant, rooster, sandpiper,
  crow, raven, turkey, oriole, cowbird, warbler, magpie, peacock, cockatiel, lorikeet, puffin,
  vulture, condor, macaw, peafowl, cockatoo, songbird;
cat, kitten, feline, tabby;
dog, puppy, beagle, pup, chihuahua, schnauzer, dachshund, rottweiler, canine, pitbull, collie,
  pug, terrier, poodle, labrador, doggie, doberman, mutt, doggy, spaniel, bulldog, sheepdog,
  weimaraner, corgi, cocker, greyhound, retriever, brindle, hound, whippet, husky;
horse, colt, pony, racehorse, stallion, equine, mare, foal, palomino, mustang, clydesdale,
  bronc, bronco;
sheep, lamb, ram, goat, ewe;
cow, cattle, oxen, ox, calf, holstein, heifer, buffalo, bull, zebu, bison;
elephant;
bear, panda;
zebra;
giraffe;
backpack, knapsack;
umbrella;
handbag, wallet, purse, briefcase;
tie, bow, bow tie;
suitcase, suit case, luggage;
frisbee;
skis, ski;
snowboard;
sports ball, ball;
kite;
baseball bat;
baseball glove;
skateboard;
surfboard, longboard, skimboard, shortboard, wakeboard;
tennis racket, racket;
bottle;
wine glass;
cup;
fork;
knife, pocketknife, knive;
spoon;
bowl, container;
banana;
apple;
sandwich, burger, sub, cheeseburger, hamburger;
orange;
broccoli;
carrot;
hot dog;
pizza;
donut, doughnut, bagel;
cake, cheesecake, cupcake, shortcake, coffeecake, pancake;
chair, seat, stool;
couch, sofa, recliner, futon, loveseat, settee, chesterfield;
potted plant, houseplant;
bed;
dining table, table, desk;
toilet, urinal, commode, lavatory, potty;
tv, monitor, televison, television;
laptop, computer, notebook, netbook, lenovo, macbook, laptop computer;
mouse;
remote;
keyboard;
cell phone, mobile phone, phone, cellphone, telephone, phon, smartphone, iphone;
microwave;
oven, stovetop, stove, stove top oven;
toaster;
sink;
refrigerator, fridge, freezer;
book;
clock;
vase;
scissors;
teddy bear, teddybear;
hair drier, hairdryer;
toothbrush;
)";

/// Two words that are one thing, and none of the categories: no light in a street light, no plate.
constexpr std::string_view kOtherPairs[] = {"home plate"};
/// No person in a baby elephant or a passenger train.
constexpr std::string_view kAnimals[] = {"bird",     "cat",  "dog",   "horse",   "sheep",  "cow",
                                         "elephant", "bear", "zebra", "giraffe", "animal", "cub"};
constexpr std::string_view kVehicles[] = {"jet", "train"};

constexpr size_t kNoObject = std::numeric_limits<size_t>::max();

/// Calls use(part) with each part of a text that ends with `mark`, without white space around it.
template <class Use>
void for_each_part(std::string_view text, char mark, Use&& use) {
  constexpr std::string_view kBlanks = " \n";
  while (!text.empty()) {
    const size_t end = std::min(text.size(), text.find(mark));
    std::string_view part = text.substr(0, end);
    part.remove_prefix(std::min(part.size(), part.find_first_not_of(kBlanks)));
    if (!part.empty()) use(part.substr(0, part.find_last_not_of(kBlanks) + 1));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
}

class ObjectWords {
 public:
  ObjectWords() {
    size_t category = 0;
    for_each_part(kCocoObjects, ';', [&](std::string_view words) {
      for_each_part(words, ',', [&](std::string_view word) { category_.emplace(word, category); });
      ++category;
    });
    for (const std::string_view pair : kOtherPairs) category_.emplace(pair, kNoObject);
    const auto qualified = [&](std::string_view qualifier, std::string_view word) {
      category_.emplace(std::string(qualifier) + " " + std::string(word), category_of(word));
    };
    for (const std::string_view animal : kAnimals) {
      qualified("baby", animal);
      qualified("adult", animal);
    }
    for (const std::string_view vehicle : kVehicles) qualified("passenger", vehicle);
    category_.emplace("toilet seat", category_of("toilet"));
  }

  /// The categories that a caption mentions, in its order, as often as it does.
  std::vector<size_t> mentions(const Tokens& caption) const {
    std::vector<size_t> found;
    bool toilet = false;
    for (const std::string& word : caption) toilet = toilet || is_one(word, "toilet");
    for (size_t i = 0; i < caption.size(); ++i) {
      const auto* pair = i + 1 < caption.size() ? find_pair(caption[i], caption[i + 1]) : nullptr;
      const auto* one = pair != nullptr ? pair : find(caption[i]);
      if (pair != nullptr) ++i;
      if (one == nullptr || *one == kNoObject) continue;
      if (pair == nullptr && toilet && is_one(caption[i], "seat")) continue;  // no chair
      found.push_back(*one);
    }
    return found;
  }

 private:
  size_t category_of(std::string_view word) const {
    const auto at = category_.find(word);
    return at == category_.end() ? kNoObject : at->second;
  }

  /// The word, and what it may be the plural of.
  static std::vector<std::string> singulars(const std::string& word) {
    std::vector<std::string> forms = {word};
    const auto ends = [&](std::string_view ending) {
      return word.size() > ending.size() + 1 && word.ends_with(ending);
    };
    const auto with = [&](size_t cut, std::string_view ending) {
      forms.push_back(word.substr(0, word.size() - cut).append(ending));
    };
    if (ends("s")) with(1, "");
    if (ends("es")) with(2, "");
    if (ends("ies")) with(3, "y");
    if (ends("ves")) {
      with(3, "f");
      with(3, "fe");
    }
    if (word == "men" || ends("men")) with(3, "man");
    if (word == "children" || word == "grandchildren") with(3, "");
    if (word == "geese") forms.emplace_back("goose");
    if (word == "mice") forms.emplace_back("mouse");
    return forms;
  }

  static bool is_one(const std::string& word, std::string_view singular) {
    return std::ranges::count(singulars(word), singular) > 0;
  }

  const size_t* find(const std::string& word) const {
    for (const std::string& form : singulars(word)) {
      if (const auto at = category_.find(form); at != category_.end()) return &at->second;
    }
    return nullptr;
  }

  const size_t* find_pair(const std::string& first, const std::string& second) const {
    std::string pair;
    for (const std::string& begin : singulars(first)) {
      for (const std::string& end : singulars(second)) {
        pair.assign(begin).append(" ").append(end);
        const auto at = category_.find(pair);
        if (at != category_.end()) return &at->second;
      }
    }
    return nullptr;
  }

  std::unordered_map<std::string, size_t, StringHash, std::equal_to<>> category_;
};

const ObjectWords& object_words() {
  static const ObjectWords words;
  return words;
}

/// What CHAIR and object recall share: the objects that the references of each image name.
class ObjectScorer : public MetricScorer {
 public:
  explicit ObjectScorer(const TokenizedReferences& references) {
    for (const std::vector<Tokens>& of_image : references) {
      std::set<size_t>& objects = objects_.emplace_back();
      for (const Tokens& reference : of_image) {
        const std::vector<size_t> named = object_words().mentions(reference);
        objects.insert(named.begin(), named.end());
      }
    }
  }

 protected:
  const std::set<size_t>& objects(size_t image) const { return objects_.at(image); }
  static double share(double part, double whole) {
    return whole > 0 ? part / whole : MetricScores::kNone;
  }

 private:
  std::vector<std::set<size_t>> objects_;
};

class ChairScorer final : public ObjectScorer {
 public:
  using ObjectScorer::ObjectScorer;

  void score(const ScoredCaption& caption, std::span<double> columns,
             std::span<double> statistics) const override {
    const std::vector<size_t> mentions = object_words().mentions(caption.tokens);
    const auto wrong = std::ranges::count_if(
        mentions, [&](size_t object) { return !objects(caption.image).contains(object); });
    statistics[kMentions] = static_cast<double>(mentions.size());
    statistics[kWrong] = static_cast<double>(wrong);
    statistics[kCaptions] = 1;
    statistics[kWrongCaptions] = wrong > 0 ? 1 : 0;
    score_set(statistics, columns);
  }
  size_t statistics() const override { return kStatistics; }
  void score_set(std::span<const double> sums, std::span<double> columns) const override {
    columns[0] = share(sums[kWrong], sums[kMentions]);
    columns[1] = share(sums[kWrongCaptions], sums[kCaptions]);
  }

 private:
  enum Statistic : size_t { kMentions, kWrong, kCaptions, kWrongCaptions, kStatistics };
};

class ObjectRecallScorer final : public ObjectScorer {
 public:
  using ObjectScorer::ObjectScorer;

  void score(const ScoredCaption& caption, std::span<double> columns,
             std::span<double> statistics) const override {
    const std::vector<size_t> mentions = object_words().mentions(caption.tokens);
    const std::set<size_t>& there = objects(caption.image);
    const auto named = std::ranges::count_if(there, [&](size_t object) {
      return std::ranges::find(mentions, object) != mentions.end();
    });
    statistics[0] = static_cast<double>(named);
    statistics[1] = static_cast<double>(there.size());
    score_set(statistics, columns);
  }
  size_t statistics() const override { return 2; }
  void score_set(std::span<const double> sums, std::span<double> columns) const override {
    columns[0] = share(sums[0], sums[1]);
  }
};

}  // namespace

std::unique_ptr<MetricScorer> make_chair(const TokenizedReferences& references,
                                         const ScorerOptions&) {
  return std::make_unique<ChairScorer>(references);
}
std::unique_ptr<MetricScorer> make_object_recall(const TokenizedReferences& references,
                                                 const ScorerOptions&) {
  return std::make_unique<ObjectRecallScorer>(references);
}

}  // namespace storyteller
