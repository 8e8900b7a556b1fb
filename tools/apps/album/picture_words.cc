#include "tools/apps/album/picture_words.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "core/text/ascii.h"

namespace storyteller::album {
namespace {

/// Weights by lemma and source, the greatest of each.
class Postings {
 public:
  void add(const Lemma& lemma, double weight, Source source) {
    const int scaled = std::clamp(static_cast<int>(std::lround(weight * 255)), 1, 255);
    int& known = weights_[{lemma, source}];
    known = std::max(known, scaled);
  }
  std::vector<Posting> take() const {
    std::vector<Posting> postings;
    for (const auto& [key, weight] : weights_) postings.push_back({key.first, weight, key.second});
    return postings;
  }

 private:
  std::map<std::pair<Lemma, Source>, int> weights_;
};

std::set<Lemma> lemmas_in(const Language& language, const std::vector<std::string>& words) {
  std::set<Lemma> lemmas;
  for (auto& content : language.content(words)) lemmas.insert(std::move(content.lemma));
  return lemmas;
}

}  // namespace

std::vector<double> shares(std::span<const Caption> captions) {
  std::vector<double> shares;
  double sum = 0;
  for (const Caption& caption : captions) {
    shares.push_back(std::exp(caption.score - captions.front().score));
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

std::vector<Posting> picture_words(const Language& language, std::span<const Hypothesis> hypotheses,
                                   std::span<const Detection> detections,
                                   std::span<const std::string> keywords) {
  Postings postings;
  std::set<Lemma> said;
  std::map<Lemma, double> others;
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    for (const Lemma& lemma : lemmas_in(language, hypotheses[i].words)) {
      if (i == 0) {
        said.insert(lemma);
        postings.add(lemma, 1, Source::kCaption);
      } else if (!said.contains(lemma)) {
        others[lemma] += hypotheses[i].share;
      }
    }
  }
  for (const auto& [lemma, share] : others) postings.add(lemma, share, Source::kHypotheses);
  std::vector<Detection> seen(detections.begin(), detections.end());
  std::erase_if(seen, [](const Detection& d) { return !(d.p >= kLeastDetection); });
  std::stable_sort(seen.begin(), seen.end(),
                   [](const Detection& a, const Detection& b) { return a.p > b.p; });
  if (seen.size() > kMostDetections) seen.resize(kMostDetections);
  for (const Detection& detection : seen) {
    postings.add(language.lemma(detection.word), detection.p, Source::kDetector);
  }
  for (const std::string& keyword : keywords) {
    const std::vector<std::string> words = words_of(keyword);
    std::string whole;
    for (const std::string& word : words) {
      whole += (whole.empty() ? "" : " ") + word;
      if (words.size() > 1) postings.add(language.lemma(word), 1, Source::kKeywords);
    }
    if (words.size() == 1) postings.add(language.lemma(whole), 1, Source::kKeywords);
    if (words.size() > 1) postings.add({whole, Pos::kOther}, 1, Source::kKeywords);
  }
  return postings.take();
}

std::string known_words(const Language& language, std::span<const std::string> vocabulary) {
  std::set<std::string> lemmas;
  for (const std::string& word : vocabulary) {
    if (word.starts_with('<')) continue;
    for (Lemma& lemma : language.all_lemmas(word)) lemmas.insert(std::move(lemma.text));
  }
  std::string lines = "\n";
  for (const std::string& lemma : lemmas) lines += lemma + "\n";
  return lines;
}

}  // namespace storyteller::album
