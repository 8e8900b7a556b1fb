#include <algorithm>
#include <string>
#include <utility>

#include "core/error.h"
#include "train/metrics/meteor/meteor.h"
#include "train/metrics/meteor/normalizer.h"
#include "train/metrics/meteor/stemmer.h"

namespace storyteller {

using meteor_parts::Aligner;
using meteor_parts::Candidate;
using meteor_parts::Candidates;
using meteor_parts::Match;
using meteor_parts::Stage;

/// One caption to be scored.
struct MeteorReferences::Hypothesis {
  std::vector<TokenId> ids;        // [word] in the vocabulary, kAbsent where it is not there
  std::vector<const Word*> words;  // [word]
  std::vector<Word> unknown;       // those that are not in the vocabulary
  std::vector<Phrase> phrases;
  MeteorStatistics::Side side;  // nothing matched
};

/// Memory of one thread, kept between captions.
struct MeteorReferences::Workspace {
  /// Hypotheses beyond this many words get a workspace of their own, so that no thread keeps the
  /// memory that a hostile one takes.
  static constexpr size_t kMostWords = 1000;

  struct Range {
    size_t begin, exact_end, end;
  };
  Aligner aligner;
  std::vector<Candidate> word_candidates;
  std::vector<Range> ranges;  // [Image::words] of word_candidates
  std::vector<Candidate> stems;
  std::vector<Candidate> synonyms;
  Candidates candidates;
};

namespace {

uint64_t signature_of(const std::vector<uint32_t>& sets) {
  uint64_t bits = 0;
  for (const uint32_t set : sets) bits |= uint64_t{1} << (set * 0x9E3779B97F4A7C15U >> 58U);
  return bits;
}

void count_match(MeteorStatistics::Side& side, bool is_function_word, Stage stage) {
  auto& counts = is_function_word ? side.matched_function : side.matched_content;
  ++counts[static_cast<size_t>(stage)];
}

std::shared_ptr<const MeteorResources> require(std::shared_ptr<const MeteorResources> resources) {
  if (!resources) throw InternalError("MeteorReferences: resources are null");
  return resources;
}

}  // namespace

MeteorReferences::MeteorReferences(const TokenizedReferences& references,
                                   std::shared_ptr<const MeteorResources> resources)
    : resources_(require(std::move(resources))) {
  require_references(references);
  images_.reserve(references.size());
  for (const auto& captions : references) images_.push_back(prepare(captions));
}

/// All but the stem.
MeteorReferences::Word MeteorReferences::describe(const std::string& word) const {
  Word out;
  out.is_function_word = resources_->is_function_word(word);
  resources_->synonyms().find(word, out.synonyms);
  out.signature = signature_of(out.synonyms);
  return out;
}

TokenId MeteorReferences::add_word(const std::string& word) {
  const TokenId id = vocabulary_.insert(word);
  if (id == words_.size()) {
    words_.push_back(describe(word));
    words_.back().stem = stems_.insert(meteor_parts::stem(word));
  }
  return id;
}

MeteorReferences::Image MeteorReferences::prepare(const std::vector<Tokens>& references) {
  Image image;
  for (const Tokens& tokens : references) {
    const Tokens words = meteor_parts::normalize(tokens);
    Reference& reference = image.references.emplace_back();
    for (const std::string& word : words) {
      const TokenId id = add_word(word);
      ++(words_[id].is_function_word ? reference.side.function : reference.side.content);
      const auto found = std::find(image.words.begin(), image.words.end(), id);
      reference.words.push_back(static_cast<uint32_t>(found - image.words.begin()));
      if (found == image.words.end()) image.words.push_back(id);
    }
    reference.phrases = find_phrases(words);
  }
  return image;
}

/// Phrases of the table of paraphrases, by place, then by length.
std::vector<MeteorReferences::Phrase> MeteorReferences::find_phrases(const Tokens& words) const {
  std::vector<Phrase> phrases;
  const meteor_parts::ParaphraseTable* table = resources_->paraphrases();
  if (table == nullptr) return phrases;
  std::string phrase;
  for (size_t begin = 0; begin < words.size(); ++begin) {
    phrase.clear();
    const size_t end = std::min(words.size(), begin + table->longest());
    for (size_t i = begin; i < end; ++i) {
      if (i > begin) phrase += ' ';
      phrase += words[i];
      const uint32_t number = table->find(phrase);
      if (number == meteor_parts::ParaphraseTable::kAbsent) continue;
      phrases.push_back(
          {static_cast<uint32_t>(begin), static_cast<uint32_t>(i + 1 - begin), number});
    }
  }
  return phrases;
}

MeteorReferences::Hypothesis MeteorReferences::look_up(const Tokens& hypothesis) const {
  const Tokens words = meteor_parts::normalize(hypothesis);
  Hypothesis out;
  out.unknown.reserve(words.size());  // `words` keeps pointers into it
  for (const std::string& word : words) {
    const TokenId id = vocabulary_.find(word);
    out.ids.push_back(id);
    if (id == TextSet::kAbsent) {
      out.unknown.push_back(describe(word));
      out.unknown.back().stem = stems_.find(meteor_parts::stem(word));
    }
    const Word* known = id == TextSet::kAbsent ? &out.unknown.back() : &words_[id];
    out.words.push_back(known);
    ++(known->is_function_word ? out.side.function : out.side.content);
  }
  out.phrases = find_phrases(words);
  return out;
}

/// Candidates of every word of the references, equal words once: exact, stem, synonym.
void MeteorReferences::find_word_candidates(const Image& image, const Hypothesis& hypothesis,
                                            const std::vector<Word>& words, Workspace& workspace) {
  auto& [aligner, found, ranges, stems, synonyms, candidates] = workspace;
  found.clear();
  ranges.clear();
  for (const TokenId id : image.words) {
    const Word& word = words[id];
    const size_t begin = found.size();
    stems.clear();
    synonyms.clear();
    for (uint32_t place = 0; place < hypothesis.ids.size(); ++place) {
      if (hypothesis.ids[place] == id) {
        found.push_back({place, 1, 1, Stage::kExact});
        continue;
      }
      const Word& other = *hypothesis.words[place];
      if (other.stem == word.stem) stems.push_back({place, 1, 1, Stage::kStem});
      if ((other.signature & word.signature) != 0 && share_a_set(other.synonyms, word.synonyms)) {
        synonyms.push_back({place, 1, 1, Stage::kSynonym});
      }
    }
    const size_t exact_end = found.size();
    found.insert(found.end(), stems.begin(), stems.end());
    found.insert(found.end(), synonyms.begin(), synonyms.end());
    ranges.push_back({begin, exact_end, found.size()});
  }
}

/// Candidates of the table of paraphrases.
void MeteorReferences::find_phrase_candidates(const Reference& reference,
                                              const Hypothesis& hypothesis,
                                              Workspace& workspace) const {
  auto& phrases = workspace.candidates.phrases;
  phrases.assign(reference.words.size(), {});
  for (const Phrase& ours : reference.phrases) {
    const auto partners = resources_->paraphrases()->partners(ours.number);
    for (const Phrase& theirs : hypothesis.phrases) {
      if (!std::binary_search(partners.begin(), partners.end(), theirs.number)) continue;
      phrases[ours.begin].push_back({theirs.begin, static_cast<uint8_t>(theirs.length),
                                     static_cast<uint8_t>(ours.length), Stage::kParaphrase});
    }
  }
}

/// The hypothesis against one reference.
MeteorStatistics MeteorReferences::compare(const Image& image, const Reference& reference,
                                           const Hypothesis& hypothesis,
                                           Workspace& workspace) const {
  const auto& places = reference.words;
  // Equal captions: exact matches alone.
  const bool identical =
      std::equal(places.begin(), places.end(), hypothesis.ids.begin(), hypothesis.ids.end(),
                 [&](uint32_t word, TokenId id) { return image.words[word] == id; });
  Candidates& candidates = workspace.candidates;
  candidates.hypothesis_length = hypothesis.ids.size();
  candidates.words.clear();
  for (const uint32_t word : places) {
    const Workspace::Range& range = workspace.ranges[word];
    candidates.words.push_back(
        std::span(workspace.word_candidates)
            .subspan(range.begin, (identical ? range.exact_end : range.end) - range.begin));
  }
  candidates.phrases.clear();
  if (!identical && !reference.phrases.empty() && !hypothesis.phrases.empty()) {
    find_phrase_candidates(reference, hypothesis, workspace);
  }
  const meteor_parts::Alignment& alignment = workspace.aligner.align(candidates);
  MeteorStatistics out{hypothesis.side, reference.side, alignment.chunks};
  for (const Match& match : alignment.matches) {
    const Candidate& c = match.candidate;
    for (uint32_t i = 0; i < c.hypothesis_length; ++i) {
      count_match(out.hypothesis, hypothesis.words[c.hypothesis_begin + i]->is_function_word,
                  c.stage);
    }
    for (uint32_t i = 0; i < c.reference_length; ++i) {
      const TokenId id = image.words[places[match.reference_begin + i]];
      count_match(out.reference, words_[id].is_function_word, c.stage);
    }
  }
  const bool perfect = out.hypothesis.matched() == out.hypothesis.length() &&
                       out.reference.matched() == out.reference.length() && out.chunks == 1;
  if (perfect) out.chunks = 0;
  return out;
}

MeteorStatistics MeteorReferences::statistics(size_t image, const Tokens& hypothesis) const {
  if (image >= images_.size()) {
    throw InternalError("MeteorReferences: image " + std::to_string(image) + " of " +
                        std::to_string(images_.size()));
  }
  const Hypothesis caption = look_up(hypothesis);
  static thread_local Workspace kept;
  Workspace own;
  Workspace& workspace = caption.ids.size() > Workspace::kMostWords ? own : kept;
  const Image& target = images_[image];
  find_word_candidates(target, caption, words_, workspace);
  MeteorStatistics best;
  double best_score = -1;
  for (const Reference& reference : target.references) {
    const MeteorStatistics statistics = compare(target, reference, caption, workspace);
    const double score = meteor(statistics);
    if (score > best_score || (score == best_score && statistics < best)) {
      best = statistics;
      best_score = score;
    }
  }
  return best;
}

}  // namespace storyteller
