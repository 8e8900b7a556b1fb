#include "train/objectives/word_presence.h"

#include <algorithm>
#include <unordered_map>

namespace storyteller {

std::string singular_stem(const std::string& word) {
  if (word.ends_with("sses") || word.ends_with("ies")) return word.substr(0, word.size() - 2);
  if (word.ends_with("s") && !word.ends_with("ss")) return word.substr(0, word.size() - 1);
  return word;
}

WordPresence::WordPresence(const CaptionCorpus& corpus, const Vocabulary& vocabulary)
    : corpus_(corpus), vocabulary_(vocabulary) {
  std::unordered_map<std::string, int> stems;
  for (int word = 0; word < vocabulary.size(); ++word) {
    const auto [stem, is_new] =
        stems.try_emplace(singular_stem(vocabulary.word(word)), static_cast<int>(of_stem_.size()));
    if (is_new) of_stem_.emplace_back();
    of_stem_[static_cast<size_t>(stem->second)].push_back(word);
    stem_of_.push_back(stem->second);
  }

  // Of each stem: captions that have it, and pairs of captions of a picture that both have it.
  std::vector<double> captions(of_stem_.size()), both(of_stem_.size()), others(of_stem_.size());
  std::vector<int> having(of_stem_.size());
  const auto images = corpus.size() == 0 ? 0 : corpus.image(corpus.size() - 1) + 1;
  for (size_t image = 0; image < images; ++image) {
    const auto of_image = corpus.of_image(image);
    std::fill(having.begin(), having.end(), 0);
    for (const Tokens& tokens : of_image) {
      std::vector<int> seen;
      for (const std::string& token : tokens) seen.push_back(stem_of_[vocabulary.id(token)]);
      std::sort(seen.begin(), seen.end());
      seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
      for (int stem : seen) ++having[static_cast<size_t>(stem)];
    }
    for (size_t stem = 0; stem < having.size(); ++stem) {
      captions[stem] += having[stem];
      both[stem] += static_cast<double>(having[stem]) * (having[stem] - 1);
      others[stem] += having[stem] * (static_cast<double>(of_image.size()) - 1);
    }
  }

  double sum = 0;
  weight_.resize(static_cast<size_t>(vocabulary.size()));
  for (int word = Vocabulary::kSpecialTokens; word < vocabulary.size(); ++word) {
    const auto stem = static_cast<size_t>(stem_of_[static_cast<size_t>(word)]);
    if (others[stem] == 0) continue;
    const double a = both[stem] / others[stem];
    const double p = captions[stem] / static_cast<double>(corpus.size());
    const double kappa = p < 1 ? std::max(0.0, (a - p) / (1 - p)) : 0;
    weight_[static_cast<size_t>(word)] = static_cast<float>(kappa);
    sum += kappa;
  }
  // Where no two captions agree, or every picture has one caption, all words count alike.
  const auto V = static_cast<double>(vocabulary.size());
  for (float& weight : weight_) weight = sum > 0 ? static_cast<float>(weight * V / sum) : 1.0F;
}

void WordPresence::present(size_t image, float* row) const {
  std::fill_n(row, vocabulary_.size(), 0.0F);
  for (const Tokens& tokens : corpus_.of_image(image)) {
    for (const std::string& token : tokens) {
      const int id = vocabulary_.id(token);
      if (id < Vocabulary::kSpecialTokens) continue;
      for (int word : of_stem_[static_cast<size_t>(stem_of_[static_cast<size_t>(id)])]) {
        row[word] = 1.0F;
      }
    }
  }
}

}  // namespace storyteller
