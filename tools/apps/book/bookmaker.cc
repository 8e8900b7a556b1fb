#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "model/confidence/signals.h"
#include "model/confidence/subject.h"
#include "model/encoder_inputs.h"
#include "model/wording/neutral_words.h"
#include "model/wording/sentence.h"
#include "model/wording/tidy_words.h"
#include "tools/apps/book/book.h"
#include "tools/render/page_parts.h"

namespace storyteller::book {
namespace {

constexpr int kLongestSide = 1024;
constexpr std::size_t kMostExplained = 3;
constexpr std::size_t kCommonWords = 1000;  ///< most frequent of the training captions

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double together = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    together += double{a[i]} * b[i];
    of_a += double{a[i]} * a[i];
    of_b += double{b[i]} * b[i];
  }
  return of_a > 0 && of_b > 0 ? together / std::sqrt(of_a * of_b) : 0;
}

/// "the dogs": what a thing is called once it is known.
std::string known(const Thing& thing) { return "the " + thing.noun; }

}  // namespace

BookMaker::BookMaker(const Captioning& captioning, const Language& language, BookOptions options)
    : captioning_(captioning),
      language_(language),
      options_(std::move(options)),
      glossary_(language) {}

bool BookMaker::is_common(std::string_view word) const {
  const int id = captioning_.models.vocabulary().id(word);
  return id >= Vocabulary::kSpecialTokens &&
         static_cast<std::size_t>(id) < Vocabulary::kSpecialTokens + kCommonWords;
}

void BookMaker::add(const Image& whole, const Image& picture, std::string name, std::string taken) {
  const EncoderInputs input = encoder_inputs(captioning_.models, picture);
  const std::array<const EncoderInputs*, 1> inputs = {&input};
  const std::vector<Tensor> features = encoded(captioning_.models, inputs);
  const std::array<std::uint64_t, 1> numbers = {drafts_.size()};
  Description description = std::move(describe(captioning_, features, numbers).front());
  const Caption& caption = description.captions.front();

  Draft& draft = drafts_.emplace_back();
  draft.features = features.front();
  draft.ids.assign(caption.words.begin(), caption.words.end());
  draft.said = captioning_.models.vocabulary().decode(caption.words);
  BookPage& page = draft.page;
  page.name = std::move(name);
  page.taken = std::move(taken);
  page.picture = scaled_to(whole, kLongestSide, false);
  page.caption = captioning_.models.vocabulary().sentence(caption.words);
  page.assessment = description.assessment;
  page.text = people_text(draft.said, page.assessment, options_.wording);
  const Tensor& first = features.front();
  const std::vector<float> values = to_host_float(first);
  page.pooled = pooled(values, static_cast<std::size_t>(first.size(1)),
                       static_cast<std::size_t>(first.size(2)))
                    .mean;
  word(draft);
}

void BookMaker::word(Draft& draft) const {
  BookPage& page = draft.page;
  draft.words = without_judgements(tidy_words(draft.said));
  if (is_neutral(options_.wording.gender, page.assessment.grade)) {
    draft.words = without_gender(std::move(draft.words));
  }
  // For a child a wrong sentence is worse than none.
  page.told = page.assessment.grade != Grade::kUnsure && page.assessment.is_photograph() &&
              !draft.words.empty();
  if (!page.told) {
    page.heading = "A picture";
    page.question = "What do you see?";
    return;
  }
  draft.telling = telling_of(draft.words, options_.level, language_,
                             [this](std::string_view word) { return is_common(word); });
  page.heading =
      draft.telling.things.empty() ? "A picture" : as_sentence(known(draft.telling.things[0]), "");
  page.question = question_of(draft);
  page.words = explained(draft);
  for (const auto& way : draft.telling.ways) {
    std::vector<std::string>& sentences = draft.ways.emplace_back();
    for (const std::vector<std::string>& words : way) {
      PeopleWording wording = options_.wording;
      // The first says how sure all of them are.
      if (!sentences.empty()) wording.hedge = Hedge::kNone;
      sentences.push_back(people_text(words, page.assessment, wording));
    }
  }
  if (options_.level != Level::kThird) return;
  const auto fact = std::ranges::find_if(page.words, [](const Explanation& word) {
    return word.gloss.starts_with("a ") || word.gloss.starts_with("an ") ||
           word.gloss.starts_with("the ");
  });
  if (fact == page.words.end()) return;
  std::vector<std::string> with_fact = draft.ways.front();
  with_fact.push_back(as_sentence(with_article(fact->word) + " is " + fact->gloss));
  draft.ways.insert(draft.ways.begin(), std::move(with_fact));
}

