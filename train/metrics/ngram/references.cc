#include "train/metrics/ngram/references.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace storyteller {
namespace {

/// ROUGE-L splits at single blanks, so that no words at all are one empty word.
constexpr std::string_view kEmptyWord;

bool holds_white_space(std::string_view token) {
  return std::any_of(token.begin(), token.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte >= 0xC2;
  });
}

template <class Lookup>
std::vector<TokenId> to_ids(const Tokens& tokens, Lookup lookup) {
  std::vector<TokenId> ids;
  ids.reserve(tokens.size());
  for (const std::string& token : tokens) ids.push_back(lookup(token));
  return ids;
}

std::shared_ptr<const DocumentFrequencies> require(
    std::shared_ptr<const DocumentFrequencies> frequencies) {
  if (!frequencies) throw InternalError("PreparedReferences: document frequencies are null");
  return frequencies;
}

}  // namespace

void require_references(const TokenizedReferences& references) {
  if (references.empty()) {
    throw InputError("captions cannot be scored: there is no image with references");
  }
  const auto empty = std::find_if(references.begin(), references.end(),
                                  [](const auto& image) { return image.empty(); });
  if (empty != references.end()) {
    throw InputError("captions cannot be scored: image " +
                     std::to_string(empty - references.begin()) +
                     " (counted from 0) has no reference; leave it out or add one");
  }
}

Tokens split_at_white_space(const Tokens& tokens) {
  Tokens out;
  out.reserve(tokens.size());
  std::u32string text;
  for (const std::string& token : tokens) {
    if (!holds_white_space(token)) {
      if (!token.empty()) out.push_back(token);
      continue;
    }
    unicode::decode_utf8(token, text);
    std::string word;
    for (const char32_t c : text) {
      const auto kind = unicode::char_class(c);
      if (kind != unicode::kBlank && kind != unicode::kLineBreak) {
        append_utf8(c, &word);
      } else if (!word.empty()) {
        out.push_back(std::exchange(word, {}));
      }
    }
    if (!word.empty()) out.push_back(std::move(word));
  }
  return out;
}

DocumentFrequencies::DocumentFrequencies(const TokenizedReferences& references)
    : documents_(references.size()) {
  std::vector<NgramCount> ngrams;
  std::vector<size_t> last_image;  // the image that last counted this n-gram
  for (size_t image = 0; image < references.size(); ++image) {
    for (const Tokens& reference : references[image]) {
      count_ngrams(to_ids(split_at_white_space(reference),
                          [&](const std::string& token) { return tokens_.insert(token); }),
                   ngrams);
      for (const NgramCount& n : ngrams) {
        const uint32_t number = index_.insert(n.ngram);
        if (number == counts_.size()) {
          counts_.push_back(0);
          last_image.push_back(SIZE_MAX);
        }
        if (last_image[number] == image) continue;
        last_image[number] = image;
        ++counts_[number];
      }
    }
  }
}

uint32_t DocumentFrequencies::count(const Ngram& ngram) const {
  const uint32_t number = index_.find(ngram);
  return number == NgramIndex::kAbsent ? 0 : counts_[number];
}

PreparedReferences::PreparedReferences(const TokenizedReferences& references)
    : PreparedReferences(references, std::make_shared<const DocumentFrequencies>(references)) {}

PreparedReferences::PreparedReferences(const TokenizedReferences& references,
                                       std::shared_ptr<const DocumentFrequencies> frequencies)
    : frequencies_(require(std::move(frequencies))), tokens_(frequencies_->tokens()) {
  require_references(references);
  constexpr size_t kTabulated = 65536;  // a file may claim any number of documents
  log_documents_ = std::log(static_cast<double>(std::max<size_t>(1, frequencies_->documents())));
  for (size_t df = 0; df <= std::min(kTabulated, frequencies_->documents()); ++df) {
    idf_by_count_.push_back(log_documents_ -
                            std::log(static_cast<double>(std::max<size_t>(1, df))));
  }
  images_.reserve(references.size());
  for (const auto& captions : references) images_.push_back(index_image(captions));
}

PreparedReferences::Image PreparedReferences::index_image(const std::vector<Tokens>& references) {
  Image image;
  const auto insert = [&](std::string_view token) { return tokens_.insert(token); };
  std::vector<std::vector<NgramCount>> ngrams(references.size());
  for (size_t r = 0; r < references.size(); ++r) {
    std::vector<TokenId> words = to_ids(references[r], insert);
    if (words.empty()) words.push_back(insert(kEmptyWord));
    image.words.push_back(std::move(words));
    const std::vector<TokenId> tokens = to_ids(split_at_white_space(references[r]), insert);
    image.lengths.push_back(static_cast<uint32_t>(tokens.size()));
    count_ngrams(tokens, ngrams[r]);
    for (const NgramCount& n : ngrams[r]) image.index.insert(n.ngram);
  }
  for (uint32_t i = 0; i < image.index.size(); ++i) {
    image.entries.push_back({0, idf(image.index[i])});
  }
  image.counts.assign(image.entries.size() * references.size(), 0);
  for (size_t r = 0; r < references.size(); ++r) {
    std::array<double, kMaxOrder> squares{};
    for (const NgramCount& n : ngrams[r]) {
      const uint32_t number = image.index.find(n.ngram);
      Entry& entry = image.entries[number];
      image.counts[number * references.size() + r] = n.count;
      entry.max_count = std::max(entry.max_count, n.count);
      const double weight = n.count * entry.idf;
      squares[n.ngram.order() - 1] += weight * weight;
    }
    for (double& square : squares) square = std::sqrt(square);
    image.norms.push_back(squares);
  }
  return image;
}

const PreparedReferences::Image& PreparedReferences::image(size_t image) const {
  if (image >= images_.size()) {
    throw InternalError("PreparedReferences: image " + std::to_string(image) + " of " +
                        std::to_string(images_.size()));
  }
  return images_[image];
}

PreparedCaption PreparedReferences::prepare(const Tokens& hypothesis) const {
  // Words that no reference holds get ids past the known ones, equal words equal ids.
  TextSet unknown;
  const auto lookup = [&](std::string_view token) {
    const TokenId id = tokens_.find(token);
    if (id != TextSet::kAbsent) return id;
    return static_cast<TokenId>(tokens_.size()) + unknown.insert(token);
  };
  PreparedCaption caption;
  caption.words = to_ids(hypothesis, lookup);
  const bool plain = std::none_of(hypothesis.begin(), hypothesis.end(), [](const auto& token) {
    return token.empty() || holds_white_space(token);
  });
  caption.tokens = plain ? caption.words : to_ids(split_at_white_space(hypothesis), lookup);
  if (caption.words.empty()) caption.words.push_back(lookup(kEmptyWord));
  count_ngrams(caption.tokens, caption.ngrams);
  return caption;
}

double PreparedReferences::idf(const Ngram& ngram) const {
  const uint32_t df = frequencies_->count(ngram);
  return df < idf_by_count_.size() ? idf_by_count_[df] : log_documents_ - std::log(double{1} * df);
}

}  // namespace storyteller
