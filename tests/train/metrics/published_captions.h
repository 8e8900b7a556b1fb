#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/words.h"
#include "train/metrics/ngram/references.h"

namespace storyteller {

/// One caption a line.
inline std::vector<Tokens> lines_of_words(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::vector<Tokens> out;
  for (std::string line; std::getline(in, line);) out.push_back(words(line));
  return out;
}

/// Captions with the scores that were published with them.
struct PublishedCaptions {
  TokenizedReferences references;  // [image][reference]
  std::vector<Tokens> hypotheses;  // [image]
  nlohmann::json scores;           // the file: "overall", and "per_image" by image
};

/// metrics/fakecap_100.json: the first hundred of coco-caption's example.
inline PublishedCaptions coco_captions(const std::filesystem::path& path) {
  PublishedCaptions out;
  out.scores = nlohmann::json::parse(std::ifstream(path));
  for (const auto& image : out.scores["per_image"]) {
    out.hypotheses.push_back(words(image["test_ptb"].get<std::string>()));
    out.references.emplace_back();
    for (const auto& text : image["refs_ptb"]) {
      out.references.back().push_back(words(text.get<std::string>()));
    }
  }
  return out;
}

/// metrics/nlg_eval_*.txt: two images with two references each.
inline PublishedCaptions nlg_eval_captions(const std::filesystem::path& folder) {
  const auto first = lines_of_words(folder / "nlg_eval_ref1.txt");
  const auto second = lines_of_words(folder / "nlg_eval_ref2.txt");
  PublishedCaptions out;
  out.hypotheses = lines_of_words(folder / "nlg_eval_hyp.txt");
  for (size_t i = 0; i < first.size(); ++i) out.references.push_back({first[i], second.at(i)});
  return out;
}

}  // namespace storyteller
