// Microseconds per caption of the caption metrics, on one core:
//   STORYTELLER_DATA=FOLDER metrics_bench
// FOLDER/metrics/fakecap_100.json: 100 captions of COCO with 5 references each.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "train/metrics/meteor/meteor.h"

namespace storyteller {
namespace {

struct Captions {
  TokenizedReferences references;  // [image][5]
  std::vector<Tokens> hypotheses;  // [image]
};

Tokens words(const std::string& text) {
  std::istringstream in(text);
  Tokens out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

Captions read_captions(const std::filesystem::path& data) {
  Captions out;
  const auto json = nlohmann::json::parse(std::ifstream(data / "metrics/fakecap_100.json"));
  for (const auto& image : json["per_image"]) {
    out.hypotheses.push_back(words(image["test_ptb"].get<std::string>()));
    out.references.emplace_back();
    for (const auto& text : image["refs_ptb"]) {
      out.references.back().push_back(words(text.get<std::string>()));
    }
  }
  return out;
}

/// A row whose body scores one caption: body(image).
template <class Body>
void time_captions(benchmark::State& state, size_t images, const Body& body) {
  size_t image = 0;
  for (auto unused : state) {
    benchmark::DoNotOptimize(body(image));
    image = (image + 1) % images;
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

void add_meteor_rows(const Captions& captions, const std::string& name,
                     const std::shared_ptr<const MeteorResources>& resources) {
  const auto references = std::make_shared<MeteorReferences>(captions.references, resources);
  benchmark::RegisterBenchmark((name + "/caption").c_str(), [&captions,
                                                             references](benchmark::State& state) {
    time_captions(state, captions.hypotheses.size(), [&](size_t image) {
      return meteor(references->statistics(image, captions.hypotheses[image]));
    });
  })->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark(
      (name + "/prepare_100_images").c_str(),
      [&captions, resources](benchmark::State& state) {
        for (auto unused : state) {
          benchmark::DoNotOptimize(MeteorReferences(captions.references, resources).images());
        }
      })
      ->Unit(benchmark::kMicrosecond);
}

void add_rows(const std::filesystem::path& data, const Captions& captions) {
  add_meteor_rows(
      captions, "meteor",
      std::make_shared<const MeteorResources>(MeteorResources::open(data / "metrics/meteor")));
  if (std::filesystem::exists(default_wordnet_folder() / "index.noun")) {
    add_meteor_rows(captions, "meteor_wordnet",
                    std::make_shared<const MeteorResources>(MeteorResources::from_wordnet()));
  }
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const char* data = std::getenv("STORYTELLER_DATA");
  if (data == nullptr) {
    std::fprintf(stderr, "metrics_bench: set STORYTELLER_DATA to the folder of real data\n");
    return 2;
  }
  const storyteller::Captions captions = storyteller::read_captions(data);
  storyteller::add_rows(data, captions);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
