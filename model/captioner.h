#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/serialization/safetensors_writer.h"
#include "model/concepts/concepts.h"
#include "model/confidence/confidence.h"
#include "model/decoder/decoder.h"
#include "model/encoder/encoder.h"
#include "model/encoder/encoder_training.h"
#include "model/image/image.h"
#include "model/model_options.h"
#include "model/search/search.h"
#include "model/vocabulary.h"
#include "model/vqa/answers.h"
#include "model/vqa/stacked_attention.h"
#include "model/word_detector.h"

namespace storyteller {

/// Encoder, decoder, words and preprocessing: all that it takes to caption a picture, and all that
/// a model file holds (model/model_file.h).
///
/// Several threads may caption by one captioner: encode, encode_input, captions, caption, prepared
/// and layer_input take turns (core/device_turn.h), and each call gives the bits that it gives
/// alone. A call computes on all threads, so a few images in one call are captioned faster than in
/// as many calls. What changes the model, take_values and training, wants it for itself.
class Captioner {
 public:
  /// A new model; without a seed its values are 0, to be taken from a file. `with_gradients` when
  /// it is to be trained; a pretrained encoder's weights must be loaded by the caller, and it is
  /// frozen but for the layers that `training` names (UsageError where the encoder lacks them).
  /// `precision` is what the model computes in, float32 or, on a GPU alone (else UsageError),
  /// bfloat16; files hold float32 either way. `concepts`: where the options ask for some, those of
  /// the file, or chosen for a new model (else InternalError). `answers`: what a model can answer
  /// that answers questions, which has no decoder.
  Captioner(const ModelOptions& options, Vocabulary vocabulary, Device device,
            std::optional<uint64_t> seed, bool with_gradients, DType precision = DType::kFloat32,
            const EncoderTraining& training = {}, ConceptTable concepts = {}, Answers answers = {});
  /// From a file that save() wrote. Throws ModelError when it is not such a file, or its model is
  /// there for another task, and IoError.
  static std::unique_ptr<Captioner> load(const std::filesystem::path& path, Device device,
                                         bool with_gradients = false,
                                         DType precision = DType::kFloat32,
                                         Task task = Task::kCaption);
  Captioner(const Captioner&) = delete;
  Captioner& operator=(const Captioner&) = delete;

  const ModelOptions& options() const { return options_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  const Preprocessing& preprocessing() const { return preprocessing_; }
  Encoder& encoder() { return *encoder_; }
  /// Throws InternalError where the task is kVqa.
  Decoder& decoder();
  /// Null unless the task is kVqa.
  StackedAttention* answerer() { return answerer_.get(); }
  const Answers& answers() const { return answers_; }
  /// Decoder or answerer takes up the parameters' present values.
  void refresh();
  /// Null unless the model's options ask for one.
  const WordDetector* word_detector() const { return word_detector_.get(); }
  /// Null unless the model's options ask for some.
  const Concepts* concepts() const { return concepts_.get(); }
  Parameters& parameters() { return parameters_; }
  /// How sure it is of its captions. Null: its file was not calibrated, or the model may learn:
  /// what was fitted to other weights says nothing of these. add_to() writes none.
  const Confidence* confidence() const { return confidence_.get(); }
  /// Checksum of the file that it comes from, in hexadecimal digits; "" without one.
  const std::string& checksum() const { return checksum_; }
  Device device() const { return device_; }
  DType precision() const { return parameters_.dtype(); }

  /// Whether some of a pretrained encoder's layers learn, and the position of the first of them in
  /// encoder().layers().
  bool fine_tunes_encoder() const { return training_.active(); }
  size_t first_trained_layer() const { return first_trained_layer_; }
  /// Whether training moves running statistics: those of a pretrained encoder stay.
  bool learns_statistics() const;

  /// (H,W,C) of what a layer of encoder().layers() reads of a picture.
  Shape layer_input(size_t layer);
  /// Pictures (I,H,W,3) as the encoder reads them, on the device and in the precision of the model.
  Tensor prepared(std::span<const Image> pictures, const PictureView& view = {}) const;
  /// Features (I,L,D) of pictures, on the device and in the precision of the model.
  Tensor encode(std::span<const Image> pictures);
  /// The same of what preprocess() made of them: (I,H,W,3), float32, on the CPU.
  Tensor encode_input(const Tensor& input);
  /// What the decoder reads of pictures whose features are (I,L,D): those, and behind them the
  /// concepts that are detected in them, where the model has some.
  Var attended(Tape& tape, const Var& features) const;
  /// The filters for `concept_bonus` and `concept_doubt` of these pictures, see there; none where
  /// both are off. Throws UsageError where the model has no concepts.
  std::vector<std::shared_ptr<const LogitFilter>> concept_filters(
      const Tensor& features, const SearchOptions& search) const;
  /// For each picture of features (I,L,D) the captions that the options ask for, the best first.
  /// `numbers`: as Search::run has them.
  std::vector<std::vector<Caption>> captions(const Tensor& features, const SearchOptions& search,
                                             std::span<const uint64_t> numbers = {},
                                             SearchDemands demands = {});
  /// For each picture of features (I,L,D) the log-probability of each of `words`, which may end
  /// with <end>, as a search with these options has it.
  std::vector<std::vector<float>> log_probabilities(const Tensor& features,
                                                    std::span<const int32_t> words,
                                                    const SearchOptions& search);
  /// The best one for each.
  std::vector<Caption> caption(const Tensor& features, const SearchOptions& search,
                               std::span<const uint64_t> numbers = {});
  std::vector<Caption> caption(std::span<const Image> pictures, const SearchOptions& search) {
    return caption(encode(pictures), search);
  }
  /// What the first step of its captions reads: at first the token of its first style, or <start>
  /// (model/style_tokens.h).
  int begin_word() const { return begin_word_; }
  void set_begin_word(int word) { begin_word_ = word; }
  std::string sentence(const Caption& caption) const { return vocabulary_.sentence(caption.words); }

  /// Adds the model's tensors and metadata to a file that is being written: what makes it a model
  /// file. The tensors must stay unchanged until the writer has written. `type`: of the elements in
  /// the file, kF32, or kBF16 or kF16 for one of half the size; they are read back as float32.
  void add_to(SafetensorsWriter& writer, StoredType type = StoredType::kF32) const;
  /// Takes all values, and preprocessing but for the side, from a file of the same model.
  void take_values(const SafetensorsFile& file);

 private:
  /// On the model's device.
  Tensor moved(const Tensor& tensor) const;
  /// On the model's device, in its precision.
  Tensor as_computed(const Tensor& input) const;

  ModelOptions options_;
  Vocabulary vocabulary_;
  int begin_word_;
  Preprocessing preprocessing_;
  EncoderTraining training_;
  size_t first_trained_layer_ = 0;
  Device device_;
  Parameters parameters_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;            // null where it answers questions
  std::unique_ptr<StackedAttention> answerer_;  // null where it does not
  Answers answers_;
  std::unique_ptr<WordDetector> word_detector_;
  std::unique_ptr<const Confidence> confidence_;
  std::string checksum_;
  std::unique_ptr<Concepts> concepts_;
};

}  // namespace storyteller
