#include "tools/apps/explain/explainer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "core/text/english_words.h"
#include "core/text/number_format.h"
#include "model/confidence/signals.h"
#include "model/confidence/subject.h"
#include "model/encoder_inputs.h"
#include "tools/apps/explain/rank_correlation.h"
#include "tools/render/page_parts.h"

namespace storyteller::explain {
namespace {

std::string word_text(const Vocabulary& vocabulary, std::int32_t word) {
  return word == Vocabulary::kEnd ? std::string() : vocabulary.word(word);
}

std::vector<LessonWord> words_of_caption(const Caption& caption, const SearchRecord& record,
                                         const Vocabulary& vocabulary) {
  std::vector<std::int32_t> ids(caption.words.begin(), caption.words.end());
  if (caption.finished) ids.push_back(Vocabulary::kEnd);
  const std::size_t regions = caption.alpha.size() / std::max<std::size_t>(caption.words.size(), 1);
  std::vector<LessonWord> words;
  for (std::size_t t = 0; t < ids.size(); ++t) {
    LessonWord& word = words.emplace_back();
    word.text = word_text(vocabulary, ids[t]);
    word.probability = std::exp(double{caption.word_log_probabilities[t]});
    if (const Saying* saying = record.find(std::span(ids).first(t))) {
      for (const LikelyWord& likely : saying->likeliest) {
        word.likeliest.emplace_back(word_text(vocabulary, likely.word), likely.probability);
      }
      word.entropy = saying->entropy;
      word.gate = saying->gate;
    }
    if (t < caption.words.size()) {
      const auto first = caption.alpha.begin() + static_cast<std::ptrdiff_t>(t * regions);
      word.attention.assign(first, first + static_cast<std::ptrdiff_t>(regions));
    }
  }
  return words;
}

std::vector<SignalShare> shares_of(const Logistic& logistic, const Signals& signals) {
  const std::vector<double> values = values_for(logistic, signals);
  std::vector<SignalShare> shares;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Logistic::Term& term = logistic.terms[i];
    shares.push_back({term.signal, values[i], term.weight * (values[i] - term.mean) / term.spread});
  }
  return shares;
}

/// `features` (L,D) of the picture.
Reasons reasons_of(const Confidence& confidence, std::span<const float> features,
                   const Caption& caption, std::span<const std::string> words) {
  const PictureMemory& memory = confidence.memory();
  Signals signals = signals_of(memory, features, caption, words);
  signals.remoteness = remoteness_of(signals.likeness, confidence.values().domain);
  Reasons reasons{.confidence = shares_of(confidence.values().caption, signals),
                  .photo = shares_of(confidence.values().photo, signals),
                  .confidence_bias = confidence.values().caption.bias,
                  .photo_bias = confidence.values().photo.bias};
  const PooledFeatures seen = pooled(features, features.size() / memory.width(), memory.width());
  const PictureMemory::Nearest nearest = memory.nearest(seen.mean);
  std::map<std::string, std::size_t> counts;
  constexpr int kBits = 32;
  for (const SubjectKinds kinds : nearest.kinds) {
    for (int bit = 0; bit < kBits; ++bit) {
      const SubjectKinds kind = kinds & (SubjectKinds{1} << bit);
      if (kind != 0) ++counts[kinds_text(kind)];
    }
  }
  for (const auto& [kind, pictures] : counts) reasons.kinds.push_back({kind, pictures});
  std::ranges::stable_sort(reasons.kinds,
                           [](const auto& a, const auto& b) { return a.pictures > b.pictures; });
  reasons.neighbours = nearest.kinds.size();
  const Subject subject = subject_of(words);
  if (subject.kinds != 0) reasons.subject_kind = kinds_text(subject.kinds);
  return reasons;
}

}  // namespace

std::size_t subject_place(std::span<const std::string> words) {
  const Subject subject = subject_of(words);
  if (subject.kinds != 0) return subject.word;
  const auto named =
      std::ranges::find_if(words, [](const std::string& word) { return !is_function_word(word); });
  return named == words.end() ? 0 : static_cast<std::size_t>(named - words.begin());
}

Lesson lesson_of(const Captioning& captioning, const Image& picture, std::string name,
                 const PeopleWording& wording) {
  Captioner& captioner = *captioning.models.members().front();
  SearchRecord record;
  SearchDemands demands = captioning.demands;
  demands.observer = &record;
  SearchOptions search = captioning.search;
  search.n_best = search.beam * search.diverse;
  const EncoderInputs input = encoder_inputs(captioning.models, picture);
  const std::array<const EncoderInputs*, 1> inputs = {&input};
  const std::vector<Tensor> features = encoded(captioning.models, inputs);
  const std::array<std::uint64_t, 1> numbers = {0};
  Description description = std::move(
      describe({captioning.models, search, std::move(demands)}, features, numbers).front());
  const Caption& best = description.captions.front();
  const std::vector<std::string> words = captioner.vocabulary().decode(best.words);

  Lesson lesson;
  lesson.name = std::move(name);
  lesson.picture = scaled_to(picture, kShownSide, false);
  lesson.width = picture.width;
  lesson.height = picture.height;
  lesson.encoder = captioner.options().encoder;
  lesson.preprocessing = captioner.preprocessing();
  lesson.grid_rows = captioner.encoder().grid_rows();
  lesson.grid_columns = captioner.encoder().grid_columns();
  lesson.feature_width = captioner.encoder().width();
  lesson.sentence = captioner.sentence(best);
  lesson.text = people_text(words, description.assessment, wording);
  lesson.assessment = description.assessment;
  lesson.words = words_of_caption(best, record, captioner.vocabulary());
  lesson.subject = subject_place(words);
  lesson.search = captioning.search;
  lesson.steps = record.steps();
  lesson.vocabulary = captioner.vocabulary().words();
  lesson.occlusion =
      occlude(captioner, input.front(), best.words, lesson.subject, captioning.search);
  const std::vector<float>& attention = lesson.words[lesson.subject].attention;
  if (!attention.empty()) {
    std::vector<float> loss;
    for (const float change : lesson.occlusion.change) loss.push_back(-change);
    lesson.agreement = rank_correlation(attention, loss);
  }
  if (const Confidence* confidence = captioning.models.confidence()) {
    lesson.reasons = reasons_of(*confidence, to_host_float(features.front()), best, words);
  }
  for (const NamedConcept& seen : description.concepts) {
    lesson.concepts.push_back(seen.word + " " + percent(seen.p, 0));
  }
  lesson.decoder = captioner.options().decoder;
  const Parameters& parameters = captioner.parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (parameters.name(id).starts_with("decoder.")) {
      lesson.parameters.emplace_back(parameters.name(id), parameters.shape(id));
    }
  }
  lesson.found = std::move(description.captions);
  return lesson;
}

}  // namespace storyteller::explain
