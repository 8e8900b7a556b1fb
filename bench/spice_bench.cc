// Microseconds per caption of SPICE-native, on one core: spice_bench
// The captions are those below, in turn; nothing else is read but WordNet.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "train/metrics/spice/spice.h"

namespace storyteller {
namespace {

std::vector<Tokens> captions() {
  std::vector<Tokens> out;
  for (const char* caption :
       {"A man riding a wave on top of a surfboard.",
        "A black and white cat is sleeping on a wooden bench near the window",
        "Two young girls wearing red hats are playing with a ball in the snow.",
        "A bus is parked in front of a tall building on a busy city street.",
        "A plate of food with rice, meat and vegetables on a table."}) {
    out.push_back(ptb_tokenize(caption));
  }
  return out;
}

const std::shared_ptr<const SpiceModel>& model() {
  static const auto instance =
      std::make_shared<const SpiceModel>(WordNet::shared(default_wordnet_folder()));
  return instance;
}

template <class Body>
void time_captions(benchmark::State& state, const Body& body) {
  const std::vector<Tokens> all = captions();
  size_t i = 0;
  for (auto unused : state) {
    benchmark::DoNotOptimize(body(all[i]));
    i = (i + 1) % all.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

void tag_and_parse(benchmark::State& state) {
  time_captions(state, [](const Tokens& c) { return model()->language().parse(c).tags.size(); });
}
void scene_graph(benchmark::State& state) {
  time_captions(state, [](const Tokens& c) { return model()->graph({c}).tuples().size(); });
}
void score(benchmark::State& state) {
  const SpiceReferences references({captions()}, model(), 1);
  time_captions(state, [&](const Tokens& c) { return references.score(0, c).f1(); });
}
void prepare_image(benchmark::State& state) {
  const TokenizedReferences references = {captions()};
  for (auto unused : state) {
    benchmark::DoNotOptimize(SpiceReferences(references, model(), 1).images());
  }
}
BENCHMARK(tag_and_parse)->Unit(benchmark::kMicrosecond);
BENCHMARK(scene_graph)->Unit(benchmark::kMicrosecond);
BENCHMARK(score)->Unit(benchmark::kMicrosecond);
BENCHMARK(prepare_image)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace storyteller

BENCHMARK_MAIN();
