#include "model/wording/neutral_words.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/text/english_words.h"
#include "core/text/string_hash.h"

namespace storyteller {
namespace {

using Words = std::vector<std::string>;

/// What stands for a word of one gender.
const std::string* neutral_noun(const std::string& word) {
  static const std::unordered_map<std::string, std::string> nouns = {
      {"man", "person"},
      {"woman", "person"},
      {"men", "people"},
      {"women", "people"},
      {"boy", "child"},
      {"girl", "child"},
      {"boys", "children"},
      {"girls", "children"},
      {"guy", "person"},
      {"guys", "people"},
      {"lady", "person"},
      {"ladies", "people"},
      {"gentleman", "person"},
      {"gentlemen", "people"},
      {"gal", "person"},
      {"gals", "people"},
      {"dude", "person"},
      {"dudes", "people"},
      {"lad", "child"},
      {"lads", "children"},
      {"bloke", "person"},
      {"fellow", "person"},
      {"mother", "parent"},
      {"mothers", "parents"},
      {"father", "parent"},
      {"fathers", "parents"},
      {"mom", "parent"},
      {"moms", "parents"},
      {"mommy", "parent"},
      {"mum", "parent"},
      {"dad", "parent"},
      {"dads", "parents"},
      {"daddy", "parent"},
      {"son", "child"},
      {"sons", "children"},
      {"daughter", "child"},
      {"daughters", "children"},
      {"brother", "sibling"},
      {"brothers", "siblings"},
      {"sister", "sibling"},
      {"sisters", "siblings"},
      {"husband", "partner"},
      {"wife", "partner"},
      {"boyfriend", "partner"},
      {"girlfriend", "partner"},
      {"uncle", "relative"},
      {"aunt", "relative"},
      {"nephew", "relative"},
      {"niece", "relative"},
      {"grandmother", "grandparent"},
      {"grandfather", "grandparent"},
      {"grandma", "grandparent"},
      {"grandpa", "grandparent"},
      {"bride", "person"},
      {"brides", "people"},
      {"groom", "person"},
      {"grooms", "people"},
      {"bridesmaid", "wedding guest"},
      {"bridesmaids", "wedding guests"},
      {"groomsmen", "wedding guests"},
      {"schoolgirl", "child"},
      {"schoolgirls", "children"},
      {"schoolboy", "child"},
      {"schoolboys", "children"},
      {"businessman", "business person"},
      {"businesswoman", "business person"},
      {"businessmen", "business people"},
      {"businesswomen", "business people"},
      {"policeman", "police officer"},
      {"policewoman", "police officer"},
      {"policemen", "police officers"},
      {"policewomen", "police officers"},
      {"fireman", "firefighter"},
      {"firemen", "firefighters"},
      {"fisherman", "fisher"},
      {"fishermen", "fishers"},
      {"salesman", "seller"},
      {"saleswoman", "seller"},
      {"workman", "worker"},
      {"workmen", "workers"},
      {"craftsman", "craftsperson"},
      {"cameraman", "camera operator"},
      {"doorman", "porter"},
      {"repairman", "mechanic"},
      {"sportsman", "athlete"},
      {"sportswoman", "athlete"},
      {"horsewoman", "rider"},
      {"horseman", "rider"},
      {"cowboy", "rider"},
      {"cowboys", "riders"},
      {"cowgirl", "rider"},
      {"cowgirls", "riders"},
      {"waiter", "server"},
      {"waiters", "servers"},
      {"waitress", "server"},
      {"waitresses", "servers"},
      {"actress", "actor"},
      {"actresses", "actors"},
      {"stewardess", "attendant"},
      {"steward", "attendant"},
      {"hostess", "host"},
      {"ballerina", "ballet dancer"},
      {"ballerinas", "ballet dancers"},
      {"king", "ruler"},
      {"queen", "ruler"},
      {"prince", "royal"},
      {"princess", "royal"},
      {"monk", "person"},
      {"monks", "people"},
      {"nun", "person"},
      {"nuns", "people"},
      {"priest", "person"},
  };
  const auto at = nouns.find(word);
  return at == nouns.end() ? nullptr : &at->second;
}

/// The form of a verb that goes with "they".
std::string plural_verb(const std::string& verb) {
  static const std::unordered_map<std::string_view, std::string_view> irregular = {
      {"is", "are"}, {"was", "were"}, {"has", "have"}, {"does", "do"}, {"goes", "go"}};
  if (const auto at = irregular.find(verb); at != irregular.end()) return std::string(at->second);
  const auto cut = [&](size_t letters, std::string_view ending) {
    return verb.substr(0, verb.size() - letters).append(ending);
  };
  if (verb.size() < 4 || !verb.ends_with('s') || verb.ends_with("ss")) return verb;
  if (verb.ends_with("ies")) return cut(3, "y");
  for (const char* ending : {"ches", "shes", "sses", "xes", "zes"}) {
    if (verb.ends_with(ending)) return cut(2, "");
  }
  return cut(1, "");
}

/// Pronouns; whether the verb behind them changes.
bool neutral_pronoun(Words& words, size_t i) {
  std::string& word = words[i];
  const bool noun_follows = i + 1 < words.size() && !is_function_word(words[i + 1]);
  if (word == "he" || word == "she") {
    word = "they";
    if (i + 1 < words.size()) words[i + 1] = plural_verb(words[i + 1]);
    return true;
  }
  if (word == "his" || (word == "her" && noun_follows)) {
    word = "their";
  } else if (word == "him" || word == "her") {
    word = "them";
  } else if (word == "hers") {
    word = "theirs";
  } else if (word == "himself" || word == "herself") {
    word = "themselves";
  } else {
    return false;
  }
  return true;
}

/// "male", "female": nothing before a noun ("a female player"), else a noun itself.
bool neutral_adjective(Words& words, size_t i) {
  const std::string& word = words[i];
  if (word == "males" || word == "females") {
    words[i] = "people";
  } else if (word != "male" && word != "female") {
    return false;
  } else if (i + 1 < words.size() && !is_function_word(words[i + 1]) &&
             !words[i + 1].ends_with("ing")) {
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
  } else {
    words[i] = "person";
  }
  return true;
}

constexpr std::array<std::string_view, 10> kNumbers = {"zero", "one", "two",   "three", "four",
                                                       "five", "six", "seven", "eight", "nine"};
/// 0: it is none.
size_t number_of(const std::string& word) {
  if (word == "a" || word == "an") return 1;
  const auto at = std::ranges::find(kNumbers, word);
  return at == kNumbers.end() ? 0 : static_cast<size_t>(at - kNumbers.begin());
}

std::string_view plural_of(std::string_view noun) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kPlurals = {
      {{"person", "people"},
       {"child", "children"},
       {"parent", "parents"},
       {"sibling", "siblings"},
       {"partner", "partners"}}};
  for (const auto& [one, many] : kPlurals) {
    if (noun == one || noun == many) return many;
  }
  return "";
}

/// "a person and a person" to "two people", "people and people" to "people", from place i on.
void sum_up(Words& words, size_t i) {
  const auto end = [&](size_t count) { return words.begin() + static_cast<std::ptrdiff_t>(count); };
  const std::string_view many = plural_of(words[i]);
  if (many.empty() || i + 2 >= words.size() || words[i + 1] != "and") return;
  if (words[i] == many && words[i + 2] == many) {  // "people and people"
    words.erase(end(i + 1), end(i + 3));
    return;
  }
  const size_t first = i > 0 ? number_of(words[i - 1]) : 0;
  if (first == 0) return;
  // "a person and (a) person"
  const size_t stated = i + 3 < words.size() ? number_of(words[i + 2]) : 0;
  const size_t second = stated == 0 ? 1 : stated;
  const size_t noun = stated == 0 ? i + 2 : i + 3;
  if (plural_of(words[noun]) != many || first + second >= kNumbers.size()) return;
  if (stated == 0 && words[noun] == many) return;
  words[i - 1] = kNumbers[first + second];
  words[i] = many;
  words.erase(end(i + 1), end(noun + 1));
}

}  // namespace

std::vector<std::string> without_gender(std::vector<std::string> words) {
  bool changed = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool animal =
        i + 1 < words.size() && words[i] == "cowboy" &&
        (words[i + 1] == "hat" || words[i + 1] == "hats" || words[i + 1] == "boots");
    if (animal) continue;  // clothes, nobody's gender
    if (const std::string* noun = neutral_noun(words[i])) {
      words[i] = *noun;
      changed = true;
      continue;
    }
    changed = neutral_pronoun(words, i) || neutral_adjective(words, i) || changed;
  }
  if (!changed) return words;
  // What became two words counts as two from here on.
  Words apart;
  for (const std::string& word : words) {
    const size_t blank = word.find(' ');
    apart.push_back(word.substr(0, blank));
    if (blank != std::string::npos) apart.push_back(word.substr(blank + 1));
  }
  for (size_t i = 0; i < apart.size(); ++i) sum_up(apart, i);
  return apart;
}

}  // namespace storyteller
