#include "train/features/feature_key.h"

#include <array>
#include <cstdio>
#include <span>

#include <xxhash.h>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/number_format.h"
#include "core/text/phrase.h"
#include "model/image/decode.h"

namespace storyteller {

namespace fs = std::filesystem;

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

FeatureShape feature_shape(Captioner& captioner, const Dataset& dataset,
                           const FeatureStage& stage) {
  if (stage.frozen_layers_only) {
    const Shape input = captioner.layer_input(captioner.first_trained_layer());
    return {dataset.size(), static_cast<size_t>(input[0] * input[1]),
            static_cast<size_t>(input[2])};
  }
  const Encoder& encoder = captioner.encoder();
  return {dataset.size(), static_cast<size_t>(encoder.regions()),
          static_cast<size_t>(encoder.width())};
}

Tensor extract(Captioner& captioner, std::span<const Image> pictures, const FeatureStage& stage) {
  Tape tape(Tape::Mode::kInfer);
  const Var input(captioner.prepared(pictures, {.mirrored = stage.mirrored}));
  Encoder& encoder = captioner.encoder();
  return stage.frozen_layers_only
             ? encoder.forward_layers(tape, input, 0, captioner.first_trained_layer()).value()
             : encoder.forward(tape, input).value();
}

/// `decoder`: version of what makes pixels of the pictures' bytes.
uint64_t preprocessing_hash(const Captioner& captioner, const FeatureStage& stage,
                            uint64_t decoder) {
  const uint64_t hash = hash_of(to_json(captioner.preprocessing()), decoder);
  return stage.mirrored ? hash_of("mirrored", hash) : hash;
}

std::string file_name(const FeatureKey& key) {
  const std::array<uint64_t, 3> parts = {key.encoder, key.dataset, key.preprocessing};
  std::array<char, 40> name{};
  std::snprintf(name.data(), name.size(), "%016llx.features",
                static_cast<unsigned long long>(hash_of(parts.data(), sizeof(parts), 0)));
  return name.data();
}

/// Earlier versions told pictures by name and size alone: their features may be those of others.
void mention_old_file(const FeatureFolder& where, const fs::path& path, FeatureKey key,
                      const Captioner& captioner, const Dataset& dataset,
                      const FeatureStage& stage) {
  key.dataset = dataset.fingerprint();
  key.preprocessing = preprocessing_hash(captioner, stage, /*decoder=*/0);
  const fs::path old = where.folder / file_name(key);
  std::error_code failure;
  if (fs::exists(path, failure) || !fs::exists(old, failure)) return;
  where.message(printable_path(old.string()) +
                ": features by an earlier version, which told pictures by name and size alone; "
                "they are computed again, and this file may be deleted");
}

}  // namespace

FeatureKey feature_key(Captioner& captioner, const Dataset& dataset, const FeatureStage& stage) {
  FeatureKey key;
  key.encoder = hash_of(choices_json(captioner.options()), hash_of(captioner.encoder().name(), 0));
  // Features computed with 8 bits of precision are others than those of float.
  if (captioner.precision() == DType::kBFloat16) key.encoder = hash_of("bfloat16", key.encoder);
  if (stage.frozen_layers_only) {
    const std::string end = captioner.encoder().layers()[captioner.first_trained_layer()];
    key.encoder = hash_of("before " + end, key.encoder);
  }
  const Parameters& parameters = captioner.parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!parameters.name(id).starts_with("encoder.")) continue;
    if (stage.frozen_layers_only && parameters.var(id).tracked()) continue;
    const std::vector<float> value = parameters.value(id).to_host<float>();
    key.encoder = hash_of(value.data(), value.size() * sizeof(float), key.encoder);
  }
  key.dataset = dataset.content();
  key.preprocessing = preprocessing_hash(captioner, stage, kDecoderVersion);
  return key;
}

std::unique_ptr<FeatureCache> cached_features(Captioner& captioner, const Dataset& dataset,
                                              const FeatureFolder& where, BadPictures& bad,
                                              const FeatureStage& stage) {
  if (dataset.size() > 0 && !dataset.has_picture(0)) {  // all have one, or none
    return FeatureCache::without_pictures(feature_shape(captioner, dataset, stage));
  }
  std::error_code failure;
  std::filesystem::create_directories(where.folder, failure);
  if (failure) {
    throw IoError("cannot make the folder " + printable_path(where.folder.string()) +
                  " for features: " + failure.message() + "; name another with `cache`");
  }
  const AbandonedFiles gone = remove_abandoned(where.folder, ".features");
  if (gone.files > 0 && where.message) {
    where.message(printable_path(where.folder.string()) + ": removed " +
                  counted(gone.files, "unfinished file", "unfinished files") +
                  " that interrupted runs left behind, " +
                  decimal(static_cast<double>(gone.bytes) / 1e6, 1) + " MB");
  }
  const FeatureKey key = feature_key(captioner, dataset, stage);
  const fs::path path = where.folder / file_name(key);
  if (where.message) mention_old_file(where, path, key, captioner, dataset, stage);
  const FeatureShape shape = feature_shape(captioner, dataset, stage);
  FeatureBuild build;
  build.extract = [&](std::span<const Image> pictures, float* out) {
    const std::vector<float> features = to_host_float(extract(captioner, pictures, stage));
    std::copy(features.begin(), features.end(), out);
  };
  build.progress = where.progress;
  build.message = where.message;
  build.threads = where.threads;
  build.bad = &bad;
  build.prefix = where.prefix;
  return FeatureCache::open_or_build(path, key, shape, dataset, build);
}

}  // namespace storyteller
