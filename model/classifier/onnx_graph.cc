#include "model/classifier/onnx_graph.h"

#include <utility>

#include "core/error.h"
#include "core/serialization/finite.h"
#include "core/system/printable.h"

namespace storyteller {

OnnxGraph::OnnxGraph(const OnnxModel& model) : model_(model) {
  for (const OnnxTensor& tensor : model.tensors) constants_[tensor.name] = &tensor;
  for (const OnnxNode& node : model.nodes) {
    for (const std::string& input : node.inputs) uses_[input] += 1;
  }
  for (const OnnxValue& output : model.outputs) uses_[output.name] += 1;
}

void OnnxGraph::refuse_model(const std::string& problem) const {
  throw ModelError(model_.file + ": " + problem);
}

std::string OnnxGraph::subject() const {
  const std::string name = !node_->name.empty()      ? node_->name
                           : !node_->outputs.empty() ? node_->outputs[0]
                                                     : "";
  return model_.file + ": node '" + printable(name) + "' (" + printable(node_->kind) + ")";
}

void OnnxGraph::refuse(const std::string& problem) const {
  throw ModelError(subject() + ": " + problem);
}

OnnxAttributes OnnxGraph::attributes(std::initializer_list<std::string_view> known) const {
  return {*node_, known, subject()};
}

const std::string& OnnxGraph::input_name(std::size_t place) const {
  static const std::string kNone;
  return place < node_->inputs.size() ? node_->inputs[place] : kNone;
}

const GraphValue& OnnxGraph::value(std::size_t place) const {
  const auto found = has_input(place) ? values_.find(input_name(place)) : values_.end();
  if (found == values_.end()) {
    refuse("its input '" + printable(input_name(place)) +
           "' is no value that a node before it makes");
  }
  return found->second;
}

const GraphValue& OnnxGraph::picture(std::size_t place) const {
  const GraphValue& found = value(place);
  if (found.rank != 4 || (found.channels_last && !shape(found).is_pixel())) {
    refuse("its input is no picture with its channels first");
  }
  return found;
}

const GraphValue& OnnxGraph::row(std::size_t place) const {
  const GraphValue& found = value(place);
  if (found.rank != 2 || !shape(found).is_pixel()) {
    refuse("its input, of " + shape(found).text() +
           ", is no row of numbers; a mean over all rows and columns is wanted in front of it");
  }
  return found;
}

GraphValue OnnxGraph::pixel() const {
  const GraphValue in = value(0);
  if (!shape(in).is_pixel()) {
    refuse("makes a row of a picture of " + shape(in).text() +
           "; a mean over all rows and columns is wanted in front of it");
  }
  return in;
}

const OnnxTensor* OnnxGraph::constant_at(std::size_t place) const {
  const auto found = constants_.find(input_name(place));
  return found == constants_.end() ? nullptr : found->second;
}

const OnnxTensor& OnnxGraph::floats(std::size_t place, const char* what) const {
  const OnnxTensor* tensor = constant_at(place);
  if (tensor == nullptr) refuse(std::string("its ") + what + " is no tensor of the file");
  const std::string who = subject() + ": its " + what + " '" + printable(tensor->name) + "'";
  if (tensor->type != OnnxTensor::kFloat) {
    throw ModelError(who + " is of " + tensor->type_name() +
                     "; FLOAT is read: export the network in float32");
  }
  if (tensor->floats.empty()) throw ModelError(who + " has no numbers");
  require_finite(who, tensor->floats);
  return *tensor;
}

const std::vector<std::int64_t>& OnnxGraph::integers(std::size_t place, const char* what) const {
  const OnnxTensor* tensor = constant_at(place);
  if (tensor == nullptr || tensor->type != OnnxTensor::kInt64) {
    refuse(std::string("its ") + what + " is no tensor of INT64 in the file");
  }
  return tensor->ints;
}

void OnnxGraph::refuse_output() const {
  refuse("makes '" + printable(node_->outputs[0]) + "', which is there already");
}

void OnnxGraph::make(const GraphValue& value) {
  const std::string& name = node_->outputs[0];
  if (constants_.contains(name) || !values_.emplace(name, value).second) refuse_output();
}

void OnnxGraph::make(const OnnxTensor& tensor) {
  const std::string& name = node_->outputs[0];
  if (values_.contains(name) || !constants_.emplace(name, &tensor).second) refuse_output();
}

void OnnxGraph::pass_on(const GraphValue& value) {
  make(value);
  uses_[node_->outputs[0]] += uses_.at(input_name(0)) - 1;
}

void OnnxGraph::step(const ClassifierStep& step, StepWeights weights, int rank,
                     bool channels_last) {
  PictureShape out;
  const std::string problem = step_problem(step, shapes_, weights, &out);
  if (!problem.empty()) refuse(problem);
  // Nodes may share a tensor of the file; each gets its own copy.
  numbers_ += weights.weight.size();
  if (numbers_ > kMaxOnnxBytes / sizeof(float)) refuse("the network has too many weights");
  shapes_.push_back(out);
  network_.steps.push_back(step);
  network_.weights.push_back(std::move(weights));
  make({.value = static_cast<int>(network_.steps.size()),
        .rank = rank,
        .channels_last = channels_last});
}

ClassifierStep* OnnxGraph::only_maker(std::size_t place) {
  const GraphValue& of = value(place);
  return of.value > 0 && uses_.at(input_name(place)) == 1
             ? &network_.steps[static_cast<std::size_t>(of.value) - 1]
             : nullptr;
}

}  // namespace storyteller
