#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/encoder/encoder.h"
#include "model/encoder/network_table.h"

namespace storyteller {

/// A pretrained network, made of its table.
class Network : public Encoder {
 public:
  Network(std::string name, NetworkTable table, const EncoderOptions& options,
          Parameters& parameters);

  std::string name() const override { return name_; }
  Preprocessing preprocessing() const override { return options_.preprocessing; }
  int64_t grid_rows() const override { return grid(options_.preprocessing.height); }
  int64_t grid_columns() const override { return grid(options_.preprocessing.width); }
  int64_t width() const override { return width_; }
  Var forward(Tape& tape, const Var& pictures) override;
  /// One a row of the table.
  std::vector<std::string> layers() const override;
  Var forward_layers(Tape& tape, const Var& x, size_t begin, size_t end) override;
  void freeze_statistics(bool frozen) override;
  /// A bias in front of a batch norm is taken into the norm's mean, which gives the same features.
  std::vector<std::string> load_pretrained(const WeightsFile& file) override;

  /// features (I,L,D) of a square grid, from forward() -> (I,classes). Throws InternalError unless
  /// the options asked for classes. VGG's classifier takes those of 224 x 224 pictures alone.
  Var logits(Tape& tape, const Var& features);

 private:
  int64_t grid(int64_t side) const;
  void declare_classifier();
  Var without_mean_image(Tape& tape, const Var& pictures) const;
  /// x · weightᵀ + bias of the values `name`.weight and `name`.bias.
  Var dense(Tape& tape, const Var& x, const std::string& name) const;

  std::string name_;
  NetworkTable table_;
  EncoderOptions options_;
  Parameters* parameters_;
  std::vector<std::unique_ptr<Layer>> layers_;
  std::optional<Convolution> classifier_;  // of SqueezeNet
  Parameters::Id mean_image_ = -1;         // (H,W,3); -1: none
  int64_t width_ = 3;
};

}  // namespace storyteller
