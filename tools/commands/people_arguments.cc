#include "tools/commands/people_arguments.h"

#include <array>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/shell_word.h"

namespace storyteller {
namespace {

constexpr const char* kGenderHelp =
    "words such as man and girl: keep them, say person and child, or keep them where the caption "
    "is sure";

/// An option whose words stand for values.
template <class Value, class Chosen, size_t kCount>
void add_choice(const Options& command, const std::string& name,
                const std::array<std::pair<const char*, Value>, kCount>& values, Chosen& chosen,
                const std::string& help) {
  std::vector<std::string> names;
  std::string at_first;
  for (const auto& [word, value] : values) {
    names.emplace_back(word);
    if (chosen == value) at_first = word;
  }
  command.choice(
      name, names, at_first,
      [&values, &chosen](const std::string& given) {
        for (const auto& [word, value] : values) {
          if (given == word) chosen = value;
        }
      },
      help);
}

}  // namespace

void add_gender_option(const Options& command, std::optional<GenderWords>& gender) {
  add_choice(command, "--gender", kGenders, gender,
             std::string(kGenderHelp) + "; says how often the captions name a wrong one");
}

std::string name_of(GenderWords gender) {
  for (const auto& [word, value] : kGenders) {
    if (value == gender) return word;
  }
  return "";
}

void PeopleArguments::add_options(const Options& command) {
  command.flag("--people", people,
               "sentences for people: with capital and full stop, and hedged where the model is "
               "not sure");
  add_wording_options(command);
}

void PeopleArguments::add_wording_options(const Options& command) {
  add_choice(command, "--hedge", kHedges, wording.hedge,
             "in words (Could be: ...), by question marks, or not at all");
  add_choice(command, "--gender", kGenders, wording.gender, kGenderHelp);
  command.flag("--anyway", wording.anyway,
               "a sentence also about what does not look like a photograph");
}

std::string uncalibrated_warning(const Ensemble& ensemble, const std::vector<std::string>& models) {
  if (ensemble.confidence() != nullptr) return "";
  return printable_path(models.front()) +
         ": was not calibrated, so it cannot tell how sure it is and every caption counts as "
         "unsure; storyteller calibrate --model " +
         shell_word(models.front()) + " --data FORMAT:PATH --out FILE writes a model that can";
}

std::string model_digits(const Ensemble& ensemble) {
  constexpr size_t kDigits = 12;
  std::string all;
  for (const auto& member : ensemble.members()) {
    if (member->checksum().empty()) continue;
    all += (all.empty() ? "" : "+") + member->checksum().substr(0, kDigits);
  }
  return all;
}

}  // namespace storyteller
