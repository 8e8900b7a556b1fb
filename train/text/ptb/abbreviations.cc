// Abbreviations and initials keep their dot: "ave.", "u.s.", "W. Centre st.".
#include "train/text/ptb/lexer.h"

namespace storyteller::ptb {
namespace {

// Lists of words, each between blanks.

/// Abbreviations in lower case, without the dot. What is also a word of its own ("sun.", "sat.",
/// "may.", "in.") is not here: there the dot ends the sentence.
constexpr std::string_view kAbbreviations =
    // Before and after names; ranks and offices.
    " mr mrs ms mme mlle messrs dr drs prof profs rev hon jr sr esq md "
    " gen col maj capt lt lieut brig sgt cpl pvt pfc cmdr adm gov govs sen sens rep reps atty "
    "attys "
    " pres supt det asst "
    // Months and days.
    " jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri "
    // Streets and places.
    " st ste ave blvd rd rt dr ct sq bldg ft mt "
    // Companies and institutions.
    " co corp inc ltd plc bros mfg assn assoc dept univ intl "
    // States, as newspapers shorten them; N. Dak., Penn.
    " ala ariz calif colo conn dak fla ga ind kan ky md mich minn mo mont neb nev okla penn tenn "
    " va vt wis wyo "
    // Latin and notes.
    " al cf etc vs est ";

/// States whose short form is a word as well: only with a capital.
constexpr std::string_view kCapitalised = " ark del ill la mass miss ore pa tex wash ";

/// Abbreviations only before a number: "fig. 3".
constexpr std::string_view kBeforeNumber = " ca fig figs no nos pp ";

/// Words that open a sentence rather than follow an initial: "at the letter T. The next".
constexpr std::string_view kSentenceStarts =
    " A An The This That These Those Some Many Several Another One Two Three "
    " He She It We They You I There Here His Her Its Our Their Mr. Mrs. Ms. "
    " In On At As By From With After Before During Near Behind Since "
    " And But Or So If When While Then Now However Also What Who ";

/// True if the ASCII text[begin, end) is in `list`, in its own case or in lower case.
bool lists(std::string_view list, const Text& text, size_t begin, size_t end, bool lower) {
  constexpr size_t kLongest = 8;
  if (end - begin > kLongest) return false;
  std::string word = " ";
  for (size_t i = begin; i < end; ++i) {
    word += static_cast<char>(lower ? text[i] | 32U : text[i]);
  }
  return list.find(word += ' ') != std::string_view::npos;
}

/// "p.", "t.v.", "U.S.": single letters, each with its dot.
void offer_initials(const Text& text, size_t begin, Match& best) {
  size_t end = begin;
  while (is_ascii_letter(text[end]) && text[end + 1] == '.') end += 2;
  if (end == begin) return;
  if (end == begin + 2) {
    const size_t next = skip(text, end, text.size(), is_blank);
    size_t after = skip(text, next, text.size(), is_ascii_letter);
    if (text[after] == '.') ++after;
    if (next > end && is_space(text[after]) &&
        lists(kSentenceStarts, text, next, after, /*lower=*/false)) {
      best.offer(begin + 1, after + 1);
    }
  }
  best.offer(end);
}

}  // namespace

void offer_abbreviations(const Text& text, size_t begin, Match& best) {
  if (!is_ascii_letter(text[begin])) return;
  offer_initials(text, begin, best);
  const size_t dot = skip(text, begin, text.size(), is_ascii_letter);
  if (text[dot] != '.') return;
  const auto listed = [&](std::string_view list) { return lists(list, text, begin, dot, true); };
  if (listed(kAbbreviations) || (is_upper(text[begin]) && listed(kCapitalised))) {
    best.offer(dot + 1);
  }
  if (listed(kBeforeNumber)) {
    const size_t number = dot + (is_space(text[dot + 1]) ? 2 : 1);
    if (is_digit(text[number])) best.offer(dot + 1, number + 1);
  }
  if (starts_with(text, begin, "ph.d.")) best.offer(dot + 3);
}

}  // namespace storyteller::ptb
