// libFuzzer target for what SPICE reads: tuple files of the original tool, CoNLL-U, and captions,
// by the first byte. The bounded slice that every test run does is
// Spice.RandomMutationsNeverEscape.
//   tests/fuzz/run spice -runs=1000000
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "core/error.h"
#include "tools/train_spice_model/treebank.h"
#include "train/metrics/spice/spice.h"
#include "train/metrics/spice/spice_import.h"
#include "train/text/ptb/tokenizer.h"

namespace {

using namespace storyteller;

const SpiceModel& model() {
  static const SpiceModel instance(WordNet::shared(default_wordnet_folder()));
  return instance;
}

void require_sound(const SpiceCounts& counts) {
  const double f1 = counts.f1();
  if (!(f1 >= 0 && f1 <= 1)) std::abort();
}

void import_tuples(std::string_view text) {
  for (const ImportedTuples& image : parse_spice_tuples(text, "fuzz")) {
    require_sound(spice_counts(image, model().thesaurus()));
  }
}

void read_treebank(std::string_view text) {
  std::istringstream in{std::string(text)};
  for (const spice::TreebankSentence& sentence : spice::read_conllu(in, "fuzz")) {
    for (const bool keep : {false, true}) {
      if (spice::as_caption(sentence, keep).size() > sentence.size()) std::abort();
    }
  }
}

/// The caption against itself: all that it says matches.
void score_caption(std::string_view text) {
  const Tokens caption = ptb_tokenize(std::string(text));
  const spice::TupleGraph graph = model().graph({caption});
  const SpiceCounts counts = spice_counts(graph, spice::ReferenceGraph(graph));
  require_sound(counts);
  if (counts.of(SpiceCategory::kAll).candidate_only != 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 3) {
      case 0:
        import_tuples(text);
        break;
      case 1:
        read_treebank(text);
        break;
      default:
        score_caption(text);
    }
  } catch (const InputError&) {
    return 0;
  }
  return 0;
}
