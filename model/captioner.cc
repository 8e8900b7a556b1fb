#include "model/captioner.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/device_turn.h"
#include "core/error.h"
#include "core/serialization/tensors.h"
#include "core/system/parallel_shares.h"
#include "model/confidence/confidence_file.h"
#include "model/model_file.h"
#include "model/search/begin_word.h"
#include "model/search/filters/concept_bonus.h"
#include "model/search/filters/concept_doubt.h"
#include "model/search/said_words.h"
#include "model/style_tokens.h"

namespace storyteller {

Captioner::Captioner(const ModelOptions& options, Vocabulary vocabulary, Device device,
                     std::optional<uint64_t> seed, bool with_gradients, DType precision,
                     const EncoderTraining& training, ConceptTable concepts, Answers answers)
    : options_(options),
      vocabulary_(std::move(vocabulary)),
      begin_word_(storyteller::begin_word(vocabulary_, "", "")),
      training_(training),
      device_(device),
      answers_(std::move(answers)) {
  if (precision == DType::kBFloat16 && device.is_cpu()) {
    throw UsageError(
        "precision bfloat16 needs a GPU: use float32 (`precision`=float32) or `device` cuda");
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
  if (options_.task == Task::kVqa) {
    answerer_ = std::make_unique<StackedAttention>(options_.vqa, vocabulary_.size(),
                                                   encoder_->width(), answers_.size(), parameters_);
    parameters_.allocate(precision, device, seed, with_gradients);
    return;
  }
  decoder_ = make_decoder(options_.decoder, parameters_);
  if (options_.word_detector) {
    word_detector_ = std::make_unique<WordDetector>(vocabulary_.size(), encoder_->width(),
                                                    parameters_, decoder_->word_context_weight());
  }
  if (options.concepts.count > 0) {
    concepts_ = std::make_unique<Concepts>(options.concepts, std::move(concepts), encoder_->width(),
                                           parameters_);
  }
  parameters_.allocate(precision, device, seed, with_gradients);
}

Decoder& Captioner::decoder() {
  if (decoder_ == nullptr) throw InternalError("the model answers questions and has no decoder");
  return *decoder_;
}

void Captioner::refresh() {
  if (answerer_ != nullptr) {
    answerer_->refresh();
  } else {
    decoder_->refresh();
  }
}

bool Captioner::learns_statistics() const { return !is_pretrained(options_.encoder); }

std::unique_ptr<Captioner> Captioner::load(const std::filesystem::path& path, Device device,
                                           bool with_gradients, DType precision, Task task) {
  const SafetensorsFile file = SafetensorsFile::open(path);
  require_task(file, task);
  auto captioner =
      std::make_unique<Captioner>(model_options_of(file), vocabulary_of(file), device,
                                  /*seed=*/std::nullopt, with_gradients, precision,
                                  EncoderTraining{}, concept_table_of(file), answers_of(file));
  captioner->take_values(file);
  if (!with_gradients) captioner->confidence_ = confidence_of(file);
  const Confidence* confidence = captioner->confidence();
  if (confidence != nullptr &&
      static_cast<int64_t>(confidence->memory().width()) != captioner->encoder().width()) {
    throw ModelError(file.file() +
                     ": its calibration is of an encoder of another width; run storyteller "
                     "calibrate again");
  }
  const auto checksum = file.metadata().find("storyteller.xxh3");
  if (checksum != file.metadata().end()) captioner->checksum_ = checksum->second;
  return captioner;
}

void Captioner::take_values(const SafetensorsFile& file) {
  preprocessing_ = preprocessing_of(file);
  if (model_options_of(file).encoder_choices.side != options_.encoder_choices.side) {
    const Preprocessing own = encoder_->preprocessing();
    preprocessing_.width = own.width;
    preprocessing_.height = own.height;
    preprocessing_.short_side = own.short_side;
  }
  for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
    take_tensor(file, parameters_.name(id), parameters_.value(id));
  }
  parameters_.bump_version();
}

void Captioner::add_to(SafetensorsWriter& writer, StoredType type) const {
  describe_model(options_, vocabulary_, preprocessing_, writer);
  if (concepts_ != nullptr) describe_concepts(concepts_->table(), writer);
  if (answerer_ != nullptr) describe_answers(answers_, writer);
  for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
    add_tensor(writer, parameters_.name(id), parameters_.value(id), type);
  }
}

Tensor Captioner::prepared(std::span<const Image> pictures, const PictureView& view) const {
  const DeviceTurn turn;
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
  const DeviceTurn turn;
  Tape tape(Tape::Mode::kInfer);
  return encoder_->forward(tape, Var(as_computed(input))).value();
}

Tensor Captioner::encode(std::span<const Image> pictures) {
  const DeviceTurn turn;
  Tape tape(Tape::Mode::kInfer);
  return encoder_->forward(tape, Var(prepared(pictures))).value();
}

Shape Captioner::layer_input(size_t layer) {
  const DeviceTurn turn;
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

Var Captioner::attended(Tape& tape, const Var& features) const {
  if (concepts_ == nullptr) return features;
  return concepts_->beside(tape, features, concepts_->detect(features.value()));
}

std::vector<std::shared_ptr<const LogitFilter>> Captioner::concept_filters(
    const Tensor& features, const SearchOptions& search) const {
  if (!uses_concepts(search)) return {};
  if (concepts_ == nullptr) {
    throw UsageError(std::string(search.concept_bonus > 0 ? "`concept_bonus`" : "`concept_doubt`") +
                     ": the model has no concepts that could be detected");
  }
  const std::vector<int> of_word = concepts_of_words(concepts_->table(), vocabulary_);
  std::vector<std::shared_ptr<const LogitFilter>> filters;
  if (search.concept_bonus > 0) {
    filters.push_back(concept_bonus(search.concept_bonus, concepts_->detect(features), of_word));
  }
  if (search.concept_doubt > 0) {
    filters.push_back(concept_doubt(search.concept_doubt, concepts_->threshold(),
                                    concepts_->probabilities(features), concepts_->size(),
                                    of_word));
  }
  return filters;
}

std::vector<std::vector<Caption>> Captioner::captions(const Tensor& features,
                                                      const SearchOptions& search,
                                                      std::span<const uint64_t> numbers,
                                                      SearchDemands demands) {
  const DeviceTurn turn;
  decoder_->refresh();
  demands.vocabulary = &vocabulary_;
  std::ranges::move(concept_filters(features, search), std::back_inserter(demands.filters));
  const auto model = beginning_with(begin_word_, step_model(*decoder_, concepts_.get()));
  return best_found(*model, {&features, 1}, search, numbers, std::move(demands));
}

std::vector<std::vector<float>> Captioner::log_probabilities(const Tensor& features,
                                                             std::span<const int32_t> words,
                                                             const SearchOptions& search) {
  const DeviceTurn turn;
  decoder_->refresh();
  const SearchDemands demands = {.filters = concept_filters(features, search),
                                 .vocabulary = &vocabulary_};
  const auto model = beginning_with(begin_word_, step_model(*decoder_, concepts_.get()));
  return log_probabilities_of(*model, {&features, 1}, words, filters_of(search, demands));
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
