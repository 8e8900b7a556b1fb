#include "tools/commands/score_notes.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/system/printable.h"
#include "core/text/number_format.h"
#include "tools/cli/flag_names.h"
#include "train/metrics/files/odd_captions.h"

namespace storyteller {
namespace {

void append(std::vector<std::string> more, std::vector<std::string>& notes) {
  notes.insert(notes.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

std::string left_out(const std::vector<std::string>& ids, const std::string& why) {
  return grouped(ids.size()) + (ids.size() == 1 ? " image" : " images") + " left out " + why +
         ", such as " + printable(ids.front());
}

}  // namespace

std::vector<std::string> caption_notes(std::span<const std::string> hypotheses,
                                       std::span<const std::string> references, MetricSet metrics) {
  std::vector<std::string> notes = odd_hypotheses(hypotheses);
  append(odd_captions("hypotheses", hypotheses), notes);
  append(odd_captions("references", references), notes);
  if (std::string language = other_language(metrics, references); !language.empty()) {
    notes.push_back(std::move(language));
  }
  return notes;
}

std::vector<std::string> score_notes(const CaptionPairs& pairs, MetricSet metrics,
                                     bool fixed_frequencies) {
  std::vector<std::string> notes;
  for (const std::string& note : pairs.notes) notes.push_back(with_flags(note));
  const auto note = [&](const std::vector<std::string>& ids, const char* why) {
    if (!ids.empty()) notes.push_back(left_out(ids, why));
  };
  note(pairs.without_hypothesis, "for want of a hypothesis");
  note(pairs.without_reference, "for want of a reference");
  note(pairs.without_words, "because no reference of theirs holds a word");
  std::vector<std::string> references;
  for (const CaptionPairs::Image& image : pairs.images) {
    references.insert(references.end(), image.references.begin(), image.references.end());
  }
  append(caption_notes(pairs.captions, references, metrics), notes);
  const bool cider = metrics.contains(Metric::kCider) || metrics.contains(Metric::kPlainCider);
  if (cider && pairs.images.size() == 1 && !fixed_frequencies) {
    notes.emplace_back(
        "CIDEr is 0: it weighs n-grams by how few images have them, and of one image all have all; "
        "give it document frequencies with --frequencies FILE (made once from many references, "
        "with --save-frequencies FILE)");
  }
  return notes;
}

}  // namespace storyteller
