#include "tools/apps/book/telling.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "train/metrics/spice/syntax_model.h"

namespace storyteller::book {
namespace {

using spice::Tag;
using Words = std::vector<std::string>;

enum class Part : std::uint8_t { kThing, kAction, kLink, kAnd, kOther };

/// Words that belong together.
struct Chunk {
  Part part = Part::kOther;
  Words words;
  std::vector<Tag> tags;
};

bool opens_thing(Tag tag) {
  switch (tag) {
    case Tag::kDT:
    case Tag::kPDT:
    case Tag::kPRPPoss:
    case Tag::kCD:
      return true;
    default:
      return spice::is_adjective(tag) || spice::is_noun(tag);
  }
}

/// The end of a thing that begins at `i`; `i` where there is none.
std::size_t end_of_thing(const std::vector<Tag>& tags, std::size_t i) {
  std::size_t end = i;
  bool determined = false;
  for (std::size_t at = i; at < tags.size(); ++at) {
    const Tag tag = tags[at];
    const bool participle = determined && at == i + 1 && (tag == Tag::kVBG || tag == Tag::kVBN) &&
                            at + 1 < tags.size() && spice::is_noun(tags[at + 1]);
    if (spice::is_noun(tag)) {
      end = at + 1;
    } else if (!opens_thing(tag) && tag != Tag::kPOS && tag != Tag::kHYPH && !participle) {
      break;
    } else if (end > i && (tag == Tag::kDT || tag == Tag::kPRPPoss || tag == Tag::kCD)) {
      break;
    }
    determined = determined || opens_thing(tag);
  }
  return end;
}

/// Links of several words: "in front of".
std::size_t length_of_link(const Words& words, std::size_t i) {
  constexpr std::array<std::array<std::string_view, 3>, 6> kLinks = {{{"in", "front", "of"},
                                                                      {"on", "top", "of"},
                                                                      {"next", "to", ""},
                                                                      {"out", "of", ""},
                                                                      {"in", "between", ""},
                                                                      {"close", "to", ""}}};
  for (const auto& link : kLinks) {
    std::size_t length = 0;
    while (length < link.size() && !link[length].empty() && i + length < words.size() &&
           words[i + length] == link[length]) {
      ++length;
    }
    if (length == link.size() || link[length].empty()) return length;
  }
  return 0;
}

std::vector<Chunk> chunks_of(const Words& words) {
  const std::vector<Tag> tags = spice::built_in_syntax_model()->parse(words).tags;
  std::vector<Chunk> chunks;
  const auto take = [&](Part part, std::size_t begin, std::size_t end) {
    Chunk& chunk = chunks.emplace_back();
    chunk.part = part;
    for (std::size_t at = begin; at < end; ++at) {
      chunk.words.push_back(words[at]);
      chunk.tags.push_back(tags[at]);
    }
    return end;
  };
  for (std::size_t i = 0; i < words.size();) {
    if (const std::size_t length = length_of_link(words, i); length > 0) {
      i = take(Part::kLink, i, i + length);
    } else if (const std::size_t end = end_of_thing(tags, i); end > i) {
      i = take(Part::kThing, i, end);
    } else if (spice::is_verb(tags[i])) {
      std::size_t last = i + 1;
      while (last < words.size() && (spice::is_verb(tags[last]) || tags[last] == Tag::kRP)) ++last;
      i = take(Part::kAction, i, last);
    } else if (tags[i] == Tag::kIN || tags[i] == Tag::kTO || tags[i] == Tag::kRP) {
      i = take(Part::kLink, i, i + 1);
    } else if (tags[i] == Tag::kCC) {
      i = take(Part::kAnd, i, i + 1);
    } else {
      i = take(Part::kOther, i, i + 1);
    }
  }
  return chunks;
}

bool is_plural(const Chunk& thing) {
  const Tag last = thing.tags.back();
  return last == Tag::kNNS || last == Tag::kNNPS || thing.words.back() == "people";
}

/// "is running" -> "runs", "parked" -> "is parked"; a base form that is not known stays: "is ...".
Words present(const Chunk& action, bool plural, const Language& language) {
  const std::string be = plural ? "are" : "is";
  Words words = action.words;
  std::vector<Tag> tags = action.tags;
  if (words[0] == "is" || words[0] == "are" || words[0] == "was" || words[0] == "were") {
    if (words.size() == 1 || tags[1] != Tag::kVBG) {
      words[0] = be;
      return words;
    }
    words.erase(words.begin());
    tags.erase(tags.begin());
  }
  if (tags[0] == Tag::kVBN) {
    words.insert(words.begin(), be);
    return words;
  }
  if (tags[0] == Tag::kVBZ || tags[0] == Tag::kVBP) return words;
  const std::string base = language.lemma(words[0], Pos::kVerb, /*inflected=*/true).text;
  if (tags[0] == Tag::kVBG && base == words[0]) {
    words.insert(words.begin(), be);
  } else {
    words[0] = plural ? base : third_person(base);
  }
  return words;
}

class Teller {
 public:
  Teller(std::vector<Chunk> chunks, Level level, const Language& language,
         const IsCommon& is_common)
      : chunks_(std::move(chunks)), level_(level), language_(language), is_common_(is_common) {}

