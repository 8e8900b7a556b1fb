#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/onnx.h"
#include "model/classifier/network.h"
#include "model/classifier/onnx_attributes.h"

namespace storyteller {

/// Where a value of a graph is, and how the graph sees it.
struct GraphValue {
  int value = 0;  ///< of the network
  int rank = 4;   ///< axes in the graph
  bool channels_last = false;
};

/// A graph on its way to a network: what was read so far of its values, and what the node at hand
/// reads and makes. Whatever does not fit is a ModelError that names file and node.
class OnnxGraph {
 protected:
  explicit OnnxGraph(const OnnxModel& model);

  [[noreturn]] void refuse_model(const std::string& problem) const;
  [[noreturn]] void refuse(const std::string& problem) const;
  /// "FILE: node 'conv1' (Conv)".
  std::string subject() const;
  OnnxAttributes attributes(std::initializer_list<std::string_view> known) const;

  bool has_input(std::size_t place) const { return !input_name(place).empty(); }
  const GraphValue& value(std::size_t place) const;
  const PictureShape& shape(const GraphValue& of) const {
    return shapes_[static_cast<std::size_t>(of.value)];
  }
  /// A picture whose channels are the graph's axis 1, as convolutions and poolings read it.
  const GraphValue& picture(std::size_t place) const;
  /// A value of one pixel: a row of numbers for each picture.
  const GraphValue& row(std::size_t place) const;
  /// The same whatever its axes are.
  GraphValue pixel() const;

  /// Null: it is no tensor of the file.
  const OnnxTensor* constant_at(std::size_t place) const;
  const OnnxTensor& floats(std::size_t place, const char* what) const;
  const std::vector<std::int64_t>& integers(std::size_t place, const char* what) const;

  /// The node's output is this value, or this tensor.
  void make(const GraphValue& value);
  void make(const OnnxTensor& tensor);
  /// The same for a node that computes nothing: its output is read by whoever else reads its input.
  void pass_on(const GraphValue& value);
  /// Appends a step, which gives the node's output.
  void step(const ClassifierStep& step, StepWeights weights, int rank, bool channels_last = false);

  /// The step that made a value which nothing but this node reads; null: there is none.
  ClassifierStep* only_maker(std::size_t place);
  StepWeights& weights_of(const GraphValue& of) {
    return network_.weights[static_cast<std::size_t>(of.value) - 1];
  }

  const OnnxModel& model_;
  const OnnxNode* node_ = nullptr;  // at hand
  std::map<std::string, const OnnxTensor*> constants_;
  std::map<std::string, GraphValue> values_;
  std::uint64_t numbers_ = 0;         ///< of all weights
  std::vector<PictureShape> shapes_;  // of the network's values
  ClassifierNetwork network_;

 private:
  const std::string& input_name(std::size_t place) const;
  [[noreturn]] void refuse_output() const;

  std::map<std::string, int> uses_;
};

}  // namespace storyteller
