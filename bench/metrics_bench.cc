// Microseconds per caption of the caption metrics, on one core:
//   STORYTELLER_DATA=FOLDER metrics_bench
// FOLDER/metrics/fakecap_100.json: 100 captions of COCO with 5 references each. Where there is
// FOLDER/flickr8k too, the tokeniser, and score_5000_images: from raw captions of 5,000 images,
// with 5 references each, to all scores of all metrics, on two threads.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "train/metrics/caption_scorer.h"
#include "train/metrics/files/caption_file.h"
#include "train/metrics/files/caption_pairs.h"
#include "train/metrics/meteor/meteor.h"
#include "train/metrics/ngram/bleu.h"
#include "train/metrics/ngram/cider.h"
#include "train/metrics/ngram/rouge.h"

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

/// BLEU, ROUGE-L and CIDEr-D of a caption whose n-grams are counted in the time too.
void add_ngram_rows(const Captions& captions) {
  const auto references = std::make_shared<PreparedReferences>(captions.references);
  const auto add = [&](const char* name, auto metric) {
    benchmark::RegisterBenchmark(name, [&captions, references, metric](benchmark::State& state) {
      time_captions(state, captions.hypotheses.size(), [&](size_t image) {
        return metric(*references, image, references->prepare(captions.hypotheses[image]));
      });
    })->Unit(benchmark::kMicrosecond);
  };
  add("bleu/caption", [](const PreparedReferences& r, size_t image, const PreparedCaption& c) {
    return bleu(bleu_statistics(r, image, c));
  });
  add("cider_d/caption", cider_d);
  // Where one caption is scored by all metrics, it is prepared once; ROUGE-L's own share:
  const auto prepared = std::make_shared<std::vector<PreparedCaption>>();
  for (const Tokens& caption : captions.hypotheses) {
    prepared->push_back(references->prepare(caption));
  }
  benchmark::RegisterBenchmark("rouge_l/caption", [prepared, references](benchmark::State& state) {
    time_captions(state, prepared->size(),
                  [&](size_t image) { return rouge_l(*references, image, (*prepared)[image]); });
  })->Unit(benchmark::kMicrosecond);
}

/// Tokeniser and whole sets, on Flickr8k's captions.
void add_flickr_rows(const std::filesystem::path& tokens) {
  const auto images = std::make_shared<std::vector<std::vector<std::string>>>(
      group_by_image({read_caption_file(tokens)}));
  benchmark::RegisterBenchmark("tokenizer/caption", [images](benchmark::State& state) {
    time_captions(state, images->size(),
                  [&](size_t image) { return ptb_tokenize((*images)[image][0]).size(); });
  })->Unit(benchmark::kMicrosecond);
  constexpr size_t kImages = 5000;
  constexpr int kThreads = 2;
  if (images->size() <= kImages) return;
  benchmark::RegisterBenchmark(
      "score_5000_images",
      [images](benchmark::State& state) {
        std::vector<std::string> said;  // a caption of the next image
        for (size_t i = 0; i < kImages; ++i) said.push_back((*images)[i + 1][0]);
        const std::vector<std::vector<std::string>> raw(images->begin(), images->begin() + kImages);
        for (auto unused : state) {
          const CaptionScorer scorer(ptb_tokenize_references(raw, kThreads),
                                     {.metrics = parse_metrics("all", ""), .threads = kThreads});
          benchmark::DoNotOptimize(scorer.score_all(ptb_tokenize_all(said, kThreads))["cider"]);
        }
      })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

void add_rows(const std::filesystem::path& data, const Captions& captions) {
  add_ngram_rows(captions);
  const auto tokens = data / "flickr8k" / "Flickr8k.token.txt";
  if (std::filesystem::exists(tokens)) add_flickr_rows(tokens);
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
