#include "model/confidence/subject.h"

#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "core/text/phrase.h"
#include "core/text/string_hash.h"

namespace storyteller {
namespace {

/// A kind, what it is called, and the words for it in the singular, separated by commas; a name of
/// two words goes before its parts. The order is that of the bits in model files: add at the end.
struct NamedKind {
  std::string_view name, words;
};

constexpr std::array kNamedKinds = {
    NamedKind{"man",
              "man,guy,gentleman,male,policeman,fireman,fisherman,cowboy,waiter,groom,father,dad,"
              "grandfather,husband,businessman,he,bloke,dude,santa"},
    NamedKind{"woman",
              "woman,lady,female,bride,waitress,mother,mom,mum,grandmother,wife,businesswoman,she,"
              "bridesmaid"},
    NamedKind{"boy", "boy,schoolboy,son"},
    NamedKind{"girl", "girl,schoolgirl,daughter"},
    NamedKind{
        "dog",
        "dog,puppy,pup,doggy,canine,poodle,terrier,labrador,retriever,greyhound,collie,spaniel,"
        "bulldog,husky,hound,beagle,pug,chihuahua,dachshund,sheepdog,corgi,dalmatian,rottweiler,"
        "german shepherd"},
    NamedKind{"cat", "cat,kitten,kitty,feline"},
    NamedKind{"horse", "horse,pony,colt,foal,mare,stallion,racehorse,bronco"},
    NamedKind{"bird",
              "bird,duck,goose,seagull,gull,pigeon,parrot,owl,eagle,hawk,falcon,swan,rooster,hen,"
              "flamingo,pelican,crow,penguin,peacock,heron,ostrich,sparrow,duckling,chicken"},
    NamedKind{
        "large or wild animal",
        "cow,cattle,bull,calf,sheep,lamb,goat,elephant,bear,polar bear,zebra,giraffe,donkey,mule,"
        "monkey,lion,tiger,deer,pig,squirrel,rabbit,fox,wolf,camel,turtle,frog,lizard,snake,"
        "butterfly,kangaroo,panda,buffalo,bison,ox,ram,herd,fish,dolphin,whale,antelope,llama"},
    NamedKind{
        "bicycle or motorcycle",
        "bicycle,bike,motorcycle,motorbike,scooter,moped,tricycle,dirtbike,dirt bike,unicycle,atv,"
        "four wheeler"},
    NamedKind{
        "road vehicle",
        "car,truck,bus,van,taxi,cab,suv,jeep,pickup,lorry,tractor,fire truck,firetruck,minivan,"
        "sedan,ambulance,traffic,limousine,convertible,racecar,race car,trailer,bulldozer"},
    NamedKind{"train", "train,locomotive,subway,tram,trolley,streetcar,caboose"},
    NamedKind{"boat",
              "boat,ship,sailboat,canoe,kayak,raft,yacht,ferry,rowboat,motorboat,speedboat,jet ski,"
              "vessel,gondola,barge"},
    NamedKind{
        "aircraft",
        "airplane,plane,jet,aircraft,airliner,helicopter,biplane,aeroplane,jetliner,seaplane"},
    NamedKind{
        "street furniture",
        "bench,hydrant,fire hydrant,stop sign,parking meter,traffic light,stop light,street light,"
        "street sign,traffic signal,sign,streetlight,stoplight,statue,fountain"},
    NamedKind{"building",
              "building,house,tower,clock tower,church,bridge,castle,skyscraper,temple"},
    NamedKind{"bag or umbrella",
              "backpack,umbrella,parasol,handbag,purse,suitcase,luggage,briefcase,bag,tie,necktie"},
    NamedKind{"sports gear",
              "frisbee,ski,snowboard,ball,baseball,football,basketball,volleyball,soccer ball,"
              "tennis ball,kite,bat,baseball bat,glove,mitt,skateboard,surfboard,racket,racquet,"
              "tennis racket,tennis racquet"},
    NamedKind{
        "tableware",
        "bottle,wine glass,cup,mug,fork,knife,spoon,bowl,plate,tray,teapot,kettle,pan,utensil"},
    NamedKind{
        "food",
        "food,meal,banana,apple,sandwich,burger,hamburger,oranges,broccoli,carrot,hot dog,hotdog,"
        "pizza,donut,doughnut,bagel,cake,cupcake,bread,fruit,vegetable,veggie,salad,soup,meat,"
        "sausage,cheese,dessert,pie,breakfast,lunch,dinner,snack,pastry,cookie,rice,pasta,noodle,"
        "fries,egg,sushi,strawberry,tomato,potato,lemon,pancake,waffle,chocolate,ice cream,steak,"
        "toast"},
    NamedKind{"furniture",
              "chair,couch,sofa,bed,table,dining table,desk,stool,armchair,ottoman,dresser,cabinet,"
              "shelf,bookshelf,bookcase,furniture,bedroom,living room,couches"},
    NamedKind{"bathroom", "toilet,urinal,sink,bathtub,tub,shower,bathroom,restroom,faucet"},
    NamedKind{
        "kitchen",
        "microwave,oven,stove,toaster,refrigerator,fridge,freezer,dishwasher,kitchen,counter"},
    NamedKind{"electronics",
              "tv,television,monitor,screen,laptop,computer,keyboard,mouse,remote,wii remote,phone,"
              "cellphone,cell phone,telephone,smartphone,printer"},
    NamedKind{"household thing",
              "book,clock,vase,scissors,teddy bear,stuffed animal,stuffed bear,teddy,toothbrush,"
              "hair dryer,hair drier,hairdryer,candle,lamp,doll"},
    NamedKind{"plant", "flower,plant,potted plant,bouquet,tree,christmas tree,bush"},
};
static_assert(kNamedKinds.size() <= 31, "bits are stored as signed numbers of 32 bits");

/// Words of a wider sense, with the names of the kinds that they cover.
constexpr std::array kWide = {
    NamedKind{
        "person,people,human,individual,someone,somebody,couple,crowd,team,family,friend,audience,"
        "spectator,onlooker,bystander,pedestrian,passenger,driver,rider,player,athlete,skier,"
        "snowboarder,skateboarder,skater,surfer,swimmer,diver,cyclist,bicyclist,biker,"
        "motorcyclist,climber,hiker,runner,jogger,dancer,gymnast,cheerleader,wrestler,boxer,"
        "golfer,racer,kayaker,rower,wakeboarder,batter,catcher,pitcher,umpire,referee,goalie,"
        "performer,musician,singer,guitarist,drummer,actor,artist,clown,worker,firefighter,"
        "officer,police,soldier,chef,cook,vendor,farmer,student,teacher,doctor,tourist,shopper,"
        "customer,parent,lifeguard,acrobat,youngster,teenager,teen,youth,fan,hockey player",
        "man,woman,boy,girl"},
    NamedKind{"child,kid,baby,toddler,infant,brother,sister", "boy,girl"},
    NamedKind{"adult,girlfriend,boyfriend,businesspeople", "man,woman"},
    NamedKind{"animal,pet,creature", "dog,cat,horse,bird,large or wild animal"},
    NamedKind{"vehicle", "bicycle or motorcycle,road vehicle,train,boat,aircraft"},
    NamedKind{"room", "furniture,bathroom,kitchen,electronics"},
    NamedKind{"kitchen table,kitchen counter,countertop", "furniture,kitchen"},
    NamedKind{"appliance", "kitchen,electronics"},
};

/// Names of two words that are none of the kinds, whatever their parts are.
constexpr std::array<std::string_view, 4> kNothing = {"home plate", "glass table", "tree branch",
                                                      "train tracks"};

constexpr SubjectKinds kPerson = 0b1111;
constexpr SubjectKinds kAnimals = 0b1'1111'0000;

/// Calls use(part) with each of the parts that commas separate.
template <class Use>
void for_each_part(std::string_view text, Use&& use) {
  while (!text.empty()) {
    const size_t end = std::min(text.size(), text.find(','));
    use(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
}

using KindsOfWords = std::unordered_map<std::string, SubjectKinds, StringHash, std::equal_to<>>;

SubjectKinds kind_called(std::string_view name) {
  for (size_t k = 0; k < kNamedKinds.size(); ++k) {
    if (kNamedKinds[k].name == name) return SubjectKinds{1} << k;
  }
  return 0;
}

const KindsOfWords& known_words() {
  static const KindsOfWords known = [] {
    KindsOfWords words;
    for (size_t k = 0; k < kNamedKinds.size(); ++k) {
      for_each_part(kNamedKinds[k].words,
                    [&](std::string_view word) { words.emplace(word, SubjectKinds{1} << k); });
    }
    for (const NamedKind& wide : kWide) {
      SubjectKinds kinds = 0;
      for_each_part(wide.words, [&](std::string_view name) { kinds |= kind_called(name); });
      for_each_part(wide.name, [&](std::string_view word) { words.emplace(word, kinds); });
    }
    for (const std::string_view pair : kNothing) words.emplace(pair, 0);
    return words;
  }();
  return known;
}

/// Nothing: the word is not listed, neither as it stands nor as a plural. `before`: the first of
/// two words and a blank, or empty.
std::optional<SubjectKinds> find(const std::string& before, const std::string& word) {
  const KindsOfWords& known = known_words();
  std::string form = before;
  const auto known_as = [&](size_t cut, std::string_view ending) -> std::optional<SubjectKinds> {
    form.resize(before.size());
    form.append(word, 0, word.size() - cut).append(ending);
    const auto at = known.find(form);
    return at == known.end() ? std::nullopt : std::optional(at->second);
  };
  const auto ends = [&](std::string_view ending) {
    return word.size() > ending.size() + 1 && word.ends_with(ending);
  };
  std::optional<SubjectKinds> kinds = known_as(0, "");
  if (!kinds && ends("s")) kinds = known_as(1, "");
  if (!kinds && ends("es")) kinds = known_as(2, "");
  if (!kinds && ends("ies")) kinds = known_as(3, "y");
  if (!kinds && ends("ves")) kinds = known_as(3, "f");
  if (!kinds && ends("ves")) kinds = known_as(3, "fe");
  if (!kinds && (word == "men" || ends("men"))) kinds = known_as(2, "an");
  if (!kinds && word == "children") kinds = known_as(3, "");
  if (!kinds && word == "geese") kinds = known_as(5, "goose");
  return kinds;
}

/// What is named at a place of a caption, and by how many words.
struct Name {
  SubjectKinds kinds = 0;
  size_t words = 1;
};

Name name_at(std::span<const std::string> words, size_t i) {
  if (i + 1 < words.size()) {
    if (words[i] == "couple" && words[i + 1] == "of") return {};
    if (const auto kinds = find(words[i] + " ", words[i + 1])) return {*kinds, 2};
  }
  return {find("", words[i]).value_or(0), 1};
}

/// What a noun and the word right behind it are about: the latter in "bus driver" and "baby
/// elephant", both in "woman surfer"; 0: the noun alone, as in "boy skateboards", a verb.
SubjectKinds together(SubjectKinds noun, SubjectKinds next) {
  const bool person = (next & kPerson) != 0;
  if ((noun & kPerson) != 0) {
    if (person) return (noun & next) != 0 ? noun & next : next;
    return (next & ~kAnimals) == 0 ? next : 0;
  }
  if ((noun & kAnimals) != 0) return person ? next : 0;
  return next;
}

}  // namespace

SubjectKinds kinds_named(std::span<const std::string> words) {
  SubjectKinds kinds = 0;
  for (size_t i = 0; i < words.size();) {
    const Name name = name_at(words, i);
    kinds |= name.kinds;
    i += name.words;
  }
  return kinds;
}

Subject subject_of(std::span<const std::string> words) {
  for (size_t i = 0; i < words.size();) {
    Name name = name_at(words, i);
    Subject subject{name.kinds, i + name.words - 1};
    i += name.words;
    if (subject.kinds == 0) continue;
    while (i < words.size()) {
      name = name_at(words, i);
      const SubjectKinds both = together(subject.kinds, name.kinds);
      if (both == 0) break;
      subject = {both, i + name.words - 1};
      i += name.words;
    }
    return subject;
  }
  return {};
}

SubjectKinds kinds_agreed(std::span<const std::vector<std::string>> descriptions) {
  SubjectKinds once = 0, twice = 0;
  for (const std::vector<std::string>& description : descriptions) {
    const SubjectKinds kinds = kinds_named(description);
    twice |= once & kinds;
    once |= kinds;
  }
  return descriptions.size() < 3 ? once : twice;
}

std::string kinds_text(SubjectKinds kinds) {
  std::vector<std::string> names;
  for (size_t k = 0; k < kNamedKinds.size(); ++k) {
    if ((kinds >> k & 1) != 0) names.emplace_back(kNamedKinds[k].name);
  }
  return names.empty() ? "nothing" : joined(names, " or ");
}

}  // namespace storyteller
