#include "train/rating/rating_sheet.h"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/error.h"
#include "core/random_stream.h"
#include "core/system/printable.h"
#include "core/text/hex.h"

namespace storyteller {
namespace {

constexpr uint64_t kSheetSite = 0x73686565;                        // "shee"
enum Stream : uint64_t { kImages, kHumans, kOrder, kDuplicates };  // of kSheetSite
constexpr size_t kApart = 4;            // items between two of one image, if possible
constexpr size_t kDuplicateShare = 10;  // one of ten items

RandomStream stream_of(const RatingSheetOptions& options, Stream stream) {
  return {philox_key(options.seed, 0, kSheetSite), stream};
}

void check_names(const char* what, const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty()) throw UsageError(std::string("a ") + what + " has no name");
    if (!seen.insert(name).second) {
      throw UsageError(std::string("two ") + what + "s are named '" + printable(name) + "'");
    }
  }
  if (names.empty()) throw UsageError(std::string("no ") + what + " is given");
}

using CaptionsByImage = std::unordered_map<std::string, std::string>;

CaptionsByImage captions_of(const RatedSystem& system) {
  CaptionsByImage captions;
  for (const FiledCaption& caption : system.captions) {
    if (!captions.emplace(caption.image, caption.caption).second) {
      throw InputError("the captions of " + printable(system.name) + ": image " +
                       printable(caption.image) + " has two; a system says one thing of an image");
    }
  }
  return captions;
}

/// One caption of each image, drawn at random.
CaptionsByImage draw_references(const std::vector<FiledCaption>& references,
                                const std::vector<std::string>& images, RandomStream random) {
  std::unordered_map<std::string, std::vector<std::string>> all;
  for (const FiledCaption& caption : references) all[caption.image].push_back(caption.caption);
  CaptionsByImage drawn;
  for (const std::string& image : images) {
    const auto& captions = all.at(image);
    drawn[image] = captions[random.below(static_cast<uint32_t>(captions.size()))];
  }
  return drawn;
}

/// The captions of one image, equal ones merged.
std::vector<RatingItem> items_of(const std::string& image,
                                 const std::vector<std::string>& captions) {
  std::vector<RatingItem> items;
  for (size_t system = 0; system < captions.size(); ++system) {
    const auto same = std::find_if(items.begin(), items.end(), [&](const RatingItem& item) {
      return item.caption == captions[system];
    });
    if (same == items.end()) {
      items.push_back({.image = image, .caption = captions[system], .systems = {system}});
    } else {
      same->systems.push_back(system);
    }
  }
  return items;
}

/// Moves the items of one round to the end of `items`, an image that was shown lately as late as
/// possible.
void append_round(std::vector<RatingItem> round, std::vector<RatingItem>* items) {
  while (!round.empty()) {
    const size_t from = items->size() - std::min(items->size(), kApart);
    const auto lately = [&](const RatingItem& candidate) {
      return std::any_of(items->begin() + static_cast<std::ptrdiff_t>(from), items->end(),
                         [&](const RatingItem& shown) { return shown.image == candidate.image; });
    };
    auto next = std::find_if_not(round.begin(), round.end(), lately);
    if (next == round.end()) next = round.begin();
    items->push_back(std::move(*next));
    round.erase(next);
  }
}

/// Items of all images in rounds, none yet twice.
std::vector<RatingItem> ordered_items(std::vector<std::vector<RatingItem>> by_image, size_t rounds,
                                      RandomStream& random) {
  std::vector<std::vector<RatingItem>> in_round(rounds);
  for (auto& items : by_image) {
    // An image with merged captions pauses in some rounds, any of them.
    std::vector<size_t> places(rounds);
    for (size_t i = 0; i < rounds; ++i) places[i] = i;
    random.shuffle(places);
    for (size_t i = 0; i < items.size(); ++i) in_round[places[i]].push_back(std::move(items[i]));
  }
  std::vector<RatingItem> ordered;
  for (auto& round : in_round) {
    random.shuffle(round);
    append_round(std::move(round), &ordered);
  }
  return ordered;
}

/// Where a repetition of `item` may stand in `items`, whose original is at `original`.
std::vector<size_t> places_for(const std::vector<RatingItem>& items, size_t original) {
  const std::string& image = items[original].image;
  std::vector<size_t> good, last_resort{items.size()};
  for (size_t place = original + items.size() / 3 + 1; place <= items.size(); ++place) {
    const bool before = items[place - 1].image == image;
    const bool after = place < items.size() && items[place].image == image;
    if (!before && !after) good.push_back(place);
  }
  return good.empty() ? last_resort : good;
}

