#include "model/captioner.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/serialization/tensors.h"
#include "core/system/parallel_shares.h"

namespace storyteller {
namespace {

constexpr const char* kFormatKey = "storyteller.format";
constexpr const char* kOptionsKey = "storyteller.model";
constexpr const char* kVocabularyKey = "storyteller.vocabulary";
constexpr const char* kPreprocessingKey = "storyteller.preprocessing";

void check_format(const SafetensorsFile& file) {
  if (!file.metadata().contains(kFormatKey)) {
    throw ModelError(file.file() +
                     ": these are weights, not a model of storyteller (no 'storyteller.format'); "
                     "give the best.storyteller of a training run");
  }
  const std::string& version = file.metadata(kFormatKey);
  if (version != std::to_string(kModelFormat)) {
    throw ModelError(file.file() + ": model format " + version + ", this version reads " +
                     std::to_string(kModelFormat) + "; update storyteller");
  }
}

}  // namespace

ModelOptions Captioner::options_of(const SafetensorsFile& file) {
  check_format(file);
  ModelOptions options;
  Config config;
  declare(options, config);
  try {
    config.load_json(file.metadata(kOptionsKey), Config::Source::kCheckpoint, file.file());
  } catch (const UsageError& error) {
    throw ModelError(std::string(error.what()) + "; the file was written by another version");
  }
  return options;
}

Vocabulary Captioner::vocabulary_of(const SafetensorsFile& file) {
  check_format(file);
  const auto json = nlohmann::json::parse(file.metadata(kVocabularyKey), nullptr, false);
  if (!json.is_array()) {
    throw ModelError(file.file() + ": its vocabulary is damaged; use another copy of the file");
  }
  std::vector<std::string> words;
  words.reserve(json.size());
  for (const auto& word : json) {
    if (!word.is_string()) throw ModelError(file.file() + ": its vocabulary holds no words");
    words.push_back(word.get<std::string>());
  }
  return Vocabulary(std::move(words));
}

Preprocessing Captioner::preprocessing_of(const SafetensorsFile& file) {
  check_format(file);
  return preprocessing_from_json(file.metadata(kPreprocessingKey), file.file());
}

Captioner::Captioner(const ModelOptions& options, Vocabulary vocabulary, Device device,
                     std::optional<uint64_t> seed, bool with_gradients, DType precision,
                     const EncoderTraining& training)
    : options_(options), vocabulary_(std::move(vocabulary)), training_(training), device_(device) {
  if (precision == DType::kBFloat16 && device.is_cpu()) {
    throw UsageError(
        "precision bfloat16 needs a GPU: use float32 (--set precision=float32) or --device cuda");
  }
  const bool pretrained = is_pretrained(options.encoder);
  parameters_.add_group(
      {.name = "encoder",
       .trainable = !pretrained || training.active(),
       .learning_rate_scale = pretrained ? static_cast<float>(training.rate) : 1});
  encoder_ = make_encoder(options.encoder, parameters_,
                          encoder_options(options.encoder, options.encoder_choices));
  if (training.active()) {
    encoder_->freeze_statistics(true);
    first_trained_layer_ = storyteller::first_trained_layer(*encoder_, training);
    freeze_layers_before(first_trained_layer_, *encoder_, parameters_);
  }
  preprocessing_ = encoder_->preprocessing();
  options_.decoder.vocabulary = vocabulary_.size();
  options_.decoder.feature_width = encoder_->width();
  parameters_.add_group({.name = "decoder"});
  decoder_ = make_decoder(options_.decoder, parameters_);
  if (options_.word_detector) {
    word_detector_ = std::make_unique<WordDetector>(vocabulary_.size(), encoder_->width(),
                                                    parameters_, decoder_->word_context_weight());
  }
  parameters_.allocate(precision, device, seed, with_gradients);
}

bool Captioner::learns_statistics() const { return !is_pretrained(options_.encoder); }

std::unique_ptr<Captioner> Captioner::load(const std::filesystem::path& path, Device device,
                                           bool with_gradients, DType precision) {
  const SafetensorsFile file = SafetensorsFile::open(path);
  auto captioner = std::make_unique<Captioner>(options_of(file), vocabulary_of(file), device,
                                               /*seed=*/std::nullopt, with_gradients, precision);
  captioner->take_values(file);
  return captioner;
}

void Captioner::take_values(const SafetensorsFile& file) {
  preprocessing_ = preprocessing_of(file);
  for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
    take_tensor(file, parameters_.name(id), parameters_.value(id));
  }
  parameters_.bump_version();
}

void Captioner::add_to(SafetensorsWriter& writer, StoredType type) const {
  writer.set_metadata(kFormatKey, std::to_string(kModelFormat));
  writer.set_metadata(kOptionsKey, to_json(options_));
  writer.set_metadata(kVocabularyKey, nlohmann::json(vocabulary_.words()).dump());
  writer.set_metadata(kPreprocessingKey, to_json(preprocessing_));
  for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
    add_tensor(writer, parameters_.name(id), parameters_.value(id), type);
  }
}

Tensor Captioner::prepared(std::span<const Image> pictures, const PictureView& view) const {
  const int64_t height = preprocessing_.height, width = preprocessing_.width;
  const auto count = static_cast<int64_t>(pictures.size());
  const Tensor input = Tensor::empty({count, height, width, 3}, DType::kFloat32, Device::cpu());
  auto* pixels = input.data<float>();
  parallel_shares(count, count * height * width, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      preprocess(pictures[static_cast<size_t>(i)], preprocessing_, view,
                 pixels + i * height * width * 3);
    }
  });
  return as_computed(input);
}

Tensor Captioner::as_computed(const Tensor& input) const {
  Tape tape(Tape::Mode::kInfer);
  return cast(tape, Var(moved(input)), parameters_.dtype()).value();
}

Tensor Captioner::encode_input(const Tensor& input) {
  Tape tape(Tape::Mode::kInfer);
  return encoder_->forward(tape, Var(as_computed(input))).value();
}

Tensor Captioner::encode(std::span<const Image> pictures) {
  Tape tape(Tape::Mode::kInfer);
  return encoder_->forward(tape, Var(prepared(pictures))).value();
}

Shape Captioner::layer_input(size_t layer) {
  Tape tape(Tape::Mode::kInfer);
  const Image blank = solid_image(preprocessing_.width, preprocessing_.height, {0, 0, 0});
  const Var x(prepared({&blank, 1}));
  const Shape shape = encoder_->forward_layers(tape, x, 0, layer).shape();
  return {shape[1], shape[2], shape[3]};
}

Tensor Captioner::moved(const Tensor& tensor) const {
  if (tensor.device() == device_) return tensor;
  Tensor here = Tensor::empty(tensor.shape(), tensor.dtype(), device_);
  here.copy_from(tensor);
  return here;
}

std::vector<std::vector<Caption>> Captioner::captions(const Tensor& features,
                                                      const SearchOptions& search,
                                                      std::span<const uint64_t> numbers,
                                                      SearchDemands demands) {
  decoder_->refresh();
  demands.vocabulary = &vocabulary_;
  return best_found(*step_model(*decoder_), {&features, 1}, search, numbers, std::move(demands));
}

std::vector<Caption> Captioner::caption(const Tensor& features, const SearchOptions& search,
                                        std::span<const uint64_t> numbers) {
  std::vector<Caption> best;
  for (std::vector<Caption>& found : captions(features, search, numbers)) {
    best.push_back(std::move(found.front()));
  }
  return best;
}

}  // namespace storyteller
