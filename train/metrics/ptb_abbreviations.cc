// Abbreviations and initials keep their dot: "ave.", "u.s.", "W. Centre st.".
#include <algorithm>
#include <array>

#include "train/metrics/ptb_lexer.h"

namespace storyteller::ptb {
namespace {

using Word = std::string_view;

/// Months, days, US states, companies, titles, streets: sorted, lower case, without the dot.
constexpr std::array kAbbreviations = {
    Word("adj"),   Word("adm"),  Word("adv"),  Word("al"),      Word("ala"),  Word("alex"),
    Word("apr"),   Word("ariz"), Word("assn"), Word("assoc"),   Word("asst"), Word("atty"),
    Word("attys"), Word("aug"),  Word("ave"),  Word("bancorp"), Word("bhd"),  Word("bldg"),
    Word("blvd"),  Word("brig"), Word("bros"), Word("calif"),   Word("capt"), Word("cf"),
    Word("cie"),   Word("cmdr"), Word("co"),   Word("col"),     Word("colo"), Word("comdr"),
    Word("conn"),  Word("corp"), Word("cos"),  Word("cpl"),     Word("ct"),   Word("dak"),
    Word("dec"),   Word("dept"), Word("det"),  Word("dr"),      Word("drs"),  Word("elec"),
    Word("ens"),   Word("esq"),  Word("est"),  Word("etc"),     Word("ext"),  Word("feb"),
    Word("fla"),   Word("fri"),  Word("ft"),   Word("ga"),      Word("gen"),  Word("gov"),
    Word("govs"),  Word("hon"),  Word("inc"),  Word("ind"),     Word("insp"), Word("intl"),
    Word("invt"),  Word("jan"),  Word("jos"),  Word("jr"),      Word("jul"),  Word("jun"),
    Word("kan"),   Word("kans"), Word("ky"),   Word("lieut"),   Word("lt"),   Word("ltd"),
    Word("maj"),   Word("mar"),  Word("md"),   Word("messrs"),  Word("mfg"),  Word("mich"),
    Word("minn"),  Word("mlle"), Word("mme"),  Word("mo"),      Word("mon"),  Word("mont"),
    Word("mr"),    Word("mrs"),  Word("ms"),   Word("msgr"),    Word("mt"),   Word("mtg"),
    Word("natl"),  Word("neb"),  Word("nev"),  Word("nov"),     Word("oct"),  Word("okla"),
    Word("penn"),  Word("pfc"),  Word("ph"),   Word("plc"),     Word("pres"), Word("prof"),
    Word("profs"), Word("pte"),  Word("ptes"), Word("pty"),     Word("ptys"), Word("pvt"),
    Word("rd"),    Word("rep"),  Word("reps"), Word("rev"),     Word("rt"),   Word("sen"),
    Word("sens"),  Word("sep"),  Word("sept"), Word("seq"),     Word("sfc"),  Word("sgt"),
    Word("spc"),   Word("sq"),   Word("sr"),   Word("st"),      Word("ste"),  Word("supt"),
    Word("supts"), Word("sys"),  Word("tel"),  Word("tenn"),    Word("thu"),  Word("thurs"),
    Word("treas"), Word("tue"),  Word("tues"), Word("univ"),    Word("va"),   Word("vs"),
    Word("vt"),    Word("wed"),  Word("wis"),  Word("wisc"),    Word("wm"),   Word("wyo")};

/// States whose short form is a word of its own: only with a capital.
constexpr std::array kCapitalised = {Word("ark"), Word("az"),   Word("del"),  Word("ill"),
                                     Word("la"),  Word("mass"), Word("miss"), Word("ore"),
                                     Word("pa"),  Word("tex"),  Word("wash")};

/// Abbreviations only before a number: "fig. 3".
constexpr std::array kBeforeNumber = {Word("art"),  Word("bldg"), Word("ca"),  Word("fig"),
                                      Word("figs"), Word("no"),   Word("nos"), Word("op"),
                                      Word("pp"),   Word("prop")};

/// After "X. " these words begin a sentence, so a single initial X loses its dot.
constexpr std::array kSentenceStarts = {
    Word("About"), Word("According"), Word("Additionally"), Word("After"),   Word("An"),
    Word("A"),     Word("As"),        Word("At"),           Word("But"),     Word("Earlier"),
    Word("He"),    Word("Her"),       Word("Here"),         Word("However"), Word("If"),
    Word("In"),    Word("It"),        Word("Last"),         Word("Many"),    Word("More"),
    Word("Mr."),   Word("Ms."),       Word("Now"),          Word("Once"),    Word("One"),
    Word("Other"), Word("Our"),       Word("She"),          Word("Since"),   Word("So"),
    Word("Some"),  Word("Such"),      Word("That"),         Word("The"),     Word("Their"),
    Word("Then"),  Word("There"),     Word("These"),        Word("They"),    Word("This"),
    Word("We"),    Word("When"),      Word("While"),        Word("What"),    Word("Yet"),
    Word("You")};

template <size_t kSize>
bool holds(const std::array<Word, kSize>& words, Word word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// True if `word` stands at `i` in exactly this case.
bool stands_at(const Text& text, size_t i, Word word) {
  for (size_t k = 0; k < word.size(); ++k) {
    if (text[i + k] != static_cast<unsigned char>(word[k])) return false;
  }
  return true;
}

/// "p.", "t.v.", "U.S.": single letters, each with its dot.
void offer_initials(const Text& text, size_t begin, Match& best) {
  size_t end = begin;
  while (is_ascii_letter(text[end]) && text[end + 1] == '.') end += 2;
  if (end == begin) return;
  if (end == begin + 2) {
    const size_t next = skip(text, end, text.size(), is_blank);
    for (const Word word : kSentenceStarts) {
      const size_t after = next + word.size();
      if (next > end && stands_at(text, next, word) && is_space(text[after])) {
        best.offer(begin + 1, after + 1);
      }
    }
  }
  best.offer(end);
}

}  // namespace

void offer_abbreviations(const Text& text, size_t begin, Match& best) {
  if (!is_ascii_letter(text[begin])) return;
  offer_initials(text, begin, best);
  constexpr size_t kLongest = 8;
  std::array<char, kLongest> lower{};
  size_t size = 0;
  while (size < kLongest && is_ascii_letter(text[begin + size])) {
    lower[size] = static_cast<char>(text[begin + size] | 32U);
    ++size;
  }
  const size_t dot = begin + size;
  if (text[dot] != '.') return;
  const Word word(lower.data(), size);
  if (std::binary_search(kAbbreviations.begin(), kAbbreviations.end(), word) ||
      (is_upper(text[begin]) && holds(kCapitalised, word))) {
    best.offer(dot + 1);
  }
  if (holds(kBeforeNumber, word)) {
    const size_t number = dot + (is_space(text[dot + 1]) ? 2 : 1);
    if (is_digit(text[number])) best.offer(dot + 1, number + 1);
  }
  if ((word == "ph" || word == "ed") && starts_with(text, dot, ".d.")) best.offer(dot + 3);
}

}  // namespace storyteller::ptb
