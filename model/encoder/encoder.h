#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/parameters.h"
#include "core/serialization/weights_file.h"
#include "core/tape.h"
#include "model/image/preprocess.h"

namespace storyteller {

/// A convolutional network that turns pictures into features of a grid of regions.
class Encoder {
 public:
  virtual ~Encoder() = default;

  virtual std::string name() const = 0;
  /// How a picture becomes the input; kept with the model.
  virtual Preprocessing preprocessing() const = 0;
  virtual int64_t grid_rows() const = 0;
  virtual int64_t grid_columns() const = 0;
  int64_t regions() const { return grid_rows() * grid_columns(); }  ///< L, row by row
  virtual int64_t width() const = 0;                                ///< D

  /// pictures (I,H,W,3), already preprocessed -> features (I,L,D). Statistics of batch norms are
  /// taken from the batch when the tape records, the encoder is trainable and freeze_statistics()
  /// does not forbid it, else from training.
  virtual Var forward(Tape& tape, const Var& pictures) = 0;

  /// Whether batch norms keep their running statistics in training and normalise by them, as
  /// fine-tuning wants it; at first they do not. Their scale and shift learn either way, and
  /// encoders without batch norms are as they were.
  virtual void freeze_statistics(bool frozen) = 0;

  /// The layers in order, under the names that torchvision gives them ("features.0"); the names of
  /// a layer's values begin with its own. Empty for an encoder that runs as a whole alone.
  virtual std::vector<std::string> layers() const { return {}; }
  /// Layers [begin, end) of layers(): from what layer `begin` reads, the pictures for 0, to what
  /// layer `end` would read, (I,H,W,C). All of them one after the other are forward(), but that its
  /// output is (I,H*W,C). Throws InternalError where layers() is empty.
  virtual Var forward_layers(Tape& tape, const Var& x, size_t begin, size_t end);

  /// Takes pretrained weights under the names that torchvision gives them, or those that
  /// fit_encoder() finds. Returns what was done to the names and what is odd about the values, a
  /// sentence each. Throws ModelError naming what is missing, has another shape or is not finite;
  /// then no value has changed. Encoders that are trained from scratch have none.
  virtual std::vector<std::string> load_pretrained(const WeightsFile& file) = 0;

 protected:
  Encoder() = default;
  Encoder(const Encoder&) = default;
  Encoder& operator=(const Encoder&) = default;
};

struct EncoderOptions;

/// The names that make_encoder knows, without modules behind a colon.
std::vector<std::string> encoder_names();
/// What to throw for a name that is none of them.
UsageError unknown_encoder(const std::string& name);

/// A pretrained network by a name of network_table(), or `scene_cnn` or `form_color_cnn`, which are
/// trained from scratch and have no options. Declares the parameters under "encoder." in the
/// current group of `parameters`. Without options: encoder_options(name). Throws UsageError for
/// another name.
std::unique_ptr<Encoder> make_encoder(const std::string& name, Parameters& parameters);
std::unique_ptr<Encoder> make_encoder(const std::string& name, Parameters& parameters,
                                      const EncoderOptions& options);

/// Whether the encoder starts from a file of pretrained weights and stays frozen; so do all that
/// are not trained from scratch.
bool is_pretrained(const std::string& name);

}  // namespace storyteller
