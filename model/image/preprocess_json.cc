#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "model/image/preprocess.h"

namespace storyteller {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr const char* kStretch = "stretch";
constexpr const char* kCrop = "short_side_centre_crop";
constexpr int kMaxSide = 8192;

[[noreturn]] void refuse(const std::string& name, const std::string& cause) {
  throw ModelError(name + ": its preprocessing " + cause + "; train or export the model again");
}

int side(const OrderedJson& object, const char* key, const std::string& name) {
  const OrderedJson& value = object.at(key);
  if (!value.is_number_integer() || value < 1 || value > kMaxSide) {
    refuse(name, std::string("has no sensible ") + key);
  }
  return value.get<int>();
}

/// Index of a member's value in `choices`.
template <std::size_t N>
int choice(const OrderedJson& object, const char* key, const std::array<const char*, N>& choices,
           const std::string& name) {
  const OrderedJson& value = object.at(key);
  for (std::size_t i = 0; i < N; ++i) {
    if (value == choices[i]) return static_cast<int>(i);
  }
  refuse(name, std::string("has an unknown ") + key);
}

std::array<float, 3> triple(const OrderedJson& object, const char* key, const std::string& name) {
  const OrderedJson& values = object.at(key);
  const bool valid = values.is_array() && values.size() == 3 &&
                     std::all_of(values.begin(), values.end(), [](const OrderedJson& value) {
                       return value.is_number() && std::isfinite(value.get<float>());
                     });
  if (!valid) refuse(name, std::string("has no three finite numbers in ") + key);
  return values.get<std::array<float, 3>>();
}

Preprocessing parse(const OrderedJson& object, const std::string& name) {
  Preprocessing p;
  p.width = side(object, "width", name);
  p.height = side(object, "height", name);
  p.resize = static_cast<Preprocessing::Resize>(
      choice(object, "resize", std::array{kStretch, kCrop}, name));
  p.short_side = side(object, "short_side", name);
  p.channels = static_cast<Preprocessing::ChannelOrder>(
      choice(object, "channels", std::array{"rgb", "bgr"}, name));
  p.mean = triple(object, "mean", name);
  p.scale = triple(object, "scale", name);
  if (p.resize == Preprocessing::Resize::kShortSideCentreCrop &&
      p.short_side < std::max(p.width, p.height)) {
    refuse(name, "crops more than the short side has");
  }
  return p;
}

}  // namespace

std::string to_json(const Preprocessing& p) {
  const bool crop = p.resize == Preprocessing::Resize::kShortSideCentreCrop;
  const bool bgr = p.channels == Preprocessing::ChannelOrder::kBgr;
  return OrderedJson{{"width", p.width},
                     {"height", p.height},
                     {"resize", crop ? kCrop : kStretch},
                     {"short_side", p.short_side},
                     {"channels", bgr ? "bgr" : "rgb"},
                     {"mean", p.mean},
                     {"scale", p.scale}}
      .dump();
}

Preprocessing preprocessing_from_json(std::string_view json, const std::string& name) {
  const OrderedJson object = OrderedJson::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) refuse(name, "is not a JSON object");
  constexpr std::array kMembers{"width",    "height", "resize", "short_side",
                                "channels", "mean",   "scale"};
  for (const char* member : kMembers) {
    if (!object.contains(member)) refuse(name, std::string("lacks ") + member);
  }
  if (object.size() != kMembers.size()) refuse(name, "has members that this version ignores");
  return parse(object, name);
}

}  // namespace storyteller
