// The object categories of COCO (Lin et al. 2014) but "person", as captions name them.
#include <algorithm>
#include <array>
#include <unordered_map>

#include "train/metrics/statistics/bias.h"

namespace storyteller {
namespace {

struct Category {
  std::string_view name;
  std::string_view words;  ///< what stands for it, separated by commas; at most two words each
};

constexpr std::array kObjectCategories = {
    Category{"bicycle", "bicycle,bicycles,bike,bikes"},
    Category{"car", "car,cars,suv,taxi,taxis,minivan,sedan"},
    Category{"motorcycle", "motorcycle,motorcycles,motorbike,motorbikes,scooter,scooters"},
    Category{"airplane", "airplane,airplanes,plane,planes,jet,jets,aircraft,airliner"},
    Category{"bus", "bus,buses"},
    Category{"train", "train,trains,locomotive"},
    Category{"truck", "truck,trucks,pickup"},
    Category{"boat", "boat,boats,ship,ships,canoe,canoes,kayak,kayaks,raft,sailboat,sailboats"},
    Category{"traffic light", "traffic light,traffic lights,traffic signal,stop light"},
    Category{"fire hydrant", "fire hydrant,hydrant,hydrants"},
    Category{"stop sign", "stop sign,stop signs"},
    Category{"parking meter", "parking meter,parking meters"},
    Category{"bench", "bench,benches"},
    Category{"bird", "bird,birds,duck,ducks,pigeon,pigeons,seagull,seagulls,goose,parrot"},
    Category{"cat", "cat,cats,kitten,kittens"},
    Category{"dog", "dog,dogs,puppy,puppies"},
    Category{"horse", "horse,horses,pony,ponies"},
    Category{"sheep", "sheep,lamb,lambs"},
    Category{"cow", "cow,cows,cattle,bull,bulls,calf"},
    Category{"elephant", "elephant,elephants"},
    Category{"bear", "bear,bears"},
    Category{"zebra", "zebra,zebras"},
    Category{"giraffe", "giraffe,giraffes"},
    Category{"backpack", "backpack,backpacks"},
    Category{"umbrella", "umbrella,umbrellas,parasol"},
    Category{"handbag", "handbag,handbags,purse,purses"},
    Category{"tie", "tie,ties,necktie,neckties"},
    Category{"suitcase", "suitcase,suitcases,luggage"},
    Category{"frisbee", "frisbee,frisbees"},
    Category{"skis", "ski,skis"},
    Category{"snowboard", "snowboard,snowboards"},
    Category{"ball", "ball,balls,football,footballs,basketball,soccer ball,tennis ball,volleyball"},
    Category{"kite", "kite,kites"},
    Category{"baseball bat", "bat,bats,baseball bat"},
    Category{"baseball glove", "glove,mitt,baseball glove"},
    Category{"skateboard", "skateboard,skateboards"},
    Category{"surfboard", "surfboard,surfboards"},
    Category{"tennis racket", "racket,rackets,racquet,racquets,tennis racket,tennis racquet"},
    Category{"bottle", "bottle,bottles"},
    Category{"wine glass", "wine glass,wine glasses"},
    Category{"cup", "cup,cups,mug,mugs"},
    Category{"fork", "fork,forks"},
    Category{"knife", "knife,knives"},
    Category{"spoon", "spoon,spoons"},
    Category{"bowl", "bowl,bowls"},
    Category{"banana", "banana,bananas"},
    Category{"apple", "apple,apples"},
    Category{"sandwich", "sandwich,sandwiches,burger,burgers,hamburger"},
    Category{"orange", "oranges"},  // the fruit: "orange" alone is mostly the colour
    Category{"broccoli", "broccoli"},
    Category{"carrot", "carrot,carrots"},
    Category{"hot dog", "hot dog,hot dogs"},
    Category{"pizza", "pizza,pizzas"},
    Category{"donut", "donut,donuts,doughnut,doughnuts"},
    Category{"cake", "cake,cakes,cupcake,cupcakes"},
    Category{"chair", "chair,chairs"},
    Category{"couch", "couch,couches,sofa,sofas"},
    Category{"potted plant", "potted plant,potted plants,houseplant"},
    Category{"bed", "bed,beds"},
    Category{"dining table", "table,tables,dining table"},
    Category{"toilet", "toilet,toilets,urinal"},
    Category{"tv", "tv,tvs,television,televisions"},
    Category{"laptop", "laptop,laptops,computer,computers"},
    Category{"mouse", "computer mouse"},
    Category{"remote", "remote,remotes,wii remote"},
    Category{"keyboard", "keyboard,keyboards"},
    Category{"cell phone", "phone,phones,cellphone,cellphones,smartphone,cell phone,cell phones"},
    Category{"microwave", "microwave,microwaves"},
    Category{"oven", "oven,ovens,stove"},
    Category{"toaster", "toaster,toasters"},
    Category{"sink", "sink,sinks"},
    Category{"refrigerator", "refrigerator,refrigerators,fridge"},
    Category{"book", "book,books"},
    Category{"clock", "clock,clocks"},
    Category{"vase", "vase,vases"},
    Category{"scissors", "scissors"},
    Category{"teddy bear", "teddy bear,teddy bears,teddy"},
    Category{"hair drier", "hair drier,hair dryer,hairdryer"},
    Category{"toothbrush", "toothbrush,toothbrushes"}};

std::unordered_map<std::string_view, size_t> words() {
  std::unordered_map<std::string_view, size_t> out;
  for (size_t i = 0; i < kObjectCategories.size(); ++i) {
    for (std::string_view left = kObjectCategories[i].words; !left.empty();) {
      const size_t end = std::min(left.size(), left.find(','));
      out.emplace(left.substr(0, end), i);
      left.remove_prefix(std::min(left.size(), end + 1));
    }
  }
  return out;
}

}  // namespace

std::vector<std::string_view> objects_of(const Tokens& caption) {
  static const auto known = words();
  std::array<bool, kObjectCategories.size()> found{};
  std::string pair;
  for (size_t i = 0; i < caption.size(); ++i) {
    if (i + 1 < caption.size()) {  // the longer name first: no dog in a hot dog
      pair.assign(caption[i]).append(" ").append(caption[i + 1]);
      if (const auto at = known.find(pair); at != known.end()) {
        found[at->second] = true;
        ++i;
        continue;
      }
    }
    if (const auto at = known.find(caption[i]); at != known.end()) found[at->second] = true;
  }
  std::vector<std::string_view> out;
  for (size_t i = 0; i < found.size(); ++i) {
    if (found[i]) out.push_back(kObjectCategories[i].name);
  }
  return out;
}

}  // namespace storyteller