std::vector<Explanation> BookMaker::explained(const Draft& draft) const {
  std::vector<Explanation> words;
  for (const Thing& thing : draft.telling.things) {
    if (words.size() == kMostExplained) break;
    const bool there = std::ranges::any_of(
        words, [&](const Explanation& word) { return word.word == spaced(thing.lemma); });
    if (there) continue;
    if (auto word = glossary_.explain(thing.lemma)) words.push_back(std::move(*word));
  }
  return words;
}

std::string BookMaker::question_of(const Draft& draft) const {
  if (draft.telling.things.empty()) return "What do you see?";
  const Thing& thing = draft.telling.things[0];
  const SubjectKinds living = kinds_named(std::vector<std::string>{"person"}) |
                              kinds_named(std::vector<std::string>{"animal"});
  const bool lives = (kinds_named(std::vector<std::string>{thing.noun}) & living) != 0;
  if (options_.level == Level::kFirst || draft.telling.action.empty() || !lives) {
    return std::string("Where ") + (thing.plural ? "are " : "is ") + known(thing) + "?";
  }
  return std::string("What ") + (thing.plural ? "do " : "does ") + known(thing) + " do?";
}

void BookMaker::order() {
  const auto by_name = [](const Draft& a, const Draft& b) { return a.page.name < b.page.name; };
  if (options_.order == BookOptions::Order::kName) {
    std::ranges::stable_sort(drafts_, by_name);
    return;
  }
  if (options_.order == BookOptions::Order::kTime) {
    // Those that do not say come last.
    std::ranges::stable_sort(drafts_, [&](const Draft& a, const Draft& b) {
      if (a.page.taken.empty() != b.page.taken.empty()) return b.page.taken.empty();
      return a.page.taken != b.page.taken ? a.page.taken < b.page.taken : by_name(a, b);
    });
    return;
  }
  // A story goes on with the picture that is most like the last one.
  for (std::size_t i = 1; i + 1 < drafts_.size(); ++i) {
    std::size_t next = i;
    double best = -2;
    for (std::size_t j = i; j < drafts_.size(); ++j) {
      const double like = cosine(drafts_[i - 1].page.pooled, drafts_[j].page.pooled);
      if (like > best) {
        best = like;
        next = j;
      }
    }
    std::swap(drafts_[i], drafts_[next]);
  }
}

void BookMaker::simplify(Readability& readability) {
  for (const Draft& draft : drafts_) {
    readability.add_sentence(draft.page.question);
    if (draft.ways.empty()) continue;
    for (const std::string& sentence : draft.ways[draft.way]) readability.add_sentence(sentence);
  }
  const auto grade_of = [](const Draft& draft, std::size_t way) {
    Readability alone;
    for (const std::string& sentence : draft.ways[way]) alone.add_sentence(sentence);
    return alone.grade();
  };
  // The hardest page first, until the book as a whole is easy enough.
  while (readability.grade() > greatest_grade(options_.level)) {
    Draft* hardest = nullptr;
    double most = -100;
    for (Draft& draft : drafts_) {
      if (draft.way + 1 >= draft.ways.size()) continue;
      const double grade = grade_of(draft, draft.way);
      if (grade > most) {
        most = grade;
        hardest = &draft;
      }
    }
    if (hardest == nullptr) return;
    for (const std::string& s : hardest->ways[hardest->way]) readability.remove_sentence(s);
    ++hardest->way;
    for (const std::string& s : hardest->ways[hardest->way]) readability.add_sentence(s);
  }
}

Book BookMaker::finish() {
  Book book;
  book.options = options_;
  book.has_wordnet = language_.has_relations();
  order();
  simplify(book.readability);
  book.quiz = ask();
  for (Draft& draft : drafts_) {
    if (!draft.ways.empty()) draft.page.sentences = draft.ways[draft.way];
    book.pages.push_back(std::move(draft.page));
  }
  if (!options_.glossary) return book;
  for (std::size_t i = 0; i < book.pages.size(); ++i) {
    for (const Explanation& word : book.pages[i].words) {
      const bool there = std::ranges::any_of(
          book.glossary, [&](const auto& entry) { return entry.first.word == word.word; });
      if (!there) book.glossary.emplace_back(word, i);
    }
  }
  std::ranges::sort(book.glossary, {}, [](const auto& entry) { return entry.first.word; });
  return book;
}

}  // namespace storyteller::book
