#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/confidence/assessment.h"
#include "tools/apps/album/schema.h"
#include "tools/apps/album/vectors.h"
#include "tools/apps/shared/file_facts.h"
#include "tools/apps/shared/language.h"

namespace storyteller::album {

/// A word about a picture.
struct Posting {
  Lemma lemma;
  int weight = 255;  ///< 1 to 255
  Source source = Source::kCaption;
};

/// A sentence about a picture, in words, and its share of what the search found, in [0, 1].
struct Hypothesis {
  std::vector<std::string> words;
  double share = 0;
};

/// A thing that a detector sees, and how probable that is.
struct Detection {
  std::string word;
  double p = 0;
};

/// All that is found out about a picture.
struct Record {
  std::int64_t picture = 0;
  std::int64_t size = 0, mtime_ns = 0, content = 0;
  FileFacts facts;
  std::uint64_t dhash = 0;
  std::string caption;  ///< as the model says it
  std::string text;     ///< for people, without a hedge
  Assessment assessment;
  double log_probability = 0;
  std::vector<Posting> postings;
  std::vector<Hypothesis> hypotheses;  ///< the caption's is the first
  std::vector<Detection> detections;
  std::string digest;  ///< of the file's bytes, where the describer was asked for one
  Vector vector;       ///< empty: the model makes none
};

}  // namespace storyteller::album
