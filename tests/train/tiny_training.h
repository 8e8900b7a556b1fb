#pragma once

#include <cmath>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "kernels/philox.h"
#include "model/style_tokens.h"
#include "train/concepts/choose_concepts.h"
#include "train/features/feature_key.h"
#include "train/trainer.h"

namespace storyteller {

/// Pictures of 24 x 24 pixels in colours of their own, with captions that the test gives.
class TinyDataset : public Dataset {
 public:
  /// The last `without_pictures` are captions alone.
  explicit TinyDataset(std::vector<std::vector<std::string>> captions, size_t without_pictures = 0)
      : captions_(std::move(captions)), pictures_(captions_.size() - without_pictures) {}

  /// `images` pictures with two captions each, 3 to 8 words long, no two of them equal.
  static std::vector<std::vector<std::string>> varied_captions(size_t images) {
    const char* colours[] = {"red", "green", "blue", "gray", "pink"};
    const char* things[] = {"dog", "house", "tree", "boat"};
    const char* endings[] = {"", " by the sea", " in a park", " at night in the snow"};
    std::vector<std::vector<std::string>> captions;
    for (size_t i = 0; i < images; ++i) {
      const std::string what = std::string(colours[i % 5]) + " " + things[i % 4];
      captions.push_back({"a " + what + endings[i % 3], "there is a " + what + endings[i % 4]});
    }
    return captions;
  }

  size_t size() const override { return captions_.size(); }
  std::string id(size_t i) const override { return "tiny-" + std::to_string(i); }
  std::vector<std::string> captions(size_t i) const override { return captions_[i]; }
  bool has_picture(size_t i) const override { return i < pictures_; }
  std::string picture_bytes(size_t) const override { return {}; }
  Image load(size_t i, std::vector<std::string>*) const override {
    if (!has_picture(i)) throw InternalError("these captions have no picture");
    const auto bits = philox(7, 0, i);
    const auto byte = [](uint32_t x) { return static_cast<uint8_t>(x); };
    Image image = solid_image(24, 24, {byte(bits[0]), byte(bits[1]), byte(bits[2])});
    for (int y = 4; y < 12; ++y) {  // a patch whose place differs
      std::memset(image.row(y + static_cast<int>(i % 8)) + 3 * (i % 12), 255, 24);
    }
    return image;
  }
  uint64_t fingerprint() const override { return captions_.size(); }
  const BadPictures& skipped() const override { return none_; }

 private:
  std::vector<std::vector<std::string>> captions_;
  size_t pictures_;
  BadPictures none_;
};

/// Uniform weights that keep the variance of activations, biases 0.1, factors of batch norms 1: a
/// stand-in for pretrained ones.
inline void fill_encoder(Parameters& parameters) {
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!parameters.name(id).starts_with("encoder.") || parameters.is_buffer(id)) continue;
    const Tensor& value = parameters.value(id);
    const bool bias = value.shape().rank() == 1;
    const bool factor = bias && parameters.name(id).ends_with(".weight");
    const double bound = std::sqrt(6.0 / static_cast<double>(value.shape().row_elements()));
    std::vector<double> x(static_cast<size_t>(value.elements()), factor ? 1 : 0.1);
    for (size_t i = 0; i < x.size() && !bias; ++i) {
      const auto key = static_cast<uint64_t>(id);
      x[i] = bound * (2 * uniform01(philox(key, 3, i)[0]) - 1);
    }
    if (value.dtype() == DType::kFloat64) {
      value.copy_from_host(x.data());
    } else {
      value.copy_from_host(std::vector<float>(x.begin(), x.end()).data());
    }
  }
  parameters.bump_version();
}

/// Data, and for a frozen encoder invented features, on which runs of a tiny model are started.
class TinyTraining {
 public:
  /// `encoder`: "scene_cnn", which learns, or "mobilenet_v2", whose features are then random but
  /// different for every picture. `folder` keeps them. The last `without_pictures` are captions
  /// alone, whose features are 0.
  TinyTraining(const std::string& encoder, std::vector<std::vector<std::string>> captions,
               const std::filesystem::path& folder, size_t without_pictures = 0)
      : train_(captions, without_pictures),
        validation_({captions.begin(),
                     captions.begin() + std::min<long>(captions.size() - without_pictures, 6)}),
        train_captions_(train_),
        validation_captions_(validation_) {
    model_.encoder = encoder;
    model_.decoder.embedding = 12;
    model_.decoder.hidden = 16;
    model_.decoder.attention = 8;
    model_.decoder.embedding_dropout = 0.3F;
    model_.decoder.output_dropout = 0.3F;
    model_.search.beam = 2;
    model_.search.max_words = 10;
    if (!is_pretrained(encoder)) return;
    train_features_ = invent_features(folder / "train.features", train_);
    train_mirrored_ = invent_features(folder / "mirrored.features", train_);
    validation_features_ = invent_features(folder / "validation.features", validation_);
  }

