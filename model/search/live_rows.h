#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/ops/ops.h"
#include "model/search/search.h"

namespace storyteller {

/// The hypotheses that a search is about to continue, of all pictures in their order.
class LiveRows {
 public:
  void clear();
  /// The next row: of which picture it is, the word that it reads, and the words before it without
  /// <start>, which append_words(&words) appends.
  template <class AppendWords>
  void add(int32_t image, int32_t last_word, double log_probability, AppendWords&& append_words) {
    image_.push_back(image);
    word_.push_back(last_word);
    append_words(&said_);
    end_.push_back(said_.size());
    views_.push_back({.image = image, .log_probability = log_probability});
  }
  /// After the last row: asks what the rows may not be continued with.
  void ask(const LogitFilters& filters);

  /// Tells of the step that `model` took, with the logits as the filters left them.
  void show(const StepModel& model, const Tensor& logits, SearchObserver& observer) const;

  bool empty() const { return word_.empty(); }
  int64_t size() const { return std::ssize(word_); }
  const std::vector<int32_t>& image() const { return image_; }
  const std::vector<int32_t>& word() const { return word_; }
  std::span<const HypothesisView> views() const { return views_; }
  const WordLists& barred() const { return barred_; }

 private:
  std::vector<int32_t> image_, word_, said_;
  std::vector<size_t> end_;            // of each row in said_
  std::vector<HypothesisView> views_;  // into said_
  WordLists barred_;
};

}  // namespace storyteller