  Telling tell(const Words& words) {
    Telling telling;
    find_subject();
    for (const Chunk& chunk : chunks_) {
      if (chunk.part == Part::kThing) telling.things.push_back(thing_of(chunk));
    }
    // "a group of people" is about people.
    if (is_amount_ && telling.things.size() > 1) telling.things.erase(telling.things.begin());
    if (level_ == Level::kThird) telling.ways.push_back({words});
    if (!subject_) {
      if (telling.ways.empty()) telling.ways.push_back({words});
      return telling;
    }
    const Words action = action_ ? present(chunks_[*action_], plural_, language_) : Words();
    for (const std::string& word : action) {
      telling.action += (telling.action.empty() ? "" : " ") + word;
    }
    const std::size_t most = most_words(level_);
    constexpr std::size_t kShort = 5;
    const Words core = sentence(action, most);
    if (const Words rest = not_in(core); !rest.empty()) telling.ways.push_back({core, rest});
    telling.ways.push_back({core});
    telling.ways.push_back({sentence(action, kShort)});
    Words seen = {"we", "see"};
    append(seen, shortest(chunks_[*subject_]));
    telling.ways.push_back({seen});
    return telling;
  }

 private:
  static void append(Words& to, const Words& words) {
    to.insert(to.end(), words.begin(), words.end());
  }

  /// Of "a man and a dog are running" both are the subject.
  void find_subject() {
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      if (chunks_[i].part != Part::kThing) continue;
      subject_ = subject_end_ = i;
      break;
    }
    if (!subject_) return;
    plural_ = is_plural(chunks_[*subject_]);
    std::size_t at = *subject_ + 1;
    while (at + 1 < chunks_.size() && chunks_[at].part == Part::kAnd &&
           chunks_[at + 1].part == Part::kThing) {
      subject_end_ = at + 1;
      plural_ = true;
      at += 2;
    }
    // "a group of people": one thing.
    if (at + 1 < chunks_.size() && chunks_[at].words.front() == "of" &&
        chunks_[at + 1].part == Part::kThing) {
      subject_end_ = at + 1;
      at += 2;
      constexpr std::array<std::string_view, 13> kAmounts = {
          "group", "couple", "pair", "bunch", "number", "herd", "flock",
          "team",  "crowd",  "row",  "line",  "lot",    "pile"};
      const std::string& noun = chunks_[*subject_].words.back();
      is_amount_ = std::ranges::find(kAmounts, noun) != kAmounts.end();
    }
    for (; at < chunks_.size(); ++at) {
      if (chunks_[at].part == Part::kAnd) break;
      if (chunks_[at].part != Part::kAction) continue;
      action_ = at;
      if (chunks_[at].words[0] == "are") plural_ = true;
      if (chunks_[at].words[0] == "is") plural_ = false;
      break;
    }
  }

  Thing thing_of(const Chunk& chunk) const {
    const bool plural = is_plural(chunk);
    return {.words = plain(chunk),
            .noun = chunk.words.back(),
            .lemma = language_.lemma(chunk.words.back(), Pos::kNoun, plural).text,
            .plural = plural};
  }

  /// At the first level without adjectives that are not common, and with a common word for what is
  /// not.
  Words plain(const Chunk& thing) const {
    if (level_ != Level::kFirst) return thing.words;
    Words words;
    for (std::size_t i = 0; i < thing.words.size(); ++i) {
      const bool last = i + 1 == thing.words.size();
      if (spice::is_adjective(thing.tags[i]) && !last && !is_common_(thing.words[i])) continue;
      words.push_back(last ? common_noun(thing) : thing.words[i]);
    }
    return words;
  }

