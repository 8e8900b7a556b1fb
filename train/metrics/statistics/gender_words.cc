// Words by which a caption tells somebody's gender, or withholds it.
#include <algorithm>
#include <unordered_map>

#include "train/metrics/statistics/bias.h"

namespace storyteller {
namespace {

// Lists of words, each between blanks.

constexpr std::string_view kFemale =
    " woman women womens girl girls female females lady ladies gal gals madam"
    " she her hers herself mrs. ms. miss"
    " mother mothers mom moms mommy mum mums mama daughter daughters sister sisters wife wives"
    " aunt aunts niece nieces grandmother grandmothers grandma grandmas granddaughter girlfriend"
    " girlfriends bride brides bridesmaid bridesmaids fiancee widow schoolgirl schoolgirls"
    " businesswoman businesswomen policewoman policewomen saleswoman cowgirl cowgirls ballerina"
    " ballerinas actress actresses waitress waitresses stewardess hostess queen princess nun nuns"
    " sportswoman horsewoman ";

constexpr std::string_view kMale =
    " man men mens boy boys male males guy guys gentleman gentlemen gent gents lad lads dude dudes"
    " bloke fellow he him his himself mr. sir"
    " father fathers dad dads daddy papa son sons brother brothers husband husbands uncle uncles"
    " nephew nephews grandfather grandfathers grandpa grandpas grandson boyfriend boyfriends groom"
    " grooms groomsman groomsmen fiance widower schoolboy schoolboys"
    " businessman businessmen policeman policemen fireman firemen salesman fisherman fishermen"
    " workman workmen craftsman cameraman doorman repairman sportsman cowboy cowboys"
    " waiter waiters actor actors steward king prince priest monk monks ";

constexpr std::string_view kNeutral =
    " person persons people human humans individual individuals someone somebody anyone everyone"
    " adult adults child children kid kids baby babies toddler toddlers infant infants teen teens"
    " teenager teenagers youth youths youngster youngsters parent parents couple family families"
    " friend friends crowd audience spectator spectators bystander bystanders onlooker onlookers"
    " pedestrian pedestrians passenger passengers driver drivers rider riders cyclist cyclists"
    " bicyclist bicyclists biker bikers motorcyclist motorcyclists skier skiers snowboarder"
    " snowboarders skateboarder skateboarders surfer surfers swimmer swimmers climber climbers "
    "hiker"
    " hikers runner runners player players athlete athletes batter catcher pitcher umpire referee"
    " skater skaters dancer dancers performer performers musician musicians singer singers "
    "guitarist"
    " worker workers chef chefs cook cooks officer officers police soldier soldiers firefighter"
    " firefighters student students teacher teachers doctor doctors nurse nurses tourist tourists"
    " customer customers shopper shoppers artist artists photographer photographers farmer farmers"
    " vendor vendors they them their themselves ";

/// What a word adds to a caption.
enum class Mark { kNeutral, kFemale, kMale };

std::unordered_map<std::string_view, Mark> marks() {
  std::unordered_map<std::string_view, Mark> out;
  const auto add = [&](std::string_view list, Mark mark) {
    for (size_t begin = 1; begin < list.size();) {
      const size_t end = list.find(' ', begin);
      out.emplace(list.substr(begin, end - begin), mark);
      begin = end + 1;
    }
  };
  add(kFemale, Mark::kFemale);
  add(kMale, Mark::kMale);
  add(kNeutral, Mark::kNeutral);
  return out;
}

}  // namespace

Gender gender_of(const Tokens& caption) {
  static const auto known = marks();
  bool female = false, male = false, neutral = false;
  for (const std::string& token : caption) {
    const auto mark = known.find(token);
    if (mark == known.end()) continue;
    female = female || mark->second == Mark::kFemale;
    male = male || mark->second == Mark::kMale;
    neutral = neutral || mark->second == Mark::kNeutral;
  }
  if (female && male) return Gender::kBoth;
  return female    ? Gender::kFemale
         : male    ? Gender::kMale
         : neutral ? Gender::kNeutral
                   : Gender::kNoPerson;
}

}  // namespace storyteller
