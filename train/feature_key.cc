#include "train/feature_key.h"

#include <array>
#include <cstdio>
#include <span>

#include <xxhash.h>

#include "core/error.h"

namespace storyteller {
namespace {

uint64_t hash_of(const void* data, size_t bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(data, bytes, seed);
}
uint64_t hash_of(const std::string& text, uint64_t seed) {
  return hash_of(text.data(), text.size(), seed);
}

/// Strides and padding belong to the features as much as the weights do.
std::string choices_json(const ModelOptions& options) {
  EncoderChoices choices = options.encoder_choices;
  Config config;
  declare(choices, config);
  return config.to_json();
}

}  // namespace

FeatureKey feature_key(Captioner& captioner, const Dataset& dataset) {
  FeatureKey key;
  key.encoder = hash_of(choices_json(captioner.options()), hash_of(captioner.encoder().name(), 0));
  // Features computed with 8 bits of precision are others than those of float.
  if (captioner.precision() == DType::kBFloat16) key.encoder = hash_of("bfloat16", key.encoder);
  const Parameters& parameters = captioner.parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!parameters.name(id).starts_with("encoder.")) continue;
    const std::vector<float> value = parameters.value(id).to_host<float>();
    key.encoder = hash_of(value.data(), value.size() * sizeof(float), key.encoder);
  }
  key.dataset = dataset.fingerprint();
  key.preprocessing = hash_of(to_json(captioner.preprocessing()), 0);
  return key;
}

std::unique_ptr<FeatureCache> cached_features(Captioner& captioner, const Dataset& dataset,
                                              const FeatureFolder& where, BadPictures& bad) {
  std::error_code failure;
  std::filesystem::create_directories(where.folder, failure);
  if (failure) {
    throw IoError("cannot make the folder " + where.folder.string() +
                  " for features: " + failure.message() + "; name another with --cache");
  }
  const FeatureKey key = feature_key(captioner, dataset);
  const std::array<uint64_t, 3> parts = {key.encoder, key.dataset, key.preprocessing};
  std::array<char, 40> name{};
  std::snprintf(name.data(), name.size(), "%016llx.features",
                static_cast<unsigned long long>(hash_of(parts.data(), sizeof(parts), 0)));
  const Encoder& encoder = captioner.encoder();
  const FeatureShape shape{dataset.size(), static_cast<size_t>(encoder.regions()),
                           static_cast<size_t>(encoder.width())};
  FeatureBuild build;
  build.extract = [&](std::span<const Image> pictures, float* out) {
    const std::vector<float> features = to_host_float(captioner.encode(pictures));
    std::copy(features.begin(), features.end(), out);
  };
  build.progress = where.progress;
  build.message = where.message;
  build.threads = where.threads;
  build.bad = &bad;
  return FeatureCache::open_or_build(where.folder / name.data(), key, shape, dataset, build);
}

}  // namespace storyteller
