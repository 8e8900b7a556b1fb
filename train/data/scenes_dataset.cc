#include "train/data/scenes_dataset.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/random_stream.h"
#include "model/image/encode.h"
#include "train/data/scene_captions.h"
#include "train/data/scene_renderer.h"
#include "train/data/scene_scoring.h"

namespace storyteller {
namespace {

constexpr uint64_t kDrawingVersion = 1;  // moves when equal seeds give other pictures

uint64_t parse_number(std::string_view key, std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    throw UsageError("scenes: " + std::string(key) + "='" + std::string(text) +
                     "' is not a whole number");
  }
  return value;
}

void set_option(ScenesDataset::Options& options, std::string_view key, uint64_t value) {
  if (key == "seed") options.seed = value;
  if (key == "side") options.side = static_cast<int>(std::min<uint64_t>(value, 1 << 30));
  if (key == "train") options.train = value;
  if (key == "val") options.val = value;
  if (key == "test") options.test = value;
}

}  // namespace

ScenesDataset::ScenesDataset(const Options& options, Split split)
    : options_(options), split_(split) {
  if (options.side < scenes::kLeastSide || options.side > scenes::kMostSide) {
    throw UsageError("scenes: side=" + std::to_string(options.side) + " is outside " +
                     std::to_string(scenes::kLeastSide) + ".." + std::to_string(scenes::kMostSide));
  }
  constexpr size_t kMostScenes = 1'000'000'000;
  if (size() == 0 || size() > kMostScenes) {
    throw UsageError("scenes: " + std::string(split_name(split)) + "=" + std::to_string(size()) +
                     " is outside 1.." + std::to_string(kMostScenes));
  }
}

size_t ScenesDataset::size() const {
  return split_ == Split::kTrain ? options_.train
         : split_ == Split::kVal ? options_.val
                                 : options_.test;
}

std::string ScenesDataset::id(size_t i) const {
  std::string digits = std::to_string(i);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return "scene-" + std::string(split_name(split_)) + "-" + digits;
}

scenes::Scene ScenesDataset::scene(size_t i) const {
  return scenes::make_scene(options_.seed, split_, i);
}

std::vector<std::string> ScenesDataset::captions(size_t i) const {
  auto five = scenes::captions(scene(i));
  return {std::make_move_iterator(five.begin()), std::make_move_iterator(five.end())};
}

Image ScenesDataset::load(size_t i, std::vector<std::string>* /*warnings*/) const {
  return scenes::render(scene(i), options_.side);
}

std::string ScenesDataset::picture_bytes(size_t i) const {
  const auto bytes = encode_png(load(i));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<ObjectMask> ScenesDataset::object_masks(size_t i) const {
  return scenes::object_masks(scene(i), options_.side);
}

std::vector<WordTarget> ScenesDataset::word_targets(size_t i,
                                                    const std::vector<std::string>& tokens) const {
  return scenes::word_targets(scene(i), tokens);
}

uint64_t ScenesDataset::fingerprint() const {
  const uint64_t pictures = philox_key(options_.seed, static_cast<uint64_t>(split_), size());
  return philox_key(pictures, static_cast<uint64_t>(options_.side), kDrawingVersion);
}

bool ScenesDataset::is_single_held_out(size_t i) const {
  const scenes::Scene s = scene(i);
  return s.objects.size() == 1 && scenes::is_held_out(s.objects[0].color, s.objects[0].shape);
}

std::unique_ptr<ScenesDataset> open_scenes(std::string_view text, Split split) {
  ScenesDataset::Options options;
  std::vector<std::string> given;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const std::string key(item.substr(0, item.find('=')));
    const std::vector<std::string> known = {"seed", "side", "train", "val", "test"};
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      throw UsageError("scenes: unknown option '" + key +
                       "' (known: seed, side, train, val, test)" + did_you_mean(key, known));
    }
    if (std::find(given.begin(), given.end(), key) != given.end()) {
      throw UsageError("scenes: " + key + " is given twice");
    }
    given.push_back(key);
    const size_t equals = item.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    set_option(options, key, parse_number(key, value));
  }
  return std::make_unique<ScenesDataset>(options, split);
}

}  // namespace storyteller
