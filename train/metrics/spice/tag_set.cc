#include "train/metrics/spice/tag_set.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "core/text/phrase.h"

namespace storyteller::spice {
namespace {

constexpr std::array<std::string_view, kTags> kTagNames = {
    "NN",  "NNS", "NNP", "NNPS", "VB",   "VBD", "VBG", "VBN", "VBP", "VBZ",   "MD",
    "JJ",  "JJR", "JJS", "RB",   "RBR",  "RBS", "RP",  "IN",  "TO",  "DT",    "PDT",
    "WDT", "CD",  "CC",  "PRP",  "PRP$", "WP",  "WP$", "WRB", "EX",  "POS",   "UH",
    "FW",  "SYM", "$",   "HYPH", ".",    ",",   ":",   "``",  "''",  "-LRB-", "-RRB-"};
constexpr std::array<std::string_view, kLabels + 1> kLabelNames = {
    "nsubj",     "nsubj:pass", "obj",    "iobj",  "obl",      "obl:agent", "nmod",
    "nmod:poss", "amod",       "nummod", "det",   "case",     "compound",  "compound:prt",
    "conj",      "cc",         "cop",    "aux",   "aux:pass", "acl",       "acl:relcl",
    "advcl",     "advmod",     "xcomp",  "ccomp", "mark",     "punct",     "flat",
    "fixed",     "appos",      "expl",   "other", "root"};

using Renamed = std::pair<std::string_view, std::string_view>;
// Goes-with parts of split words, affixes, list markers, addresses, other punctuation.
constexpr std::array<Renamed, 6> kOtherTags = {
    {{"GW", "NN"}, {"AFX", "JJ"}, {"LS", "CD"}, {"ADD", "NN"}, {"NFP", ":"}, {"XX", "FW"}}};

}  // namespace

std::string_view name_of(Tag tag) { return kTagNames[static_cast<size_t>(tag)]; }
std::string_view name_of(Label label) { return kLabelNames[static_cast<size_t>(label)]; }

std::optional<Tag> tag_of(std::string_view name) {
  for (const Renamed& renamed : kOtherTags) {
    if (renamed.first == name) name = renamed.second;
  }
  const auto* const found = std::find(kTagNames.begin(), kTagNames.end(), name);
  if (found == kTagNames.end()) return std::nullopt;
  return static_cast<Tag>(found - kTagNames.begin());
}

Label label_of(std::string_view name) {
  for (;;) {
    const auto* const found = std::find(kLabelNames.begin(), kLabelNames.end(), name);
    if (found != kLabelNames.end()) return static_cast<Label>(found - kLabelNames.begin());
    const size_t colon = name.rfind(':');
    if (colon == std::string_view::npos) return Label::kOther;
    name = name.substr(0, colon);
  }
}

std::string tag_names() { return joined(std::span(kTagNames).first(kTags), " "); }
std::string label_names() { return joined(std::span(kLabelNames).first(kLabels), " "); }

}  // namespace storyteller::spice
