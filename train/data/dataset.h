#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "model/image/image.h"
#include "train/data/bad_pictures.h"
#include "train/data/picture_question.h"
#include "train/text/split_names.h"

namespace storyteller {

/// A data set names no picture of the split that was asked for.
class EmptySplit : public InputError {
 public:
  using InputError::InputError;
};
/// The same, and by intent as far as one can tell: other splits are there, and no file that is
/// this one's. (Files of a split that are there and cannot be used are a plain InputError.)
class NoSuchSplit : public EmptySplit {
 public:
  using EmptySplit::EmptySplit;
};

/// Where one object is seen in a picture: row-major, `width * height` bytes, 1 inside, else 0.
struct ObjectMask {
  int width = 0, height = 0;
  std::vector<uint8_t> inside;
};

/// A word of a caption that names something in the picture.
struct WordTarget {
  int word = 0;              ///< Position in the caption's tokens, from 0.
  std::vector<int> objects;  ///< Indices into `object_masks`; empty: no such thing is there.
};

/// Pictures with captions. Everything but construction is const and safe to call from several
/// threads at once; index i runs over [0, size()) and means the same example for ever.
class Dataset {
 public:
  Dataset() = default;
  Dataset(const Dataset&) = delete;
  Dataset& operator=(const Dataset&) = delete;
  virtual ~Dataset() = default;

  virtual size_t size() const = 0;

  /// Name that a reader recognises and that is unique in the set: a file name for photographs.
  virtual std::string id(size_t i) const = 0;

  /// The whole number by which files of results call the picture: COCO's "id", Karpathy's
  /// "cocoid". Nothing where the set has none; `id` is what results say then.
  virtual std::optional<int64_t> number(size_t /*i*/) const { return std::nullopt; }

  /// Raw captions, never empty.
  virtual std::vector<std::string> captions(size_t i) const = 0;

  /// Whether there are questions about the pictures, which captions() then are.
  virtual bool asks() const { return false; }
  /// They, with what people answered; empty where the set asks nothing.
  virtual std::span<const PictureQuestion> questions(size_t /*i*/) const { return {}; }

  /// False for captions that come without one: then nothing below may be asked of it.
  virtual bool has_picture(size_t /*i*/) const { return true; }

  /// Decodes or renders the picture. Throws InputError naming the file where it cannot be used.
  /// `warnings` (may be null) receives what was repaired, a truncated tail for example.
  virtual Image load(size_t i, std::vector<std::string>* warnings = nullptr) const = 0;

  /// The picture as it is stored, JPEG or PNG: what `data import` copies. Throws InputError where
  /// it cannot be read.
  virtual std::string picture_bytes(size_t i) const = 0;

  /// The length of the same; 0: not known without reading it.
  virtual uint64_t stored_bytes(size_t /*i*/) const { return 0; }

  /// One mask per object, visible part only; empty where the set knows none.
  virtual std::vector<ObjectMask> object_masks(size_t /*i*/) const { return {}; }

  /// For each word of a caption (any caption, also a generated one) that names an object, the
  /// right objects; empty where the set knows no objects.
  virtual std::vector<WordTarget> word_targets(size_t /*i*/,
                                               const std::vector<std::string>& /*tokens*/) const {
    return {};
  }

  /// Moves when names, sizes or order of the pictures change. Known without a look into them.
  virtual uint64_t fingerprint() const = 0;

  /// Moves when what the pictures hold does, and with fingerprint(): part of a cache's key. Reads
  /// every picture at the first call, which alone is not safe beside another. `progress(done,
  /// total)` may be empty, and may throw to give up.
  uint64_t content(const std::function<void(size_t, size_t)>& progress = {}) const;

  /// What the lists name but the folder does not hold: skipped when the set was opened.
  virtual const BadPictures& skipped() const = 0;

  /// What a reader of the scores should know, a line each: counts that differ from published ones.
  virtual std::vector<std::string> notes() const { return {}; }

 protected:
  /// Of the bytes of a picture; 0 where they cannot be read.
  virtual uint64_t picture_hash(size_t i) const;

 private:
  mutable uint64_t content_ = 0;  // 0: not known yet
};

struct OpenOptions {
  MaxBad max_bad = {};  ///< Bounds the pictures that may be missing.
  /// False: pictures are taken to be there, for those who read captions alone.
  bool look_for_pictures = true;
};

/// Opens "FORMAT:PATH"; docs/data.md describes the formats. Throws UsageError for an unknown format
/// or option, InputError for files that do not hold what the format needs.
std::unique_ptr<Dataset> open_dataset(std::string_view specification, Split split,
                                      const OpenOptions& options = {});

/// The formats that open_dataset knows: name, what follows the colon, what it is.
struct DataFormat {
  std::string_view name, path, description;
};
std::vector<DataFormat> data_formats();

}  // namespace storyteller
