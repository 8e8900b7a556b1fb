#include "model/vocabulary.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"
#include "core/text/phrase.h"
#include "model/style_tokens.h"

namespace storyteller {
namespace {

constexpr std::array<std::string_view, Vocabulary::kSpecialTokens> kSpecialWords = {
    "<pad>", "<start>", "<end>", "<unk>"};

bool is_mark(std::string_view word) {
  return std::find(kSpecialWords.begin(), kSpecialWords.end(), word) != kSpecialWords.end() ||
         is_style_token(word);
}

}  // namespace

Vocabulary Vocabulary::build(std::span<const std::vector<std::string>> captions, size_t min_count) {
  std::unordered_map<std::string_view, size_t> counts;
  for (const auto& caption : captions) {
    for (const std::string& word : caption) ++counts[word];
  }
  std::vector<WordCount> all;
  all.reserve(counts.size());
  for (const auto& [word, count] : counts) all.push_back({word, count});
  return build(all, min_count);
}

Vocabulary Vocabulary::build(std::span<const WordCount> counts, size_t min_count) {
  std::vector<WordCount> kept;
  for (const WordCount& entry : counts) {
    if (entry.count >= min_count && !is_mark(entry.word)) kept.push_back(entry);
  }
  std::sort(kept.begin(), kept.end(), [](const WordCount& a, const WordCount& b) {
    return a.count != b.count ? a.count > b.count : a.word < b.word;
  });
  std::vector<std::string> words(kSpecialWords.begin(), kSpecialWords.end());
  for (const WordCount& entry : kept) words.emplace_back(entry.word);
  return Vocabulary(std::move(words));
}

Vocabulary::Vocabulary(std::vector<std::string> words) : words_(std::move(words)) {
  for (size_t i = 0; i < kSpecialWords.size(); ++i) {
    if (i >= words_.size() || words_[i] != kSpecialWords[i]) {
      throw ModelError("vocabulary: entry " + std::to_string(i) + " must be " +
                       std::string(kSpecialWords[i]));
    }
  }
  ids_.reserve(words_.size());
  for (size_t i = 0; i < words_.size(); ++i) {
    const std::string& word = words_[i];
    if (word.empty() || word.find_first_of(" \t\r\n") != std::string::npos) {
      throw ModelError("vocabulary: entry " + std::to_string(i) + " is empty or holds white space");
    }
    if (!ids_.emplace(word, static_cast<int>(i)).second) {
      throw ModelError("vocabulary: '" + word + "' comes twice");
    }
  }
}

int Vocabulary::id(std::string_view word) const {
  const auto found = ids_.find(word);
  return found == ids_.end() ? kUnk : found->second;
}

const std::string& Vocabulary::word(int id) const {
  if (id < 0 || id >= size()) {
    throw InternalError("vocabulary: id " + std::to_string(id) + " of " + std::to_string(size()));
  }
  return words_[id];
}

std::vector<int> Vocabulary::encode(std::span<const std::string> words) const {
  std::vector<int> ids;
  ids.reserve(words.size());
  for (const std::string& w : words) ids.push_back(id(w));
  return ids;
}

std::vector<std::string> Vocabulary::decode(std::span<const int> ids) const {
  std::vector<std::string> words;
  for (const int id : ids) {
    if (id == kEnd) break;
    if (id != kPad && id != kStart) words.push_back(word(id));
  }
  return words;
}

std::string Vocabulary::sentence(std::span<const int> ids) const {
  return joined(decode(ids), " ");
}

}  // namespace storyteller
