#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "model/captioning.h"
#include "model/decoder/decoder_options.h"
#include "model/image/image.h"
#include "model/image/preprocess.h"
#include "tools/apps/explain/occlusion.h"
#include "tools/apps/explain/search_record.h"

namespace storyteller::explain {

/// A share of a probability: what one signal adds to its log-odds.
struct SignalShare {
  std::string name;  ///< of the signal, see model/confidence/signals.h
  double value = 0, adds = 0;
};

/// Why a model is as sure as it is.
struct Reasons {
  std::vector<SignalShare> confidence, photo;
  double confidence_bias = 0, photo_bias = 0;  ///< log-odds where every signal is at its mean
  /// How many of the nearest pictures of the training show a kind of thing, the most first.
  struct Kind {
    std::string name;
    std::size_t pictures = 0;
  };
  std::vector<Kind> kinds = {};
  std::size_t neighbours = 0;
  std::string subject_kind =
      {};  ///< what the sentence is about, as the memory knows it; "": nothing
};

/// A word of the sentence, and how it came about.
struct LessonWord {
  std::string text;  ///< "" for the end
  double probability = 0;
  std::vector<std::pair<std::string, double>> likeliest;  ///< words with probabilities; "": the end
  double entropy = 0;                                     ///< bits
  std::optional<double> gate;
  std::vector<float> attention;  ///< (L); empty: it does not attend
};

/// How one model came to its sentence about one picture: all that a page tells.
struct Lesson {
  std::string name;           ///< of the picture
  std::string model;          ///< file
  std::string digits;         ///< of its checksum
  Image picture;              ///< as it is shown
  int width = 0, height = 0;  ///< of the picture as it was decoded
  std::string encoder;        ///< name
  Preprocessing preprocessing;
  std::int64_t grid_rows = 0, grid_columns = 0, feature_width = 0;

  std::string sentence, text;  ///< as the model says it, and for people
  Assessment assessment;
  std::vector<LessonWord> words;  ///< the last is the end, where the sentence has one
  std::size_t subject = 0;        ///< of words

  SearchOptions search;
  std::vector<SearchStep> steps;
  std::vector<Caption> found;           ///< sentences that ended, the best first
  std::vector<std::string> vocabulary;  ///< by id

  Occlusion occlusion;
  std::optional<double> agreement;  ///< rank correlation of attention and occlusion

  std::optional<Reasons> reasons;     ///< nothing: the model was not calibrated
  std::vector<std::string> concepts;  ///< that it detected, with probabilities

  DecoderOptions decoder;
  std::vector<std::pair<std::string, Shape>> parameters;  ///< of the decoder
};

}  // namespace storyteller::explain