  /// What one process would hold.
  struct Run {
    std::unique_ptr<FeatureCache> layers, mirrored_layers, validation_layers;
    std::unique_ptr<Captioner> captioner;
    std::vector<std::unique_ptr<Captioner>> teachers;
    BadPictures bad;
    std::unique_ptr<Trainer> trainer;
  };

  std::unique_ptr<Run> start(const TrainOptions& options, const std::filesystem::path& folder,
                             TrainingObserver observer = {}, Device device = Device::cpu()) const {
    std::filesystem::create_directories(folder);
    auto run = std::make_unique<Run>();
    const Vocabulary vocabulary =
        with_styles(Vocabulary::build(train_captions_.word_counts(), 1), styles_);
    const ConceptTable concepts = concepts_of(vocabulary);
    run->captioner = std::make_unique<Captioner>(model_, vocabulary, device, options.seed, true,
                                                 options.precision, options.encoder, concepts);
    for (uint64_t t = 0; t < teachers_; ++t) {
      run->teachers.push_back(std::make_unique<Captioner>(model_, vocabulary, device, 100 + t,
                                                          false, options.precision,
                                                          EncoderTraining{}, concepts));
    }
    TrainingData data{.train = train_,
                      .train_captions = train_captions_,
                      .train_features = train_features_.get(),
                      .validation = {{.name = "",
                                      .dataset = validation_,
                                      .captions = validation_captions_,
                                      .features = validation_features_.get()}},
                      .train_mirrored = train_mirrored_.get(),
                      .teachers = run->teachers};
    if (!sets_.empty()) {
      data.sets = sets_;
      for (size_t s = 0; s < styles_.size(); ++s) {
        data.sets[s].begin = begin_word(vocabulary, styles_[s], "");
      }
      data.validation[0].name = "one";
      if (train_.has_picture(train_.size() - 1)) {
        data.validation.push_back({.name = "other",
                                   .dataset = train_,
                                   .captions = train_captions_,
                                   .features = train_features_.get()});
      }
      for (size_t s = 0; s < styles_.size(); ++s) data.validation[s].begin = data.sets[s].begin;
    }
    if (options.encoder.active()) add_layers(options, folder, *run, data);
    run->trainer = std::make_unique<Trainer>(options, *run->captioner, data, folder, run->bad,
                                             std::move(observer));
    return run;
  }

  ModelOptions& model() { return model_; }
  /// Of the pictures; where there are some, a second set is validated, the training pictures,
  /// unless some of them are captions alone.
  std::vector<TrainingSet>& sets() { return sets_; }
  /// One for each of the two sets; empty: the model knows none.
  std::vector<std::string>& styles() { return styles_; }
  /// How many untrained models a run learns from; they read the invented features.
  uint64_t& teachers() { return teachers_; }
  const Dataset& train() const { return train_; }
  const CaptionCorpus& train_captions() const { return train_captions_; }
  const FeatureCache& train_features() const { return *train_features_; }

 private:
  ConceptTable concepts_of(const Vocabulary& vocabulary) const {
    if (model_.concepts.count == 0) return {};
    return choose_concepts(train_captions_, vocabulary, model_.concepts.count);
  }

  /// Weights for a pretrained encoder that keep its activations alive, and what its frozen layers
  /// say.
  void add_layers(const TrainOptions& options, const std::filesystem::path& folder, Run& run,
                  TrainingData& data) const {
    fill_encoder(run.captioner->parameters());
    if (options.encoder_frozen_epochs == 0) {
      data.train_features = data.validation[0].features = data.train_mirrored = nullptr;
    }
    if (!options.encoder_cache || run.captioner->first_trained_layer() == 0) return;
    const auto make = [&](const Dataset& dataset, bool mirrored) {
      return cached_features(*run.captioner, dataset,
                             {.folder = folder / "cache", .progress = {}, .message = {}}, run.bad,
                             {.frozen_layers_only = true, .mirrored = mirrored});
    };
    run.validation_layers = make(validation_, false);
    data.validation[0].layers.plain = run.validation_layers.get();
    if (options.augmentation.crop < 1) return;
    run.layers = make(train_, false);
    data.train_layers.plain = run.layers.get();
    if (options.augmentation.flip <= 0) return;
    run.mirrored_layers = make(train_, true);
    data.train_layers.mirrored = run.mirrored_layers.get();
  }

