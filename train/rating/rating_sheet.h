#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/files/caption_file.h"

namespace storyteller {

/// The captions of one system that people shall rate.
struct RatedSystem {
  std::string name;
  std::vector<FiledCaption> captions;  ///< one per image
};

/// One caption as a rater meets it.
struct RatingItem {
  std::string image;  ///< image id
  std::string caption;
  /// Indices into RatingSheet::systems: all systems that said just this of the image. It is rated
  /// once and counts for each.
  std::vector<size_t> systems;
  /// Index into RatingSheet::items of the earlier item that this one repeats.
  std::optional<size_t> duplicate_of = std::nullopt;
};

/// What is rated, in which order, and who said it: the sheet shows the first two, the key keeps
/// all.
struct RatingSheet {
  std::string id;  ///< 32 hexadecimal digits, a hash of all the rest
  uint64_t seed = 0;
  std::vector<std::string> scales = {};          ///< "correctness", ...; each is rated 1 to 5
  std::vector<std::string> systems = {};         ///< names; people's own captions last, where given
  std::optional<size_t> control = std::nullopt;  ///< index of people's own captions in `systems`
  std::vector<RatingItem> items = {};            ///< in the order shown

  /// Items that are no duplicates.
  size_t originals() const;
};

inline constexpr const char* kHumanSystem = "human";

struct RatingSheetOptions {
  std::vector<std::string> scales = {"correctness", "fluency"};
  std::optional<size_t> images = std::nullopt;      ///< how many, drawn at random; nothing: all
  std::optional<size_t> duplicates = std::nullopt;  ///< items shown twice; nothing: a tenth
  uint64_t seed = 1;
  /// Captions as they are. Otherwise blanks are collapsed and every caption begins with a capital
  /// and ends with a full stop, since spelling gives away who is a machine.
  bool verbatim = false;
};

/// Ids of the images that every system captioned and that, where `references` is not null, have a
/// human caption; sorted.
std::vector<std::string> images_in_common(const std::vector<RatedSystem>& systems,
                                          const std::vector<FiledCaption>* references);

/// Draws images, one human caption of each where `references` is not null, duplicates and an order,
/// all by the seed. The order goes in rounds: a round shows an image at most once, who speaks is
/// random, and neighbours show different images where there are enough of them. A duplicate comes
/// at least a third of the sheet after its original.
/// @param images what may be drawn from: a subset of images_in_common().
/// @throws UsageError if there are too few images or items, or names of systems or scales are
/// empty,
///   occur twice, or are reserved; InputError if a system has two captions of an image.
RatingSheet plan_rating_sheet(const std::vector<RatedSystem>& systems,
                              const std::vector<FiledCaption>* references,
                              std::vector<std::string> images, const RatingSheetOptions& options);

/// The key as JSON, and back. `name` is how messages call the file.
/// @throws InputError if it is no key or contradicts itself.
std::string rating_key_json(const RatingSheet& sheet);
RatingSheet parse_rating_key(std::string_view json, const std::string& name);

/// A caption in the form that all captions of a sheet share.
std::string in_plain_spelling(std::string_view caption);

}  // namespace storyteller