/// Shows `count` items of the first half again in what follows.
void add_duplicates(size_t count, RandomStream random, std::vector<RatingItem>* items) {
  std::vector<size_t> originals((items->size() + 1) / 2);
  for (size_t i = 0; i < originals.size(); ++i) originals[i] = i;
  random.shuffle(originals);
  originals.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t original = originals[i];
    const std::vector<size_t> places = places_for(*items, original);
    const size_t place = places[random.below(static_cast<uint32_t>(places.size()))];
    RatingItem again = (*items)[original];
    again.duplicate_of = original;
    items->insert(items->begin() + static_cast<std::ptrdiff_t>(place), std::move(again));
    // What comes after the new item has moved by one.
    for (auto& item : *items) {
      if (item.duplicate_of && *item.duplicate_of >= place) ++*item.duplicate_of;
    }
    for (size_t& later : originals) later += later >= place ? 1 : 0;
  }
}

std::string id_of(const RatingSheet& sheet) {
  const std::string text = rating_key_json(sheet);
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return hex(hash.high64, 16) + hex(hash.low64, 16);
}

}  // namespace

size_t RatingSheet::originals() const {
  return static_cast<size_t>(std::count_if(
      items.begin(), items.end(), [](const RatingItem& item) { return !item.duplicate_of; }));
}

std::string in_plain_spelling(std::string_view caption) {
  std::string out;
  bool blank = false;
  for (const char c : caption) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = true;
      continue;
    }
    if (blank && !out.empty()) out += ' ';
    blank = false;
    out += c;
  }
  while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
  if (out.empty()) return out;
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out.back() == '!' || out.back() == '?' ? out : out + ".";
}

std::vector<std::string> images_in_common(const std::vector<RatedSystem>& systems,
                                          const std::vector<FiledCaption>* references) {
  std::map<std::string, size_t> seen;  // ordered: what is drawn depends on no file's order
  for (const RatedSystem& system : systems) {
    for (const FiledCaption& caption : system.captions) ++seen[caption.image];
  }
  if (references != nullptr) {
    std::set<std::string> once;
    for (const FiledCaption& caption : *references) {
      if (once.insert(caption.image).second) ++seen[caption.image];
    }
  }
  const size_t needed = systems.size() + (references == nullptr ? 0 : 1);
  std::vector<std::string> images;
  for (const auto& [image, count] : seen) {
    if (count == needed) images.push_back(image);
  }
  return images;
}

RatingSheet plan_rating_sheet(const std::vector<RatedSystem>& systems,
                              const std::vector<FiledCaption>* references,
                              std::vector<std::string> images, const RatingSheetOptions& options) {
  RatingSheet sheet{.id = "", .seed = options.seed, .scales = options.scales};
  for (const RatedSystem& system : systems) sheet.systems.push_back(system.name);
  if (references != nullptr) {
    sheet.control = sheet.systems.size();
    sheet.systems.emplace_back(kHumanSystem);
  }
  check_names("system", sheet.systems);
  check_names("scale", sheet.scales);
  const size_t count = options.images.value_or(images.size());
  if (count == 0 || count > images.size()) {
    throw UsageError("a sheet of " + std::to_string(count) + " images was asked for; " +
                     std::to_string(images.size()) + " can be used");
  }
  RandomStream draw = stream_of(options, kImages);
  draw.shuffle(images);
  images.resize(count);

  std::vector<CaptionsByImage> said;
  said.reserve(sheet.systems.size());
  for (const RatedSystem& system : systems) said.push_back(captions_of(system));
  if (references != nullptr) {
    said.push_back(draw_references(*references, images, stream_of(options, kHumans)));
  }

  RandomStream random = stream_of(options, kOrder);
  std::vector<std::vector<RatingItem>> by_image;
  for (const std::string& image : images) {
    std::vector<std::string> captions;
    for (const CaptionsByImage& by_system : said) {
      const std::string& caption = by_system.at(image);
      captions.push_back(options.verbatim ? caption : in_plain_spelling(caption));
    }
    by_image.push_back(items_of(image, captions));
  }
  sheet.items = ordered_items(std::move(by_image), sheet.systems.size(), random);
  const size_t tenth = (sheet.items.size() + kDuplicateShare - 1) / kDuplicateShare;
  const size_t possible = (sheet.items.size() + 1) / 2;
  const size_t duplicates = options.duplicates.value_or(tenth);
  if (duplicates > possible) {
    throw UsageError(std::to_string(duplicates) + " duplicates were asked for; " +
                     std::to_string(possible) + ", half of the captions, are possible");
  }
  add_duplicates(duplicates, stream_of(options, kDuplicates), &sheet.items);
  sheet.id = id_of(sheet);
  return sheet;
}

}  // namespace storyteller
