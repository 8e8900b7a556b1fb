#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/captioning.h"
#include "model/encoder_inputs.h"
#include "model/image/decode.h"
#include "tools/apps/serve/caption_request.h"

namespace storyteller::serve {

/// A picture as the encoders read it.
struct PreparedPicture {
  EncoderInputs inputs = {};
  Image view = {};  ///< empty: no maps are drawn
  std::vector<std::string> warnings = {};
};

struct BatchTiming {
  double encode = 0, search = 0;  ///< seconds
};

/// The models that a server captions with.
class CaptionModel {
 public:
  /// `files` of the models. `digits` of their checksums. Throws ModelError or IoError where a file
  /// cannot be read again.
  CaptionModel(Ensemble& models, const std::vector<std::string>& files, std::string digits);

  const ModelCard& card() const { return card_; }

  /// Decodes a picture. Any thread may call it. Throws Problem: 415, 422, or 503 where memory is
  /// short.
  PreparedPicture prepare(std::string_view bytes, Maps maps) const;
  /// Captions pictures together, all as `wish` says. One thread at a time. Throws what describe()
  /// throws.
  std::vector<Description> describe(std::span<const PreparedPicture* const> pictures,
                                    const SearchWish& wish, BatchTiming* timing);
  /// What is said about a picture as the request wants it said.
  PictureAnswer answer(const CaptionRequest& request, PreparedPicture picture,
                       Description description) const;
  /// The first caption of a process makes what later ones find made.
  void warm_up();

 private:
  SearchOptions search_for(const SearchWish& wish) const;

  Ensemble& models_;
  ModelCard card_;
  mutable std::mutex large_pictures_;
};

}  // namespace storyteller::serve
