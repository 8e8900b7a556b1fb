#include "train/text/split_names.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"

namespace storyteller {
namespace {

struct Named {
  std::string_view name;
  Split split;
};

constexpr std::array<Named, 15> kSplitNames = {{
    {"train", Split::kTrain},
    {"val", Split::kVal},
    {"test", Split::kTest},
    {"training", Split::kTrain},
    {"trn", Split::kTrain},
    {"restval", Split::kTrain},
    {"valid", Split::kVal},
    {"validation", Split::kVal},
    {"dev", Split::kVal},
    {"development", Split::kVal},
    {"eval", Split::kVal},
    {"evaluation", Split::kVal},
    {"minival", Split::kVal},
    {"testing", Split::kTest},
    {"tst", Split::kTest},
}};

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

std::string plain(std::string_view name) { return lower_case(trimmed(name, " \t\r\n")); }

std::optional<Split> look_up(std::string_view name) {
  const auto* found = std::find_if(kSplitNames.begin(), kSplitNames.end(),
                                   [&](const Named& known) { return known.name == name; });
  return found == kSplitNames.end() ? std::nullopt : std::optional(found->split);
}

}  // namespace

std::optional<Split> split_named(std::string_view name) {
  constexpr size_t kYear = 4;
  const std::string text = plain(name);
  std::string_view word = text;
  if (word.size() > kYear && std::all_of(word.end() - kYear, word.end(), is_decimal_digit)) {
    word.remove_suffix(kYear);
  }
  return look_up(word);
}

bool names_no_split(std::string_view name) {
  const std::string text = plain(name);
  return text.empty() || text == "nan" || text == "null" || text == "none" || text == "<na>" ||
         text == "n/a";
}

std::optional<Split> split_in_name(std::string_view name) {
  for (size_t begin = 0; begin < name.size();) {
    const auto* const first = std::find_if(name.begin() + begin, name.end(), is_letter);
    const auto* const last = std::find_if(first, name.end(), [](char c) { return !is_letter(c); });
    if (const auto split = look_up(plain(std::string_view(first, last)))) return split;
    begin = static_cast<size_t>(last - name.begin());
  }
  return std::nullopt;
}

std::string unknown_split(std::string_view name) {
  return "unknown split '" + printable(std::string(name)) + "' (known: train, val, test)" +
         did_you_mean(plain(name), {"train", "val", "test", "training", "validation", "testing"});
}

Split parse_split(std::string_view name) {
  if (const auto split = split_named(name)) return *split;
  throw UsageError(unknown_split(name));
}

std::string_view split_name(Split split) {
  return split == Split::kTrain ? "train" : split == Split::kVal ? "val" : "test";
}

}  // namespace storyteller
