#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/encoder/convolution.h"
#include "model/encoder/encoder.h"

namespace storyteller {

/// MobileNetV2 1.0 (Sandler et al., 2018) up to its last convolution: 224 x 224 pictures give 7 x 7
/// regions of 1,280 features. TensorFlow's padding; batch norm is folded in the weights' file.
class MobileNetV2 : public Encoder {
 public:
  explicit MobileNetV2(Parameters& parameters);

  std::string name() const override { return "mobilenet_v2"; }
  Preprocessing preprocessing() const override;
  int64_t grid_rows() const override { return 7; }
  int64_t grid_columns() const override { return 7; }
  int64_t width() const override { return 1280; }
  Var forward(Tape& tape, const Var& pictures) override;
  std::vector<std::string> layers() const override;
  Var forward_layers(Tape& tape, const Var& x, size_t begin, size_t end) override;
  /// Of torchvision's names `features.*`; a classifier in the file is not looked at.
  void load_pretrained(const SafetensorsFile& file) override;

 private:
  /// Expand to more channels, filter each on its own, project back ("inverted residual").
  struct Block {
    std::optional<Convolution> expand;
    Convolution filter;
    Convolution project;
    bool residual;
  };
  Var features(Tape& tape, const Var& pictures);
  Block block(const std::string& name, int64_t in, int64_t out, int64_t expansion, int64_t stride);

  Parameters* parameters_;
  Convolution stem_;
  std::vector<Block> blocks_;
  Convolution head_;
};

}  // namespace storyteller