  static std::unique_ptr<FeatureCache> invent_features(const std::filesystem::path& path,
                                                       const Dataset& dataset) {
    constexpr size_t kRegions = 49, kWidth = 1280;  // of mobilenet_v2
    std::vector<std::vector<std::string>> seen;
    for (size_t i = 0; i < dataset.size() && dataset.has_picture(i); ++i) {
      seen.push_back(dataset.captions(i));
    }
    const TinyDataset pictures(seen);
    FeatureBuild build;
    BadPictures bad;
    build.bad = &bad;
    build.extract = [](std::span<const Image> pictures, float* out) {
      for (const Image& picture : pictures) {
        const uint64_t key = picture.rgb[0] | picture.rgb[1] << 8 | picture.rgb[2] << 16;
        for (size_t i = 0; i < kRegions * kWidth; ++i) {
          const float of_picture = uniform01(philox(key, 1, i % kWidth)[0]) - 0.5F;
          *out++ = of_picture + 0.2F * uniform01(philox(key, 2, i)[0]);
        }
      }
    };
    std::vector<std::unique_ptr<FeatureCache>> parts;
    parts.push_back(FeatureCache::open_or_build(path, {1, pictures.fingerprint(), 3},
                                                {pictures.size(), kRegions, kWidth}, pictures,
                                                build));
    const size_t rest = dataset.size() - pictures.size();
    if (rest == 0) return std::move(parts.front());
    parts.push_back(FeatureCache::without_pictures({rest, kRegions, kWidth}));
    return FeatureCache::joined(std::move(parts));
  }

  TinyDataset train_, validation_;
  CaptionCorpus train_captions_, validation_captions_;
  ModelOptions model_;
  std::vector<TrainingSet> sets_;
  std::vector<std::string> styles_;
  uint64_t teachers_ = 0;
  std::unique_ptr<FeatureCache> train_features_, train_mirrored_, validation_features_;
};

/// The first difference between two model files, or "": every tensor bit for bit (weights, moments,
/// average) and the state of the training, in which wall-clock times may differ.
inline std::string difference(const std::filesystem::path& a, const std::filesystem::path& b) {
  const SafetensorsFile one = SafetensorsFile::open(a), other = SafetensorsFile::open(b);
  if (one.names() != other.names()) return "other tensors";
  for (const std::string& name : one.names()) {
    const auto x = one.find(name).bytes, y = other.find(name).bytes;
    if (!std::equal(x.begin(), x.end(), y.begin(), y.end())) return name;
  }
  const auto timeless = [](const SafetensorsFile& file, const char* key) {
    if (!file.metadata().contains(key)) return std::string();
    TrainingState state;
    if (std::string(key) == "storyteller.training") {
      state = training_state_from_json(file.metadata(key), file.file());
    } else {
      state.history = history_from_json(file.metadata(key), file.file());
    }
    state.epoch_seconds = state.waited_seconds = 0;
    for (EpochRecord& record : state.history) record.seconds = record.waited = 0;
    return to_json(state);
  };
  for (const char* key : {"storyteller.training", "storyteller.history"}) {
    if (timeless(one, key) != timeless(other, key)) {
      return std::string(key) + ": " + timeless(one, key) + " and " + timeless(other, key);
    }
  }
  for (const auto& [key, text] : one.metadata()) {
    const bool timed =
        key == "storyteller.training" || key == "storyteller.history" || key == "storyteller.xxh3";
    if (!timed && other.metadata(key) != text) return key;
  }
  return "";
}

/// Bytes of every value of a model, buffers included.
inline std::vector<std::byte> all_values(const Captioner& captioner) {
  std::vector<std::byte> bytes;
  const Parameters& parameters = const_cast<Captioner&>(captioner).parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    const Tensor& value = parameters.value(id);
    const auto* begin = static_cast<const std::byte*>(value.raw());
    bytes.insert(bytes.end(), begin, begin + value.bytes());
  }
  return bytes;
}

}  // namespace storyteller
