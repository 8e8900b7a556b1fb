#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/captioning.h"
#include "model/encoder_inputs.h"
#include "tools/apps/album/picture_words.h"
#include "tools/apps/album/record.h"

namespace storyteller::album {

/// A picture that was read, as encoders want it, and what its file says.
struct ReadPicture {
  EncoderInputs inputs;  ///< empty: `error` says why
  std::string error;
  std::int64_t size = 0, mtime_ns = 0, content = 0;
  FileFacts facts;
  std::uint64_t dhash = 0;
  std::string digest = {};
};

/// Of the bytes of a file.
using Digest = std::function<std::string(std::span<const std::byte>)>;

/// Finds out what a model says about pictures.
class Describer {
 public:
  /// `captioning` with as many hypotheses as its search keeps. `digest`: kept of every picture,
  /// where there is one; several threads call it.
  Describer(Captioning captioning, const Language& language, Digest digest = {});

  /// Reads a file once: bytes, facts, pixels. Several threads may. Never throws for a bad picture.
  /// `known` is the content that needs no pixels: `inputs` stay empty and so does `error`.
  ReadPicture read(const std::filesystem::path& path,
                   const std::optional<std::int64_t>& known) const;

  /// Records of pictures that could be read; their ids, sizes and times are the caller's matter.
  std::vector<Record> describe(std::span<const ReadPicture* const> pictures);

  /// The direction of a picture's features; empty where the model was not calibrated.
  Vector vector_of(const ReadPicture& picture);

 private:
  Vector direction(std::span<const float> features) const;

  Captioning captioning_;
  const Language& language_;
  Digest digest_;
};

/// The bytes of a picture in 64 bits (XXH3).
std::int64_t content_of(std::span<const std::byte> bytes);

}  // namespace storyteller::album