  std::string common_noun(const Chunk& thing) const {
    const std::string& noun = thing.words.back();
    if (is_common_(noun) || is_plural(thing)) return noun;
    constexpr int kSteps = 3;
    for (const std::string& wider : language_.broader({noun, Pos::kNoun}, kSteps)) {
      if (is_common_(wider)) return wider;
    }
    return noun;
  }

  /// The article and the noun: "a dog".
  Words shortest(const Chunk& thing) const {
    const Words words = plain(thing);
    Words few;
    const Tag first = thing.tags.front();
    if (words.size() > 1 && (first == Tag::kDT || first == Tag::kCD || first == Tag::kPRPPoss)) {
      few.push_back(words.front());
    }
    few.push_back(words.back());
    return few;
  }

  Words subject_words(bool few) const {
    Words words;
    for (std::size_t i = *subject_; i <= subject_end_; ++i) {
      const bool thing = chunks_[i].part == Part::kThing;
      append(words, !thing ? chunks_[i].words : few ? shortest(chunks_[i]) : plain(chunks_[i]));
    }
    return words;
  }

  /// The subject, what it does, and of what follows as much as fits.
  Words sentence(const Words& action, std::size_t most) {
    used_ = subject_end_;
    Words words = subject_words(/*few=*/false);
    if (words.size() + action.size() > most) words = subject_words(/*few=*/true);
    if (action.empty()) words.insert(words.begin(), {"there", plural_ ? "are" : "is"});
    append(words, action);
    std::size_t at = (action_ ? *action_ : subject_end_) + 1;
    used_ = at - 1;
    while (at < chunks_.size()) {
      const bool linked = chunks_[at].part == Part::kLink && at + 1 < chunks_.size() &&
                          chunks_[at + 1].part == Part::kThing;
      if (!linked && chunks_[at].part != Part::kThing) break;
      for (const bool few : {false, true}) {
        Words next = linked ? chunks_[at].words : Words();
        const Chunk& thing = chunks_[linked ? at + 1 : at];
        append(next, few ? shortest(thing) : plain(thing));
        if (words.size() + next.size() > most) continue;
        append(words, next);
        used_ = linked ? at + 1 : at;
        break;
      }
      if (used_ < at) break;
      at = used_ + 1;
    }
    return words;
  }

  /// "we see a ball, too": the last thing that the sentence did not tell; empty: it told all.
  Words not_in(const Words& /*core*/) const {
    for (std::size_t i = chunks_.size(); i-- > used_ + 1;) {
      if (chunks_[i].part != Part::kThing || chunks_[i].tags.front() == Tag::kPRPPoss) continue;
      Words words = {"we", "see"};
      append(words, plain(chunks_[i]));
      words.back() += ',';
      words.emplace_back("too");
      if (words.size() <= most_words(level_)) return words;
    }
    return {};
  }

  std::vector<Chunk> chunks_;
  Level level_;
  const Language& language_;
  const IsCommon& is_common_;
  std::optional<std::size_t> subject_, action_;
  std::size_t subject_end_ = 0, used_ = 0;
  bool plural_ = false, is_amount_ = false;
};

}  // namespace

std::size_t most_words(Level level) {
  constexpr std::size_t kMost[] = {7, 12, 1000};
  return kMost[static_cast<std::size_t>(level) - 1];
}

double greatest_grade(Level level) {
  constexpr double kGreatest[] = {1, 3, 6};
  return kGreatest[static_cast<std::size_t>(level) - 1];
}

std::string third_person(const std::string& base) {
  if (base == "be") return "is";
  if (base == "have") return "has";
  const auto ends = [&](std::string_view end) { return base.ends_with(end); };
  constexpr std::string_view kVowels = "aeiou";
  if (ends("y") && base.size() > 1 && kVowels.find(base[base.size() - 2]) == kVowels.npos) {
    return base.substr(0, base.size() - 1) + "ies";
  }
  const bool hissing = ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh") || ends("o");
  return base + (hissing ? "es" : "s");
}

Telling telling_of(const std::vector<std::string>& words, Level level, const Language& language,
                   const IsCommon& is_common) {
  return Teller(chunks_of(words), level, language, is_common).tell(words);
}

}  // namespace storyteller::book
