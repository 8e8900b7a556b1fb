#include "tools/commands/weights_inspect.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/serialization/weights_file.h"
#include "core/system/printable_line.h"
#include "core/text/json_line.h"
#include "core/text/phrase.h"
#include "model/encoder/weights_inspection.h"
#include "tools/cli/flag_names.h"

namespace storyteller {
namespace {

std::string name_with_setting(const FittingEncoder& one) {
  return one.encoder + (one.setting.empty() ? "" : " with " + one.setting);
}

nlohmann::ordered_json json_of(const std::vector<WeightsInspection::Odd>& tensors) {
  auto json = nlohmann::ordered_json::array();
  for (const WeightsInspection::Odd& one : tensors)
    json.push_back({{"name", one.name}, {"values", one.values}});
  return json;
}

/// "64 values in 2 tensors WHAT, such as in NAME".
void print_odd(const std::vector<WeightsInspection::Odd>& tensors, const char* what) {
  if (tensors.empty()) return;
  std::size_t values = 0;
  for (const WeightsInspection::Odd& one : tensors) values += one.values;
  std::cout << counted(values, "value in ", "values in ")
            << counted(tensors.size(), "tensor", "tensors") << what << ", such as in "
            << printable_line(tensors.front().name) << '\n';
}

void print_json(const std::string& path, const WeightsFile& file, const WeightsInspection& found) {
  nlohmann::ordered_json json = {{"file", path},
                                 {"format", name_of(file.format())},
                                 {"notes", with_flags(file.notes())},
                                 {"encoders", nlohmann::ordered_json::array()},
                                 {"nearest", found.nearest},
                                 {"not_finite", json_of(found.not_finite)},
                                 {"zero", json_of(found.zero)},
                                 {"elements", found.elements},
                                 {"tensors", nlohmann::ordered_json::array()}};
  for (const FittingEncoder& one : found.encoders)
    json["encoders"].push_back(name_with_setting(one));
  for (const WeightTensor& tensor : file.tensors()) {
    json["tensors"].push_back({{"name", tensor.name},
                               {"dtype", type_text(tensor)},
                               {"shape", tensor.shape},
                               {"elements", element_count(tensor.shape)}});
  }
  std::cout << json_line(json);
}

void print_text(const WeightsFile& file, const WeightsInspection& found) {
  std::size_t widest = 4;
  for (const WeightTensor& tensor : file.tensors()) {
    widest = std::max(widest, std::min<std::size_t>(printable_line(tensor.name).size(), 60));
  }
  for (const WeightTensor& tensor : file.tensors()) {
    std::cout << std::left << std::setw(static_cast<int>(widest)) << printable_line(tensor.name)
              << "  " << std::setw(4) << type_text(tensor) << "  " << shape_text(tensor.shape)
              << "  " << element_count(tensor.shape) << '\n';
  }
  std::cout << name_of(file.format()) << ": " << file.tensors().size() << " tensors, "
            << found.elements << " elements\n";
  for (const std::string& note : file.notes()) std::cout << note << '\n';
  print_odd(found.not_finite, " not finite (NaN or infinite)");
  print_odd(found.zero, " of weights that are all 0");
  for (const FittingEncoder& one : found.encoders) {
    std::cout << "fits the encoder " << name_with_setting(one);
    for (const std::string& note : one.notes) std::cout << "; " << with_flags(note);
    std::cout << '\n';
  }
  if (!found.encoders.empty()) return;
  std::cout << "fits no encoder as it is";
  if (!found.nearest.empty()) std::cout << "; nearest to " << found.nearest;
  std::cout << '\n';
}

}  // namespace

void inspect_weights(const std::string& path, const std::string& key, bool json) {
  const WeightsFile file = WeightsFile::open(path, key);
  const WeightsInspection found = inspect(file);
  if (json) {
    print_json(path, file, found);
  } else {
    print_text(file, found);
  }
}

}  // namespace storyteller
