#include "model/wording/tidy_words.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "core/text/english_words.h"

namespace storyteller {
namespace {

using Words = std::vector<std::string>;

void erase(Words& words, size_t begin, size_t end) {
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(begin),
              words.begin() + static_cast<std::ptrdiff_t>(end));
}

bool is_article(std::string_view word) { return word == "a" || word == "an" || word == "the"; }

/// "<unk>" goes; where an article is left without a noun, the two become "something".
void drop_unknown(Words& words) {
  for (size_t i = 0; i < words.size();) {
    if (words[i] != "<unk>") {
      ++i;
      continue;
    }
    const bool noun_follows = i + 1 < words.size() && words[i + 1] != "<unk>" &&
                              !is_function_word(words[i + 1]) && !words[i + 1].ends_with("ing");
    if (!noun_follows && i > 0 && is_article(words[i - 1]) && i + 1 < words.size() &&
        words[i + 1] != "<unk>") {
      words[i] = "something";
      erase(words, i - 1, i);
    } else {
      erase(words, i, i + 1);
    }
  }
}

/// "a black and white photo of a dog" to "a dog".
void drop_opening(Words& words) {
  static const std::unordered_set<std::string_view> pictures = {
      "image", "images", "picture", "pictures", "photo",   "photos",  "photograph",
      "pic",   "shot",   "view",    "close-up", "closeup", "snapshot"};
  static const std::unordered_set<std::string_view> manners = {
      "black", "and", "white",   "blurry", "close-up", "closeup",  "close",   "up",
      "color", "old", "vintage", "sepia",  "nice",     "colorful", "blurred", "an",
      "a",     "the", "this",    "that",   "is",       "there",    "it"};
  constexpr size_t kLongest = 8;
  for (size_t i = 0; i < std::min(words.size(), kLongest); ++i) {
    const bool of = i + 1 < words.size() && words[i + 1] == "of";
    const bool up = i > 0 && words[i] == "up" && words[i - 1] == "close";
    if (of && (up || pictures.contains(words[i]))) {
      erase(words, 0, i + 2);
      return;
    }
    if (!manners.contains(words[i])) return;
  }
}

/// Of words that are said twice behind each other once, however many they are; also "a white and
/// white dog".
void drop_repetition(Words& words) {
  for (size_t i = 0; i + 2 < words.size();) {
    if (words[i + 1] == "and" && words[i] == words[i + 2]) {
      erase(words, i + 1, i + 3);
    } else {
      ++i;
    }
  }
  for (size_t length = words.size() / 2; length > 0; --length) {
    for (size_t i = 0; i + 2 * length <= words.size();) {
      const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
      const auto span = static_cast<std::ptrdiff_t>(length);
      if (std::equal(at, at + span, at + span)) {
        words.erase(at + span, at + 2 * span);
      } else {
        ++i;
      }
    }
  }
}

/// Whether a word means people, so that what stands before it is said of them.
bool is_people(const std::string& word) {
  static const std::unordered_set<std::string_view> people = {
      "man",     "men",      "woman",      "women",      "person",   "people",  "boy",
      "boys",    "girl",     "girls",      "child",      "children", "kid",     "kids",
      "lady",    "ladies",   "guy",        "guys",       "adult",    "adults",  "couple",
      "couples", "family",   "player",     "players",    "female",   "male",    "gentleman",
      "baby",    "teenager", "toddler",    "students",   "student",  "friends", "group",
      "crowd",   "bride",    "groom",      "worker",     "workers",  "dancer",  "dancers",
      "mother",  "father",   "individual", "individuals"};
  return people.contains(word);
}

/// Adjectives of people that a picture is no ground for.
bool is_judgement(const std::string& word) {
  static const std::unordered_set<std::string_view> judgements = {
      "asian",         "african",     "african-american",
      "american",      "indian",      "hispanic",
      "mexican",       "chinese",     "japanese",
      "european",      "arab",        "caucasian",
      "latino",        "ethnic",      "oriental",
      "muslim",        "jewish",      "christian",
      "hindu",         "buddhist",    "amish",
      "old",           "older",       "elderly",
      "aged",          "middle-aged", "senior",
      "young",         "younger",     "teenage",
      "teenaged",      "adolescent",  "happy",
      "sad",           "angry",       "upset",
      "bored",         "excited",     "depressed",
      "lonely",        "tired",       "drunk",
      "fat",           "obese",       "overweight",
      "chubby",        "pregnant",    "blind",
      "disabled",      "handicapped", "sick",
      "homeless",      "poor",        "gay",
      "beautiful",     "pretty",      "ugly",
      "attractive",    "handsome",    "dark-skinned",
      "black-skinned", "tan"};
  return judgements.contains(word);
}

}  // namespace

std::vector<std::string> tidy_words(std::vector<std::string> words) {
  drop_unknown(words);
  drop_opening(words);
  drop_repetition(words);
  while (!words.empty() && is_bad_ending(words.back())) words.pop_back();
  return words;
}

std::vector<std::string> without_judgements(std::vector<std::string> words) {
  static const std::unordered_set<std::string_view> animals = {
      "elephant", "elephants", "giraffe", "bear", "zebra",  "cow",   "bird", "birds", "dog",
      "goat",     "sheep",     "animal",  "pig",  "monkey", "horse", "cat",  "deer",  "lion"};
  for (size_t i = 0; i < words.size(); ++i) {
    // From a judgement on through adjectives to the noun that they are about.
    const auto before_people = [&](size_t at) {
      while (at < words.size() && (is_judgement(words[at]) || words[at] == "and")) ++at;
      return at < words.size() && is_people(words[at]);
    };
    const std::string next = i + 1 < words.size() ? words[i + 1] : "";
    if (is_judgement(words[i]) && before_people(i)) {
      const bool listed = next == "and" && i + 2 < words.size() && is_judgement(words[i + 2]);
      erase(words, i, i + (listed ? 2 : 1));
      --i;
    } else if ((words[i] == "black" || words[i] == "white") && is_people(next)) {
      erase(words, i, i + 1);
      --i;
    } else if (words[i] == "toddler" || words[i] == "infant" ||
               (words[i] == "baby" && !animals.contains(next))) {
      words[i] = "child";
    } else if (words[i] == "toddlers" || words[i] == "infants" || words[i] == "babies") {
      words[i] = "children";
    } else if (words[i] == "teenager" || words[i] == "teen") {
      words[i] = "person";
    } else if (words[i] == "teenagers" || words[i] == "teens") {
      words[i] = "people";
    }
  }
  return words;
}

}  // namespace storyteller
