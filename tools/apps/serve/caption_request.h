#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/confidence/assessment.h"
#include "model/search/hypothesis.h"
#include "model/wording/people_text.h"

namespace storyteller::serve {

/// What is drawn for each word.
enum class Maps : std::uint8_t {
  kNone,
  kOverlay,  ///< the picture, lit where the network looked
  kMask,     ///< that light alone, small, in gray
};

/// What a request asks of the search; the rest is as the model recommends.
struct SearchWish {
  std::optional<int> beam = {}, max_words = {}, seed = {};
  std::optional<double> temperature = {};  ///< above 0: the caption is drawn

  friend bool operator==(const SearchWish&, const SearchWish&) = default;
};

/// What a request asks for, in whatever dialect it came.
struct CaptionRequest {
  std::vector<std::string> pictures = {};  ///< their bytes; each is captioned
  bool several = false;                    ///< the answer is a list
  bool only_loads = false;                 ///< Ollama's way to have a model ready: no picture
  SearchWish search = {};
  PeopleWording wording = {};
  Maps maps = Maps::kNone;
  bool stream = false, wants_usage = false;
  std::size_t prompt_words = 0;           ///< that a caption does not answer
  std::string model = {};                 ///< that is asked for; "": any
  std::vector<std::string> ignored = {};  ///< members that change nothing
};

/// What is said about one picture.
struct PictureAnswer {
  Caption caption = {};
  std::vector<std::string> words = {};  ///< of the caption
  std::string sentence = {};            ///< they, as the model says them
  std::string text = {};                ///< for people
  Assessment assessment = {};
  std::size_t regions = 0;             ///< of the picture that the decoder read
  std::vector<std::string> maps = {};  ///< a data: URL for each word
  std::vector<std::string> warnings = {};
};

/// Where the time went, in seconds.
struct Timing {
  double total = 0, decode = 0, encode = 0, search = 0;
};

/// What is told of the model.
struct ModelCard {
  std::string name = {};    ///< "storyteller"
  std::string file = {};    ///< "everyday": a name that is taken for it, too
  std::string digits = {};  ///< of the checksum
  std::string checksum = {}, device = {}, version = {}, encoder = {}, decoder = {};
  std::string stored_type = {};  ///< "BF16"
  std::int64_t parameters = 0, bytes = 0, vocabulary = 0;
  std::int64_t modified = 0;  ///< of the file, in seconds since 1970
};

}  // namespace storyteller::serve
