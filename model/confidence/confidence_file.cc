#include "model/confidence/confidence_file.h"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace storyteller {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr const char* kMemory = "confidence.memory";
constexpr const char* kClasses = "confidence.classes";
constexpr const char* kProjection = "confidence.projection";

/// To six digits, so that the text stays short.
double short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return OrderedJson::parse(text).get<double>();
}

OrderedJson json_of(const Logistic& logistic) {
  OrderedJson json = {{"b", short_number(logistic.bias)}, {"terms", OrderedJson::array()}};
  for (const Logistic::Term& term : logistic.terms) {
    json["terms"].push_back({{"x", term.signal},
                             {"m", short_number(term.mean)},
                             {"s", short_number(term.spread)},
                             {"w", short_number(term.weight)}});
  }
  return json;
}

Logistic logistic_in(const OrderedJson& json) {
  Logistic logistic;
  logistic.bias = json.at("b").get<double>();
  for (const OrderedJson& term : json.at("terms")) {
    logistic.terms.push_back({.signal = term.at("x").get<std::string>(),
                              .mean = term.at("m").get<double>(),
                              .spread = term.at("s").get<double>(),
                              .weight = term.at("w").get<double>()});
    if (!(logistic.terms.back().spread > 0)) throw std::out_of_range("a spread of 0");
  }
  return logistic;
}

std::string text_of(const ConfidenceValues& values) {
  const auto& cut_offs = values.cut_offs;
  const auto& fitted = values.fitted;
  OrderedJson json = {
      {"version", kVersion},
      {"caption", json_of(values.caption)},
      {"photo", json_of(values.photo)},
      {"cut_offs",
       {{"sure", cut_offs.sure ? OrderedJson(short_number(*cut_offs.sure)) : OrderedJson(nullptr)},
        {"likely", short_number(cut_offs.likely)},
        {"sure_domain", short_number(cut_offs.sure_domain)},
        {"likely_domain", short_number(cut_offs.likely_domain)}}},
      {"domain", OrderedJson::array()},
      {"fitted",
       {{"data", fitted.data},
        {"split", fitted.split},
        {"elsewhere", fitted.elsewhere},
        {"pictures", fitted.pictures},
        {"base_rate", short_number(fitted.base_rate)},
        {"auroc", short_number(fitted.auroc)},
        {"ece", short_number(fitted.ece)},
        {"seed", fitted.seed}}}};
  for (const double quantile : values.domain) json["domain"].push_back(short_number(quantile));
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

ConfidenceValues values_in(const OrderedJson& json) {
  ConfidenceValues values;
  values.caption = logistic_in(json.at("caption"));
  values.photo = logistic_in(json.at("photo"));
  const OrderedJson& cut_offs = json.at("cut_offs");
  if (!cut_offs.at("sure").is_null()) values.cut_offs.sure = cut_offs.at("sure").get<double>();
  values.cut_offs.likely = cut_offs.at("likely").get<double>();
  values.cut_offs.sure_domain = cut_offs.at("sure_domain").get<double>();
  values.cut_offs.likely_domain = cut_offs.at("likely_domain").get<double>();
  values.domain = json.at("domain").get<std::vector<double>>();
  if (values.domain.size() < 2) throw std::out_of_range("no quantiles of the domain");
  for (size_t q = 1; q < values.domain.size(); ++q) {
    if (values.domain[q] < values.domain[q - 1]) throw std::out_of_range("quantiles that fall");
  }
  const OrderedJson& fitted = json.at("fitted");
  values.fitted = {.data = fitted.at("data").get<std::string>(),
                   .split = fitted.at("split").get<std::string>(),
                   .elsewhere = fitted.at("elsewhere").get<std::string>(),
                   .pictures = fitted.at("pictures").get<size_t>(),
                   .base_rate = fitted.at("base_rate").get<double>(),
                   .auroc = fitted.at("auroc").get<double>(),
                   .ece = fitted.at("ece").get<double>(),
                   .seed = fitted.at("seed").get<uint64_t>()};
  // Signals that are not known show now, not at the first picture.
  values_for(values.caption, Signals{});
  values_for(values.photo, Signals{});
  return values;
}

[[noreturn]] void damaged(const SafetensorsFile& file, const std::string& what) {
  throw ModelError(file.file() + ": its calibration (" + kConfidenceKey + ") " + what +
                   "; run storyteller calibrate again");
}

PictureMemory memory_in(const SafetensorsFile& file) {
  const auto shape = [&](const char* name, StoredType type, size_t rank) {
    const StoredTensorView view = file.find(name);
    if (view.type != type || view.shape.size() != rank) {
      damaged(file, std::string("has another kind of tensor as ") + name);
    }
    return view.shape;
  };
  const auto memory = shape(kMemory, StoredType::kI8, 2);
  const auto projection = shape(kProjection, StoredType::kBF16, 2);
  const auto classes = shape(kClasses, StoredType::kI32, 1);
  if (memory[0] == 0 || memory[0] != classes[0] || memory[1] == 0 || memory[1] != projection[0] ||
      projection[1] == 0) {
    damaged(file, "has a memory whose parts do not fit each other");
  }
  std::vector<float> projected(static_cast<size_t>(element_count(projection)));
  file.read_float(kProjection, projected);
  std::vector<std::int8_t> directions(static_cast<size_t>(element_count(memory)));
  std::memcpy(directions.data(), file.find(kMemory).bytes.data(), directions.size());
  std::vector<std::int64_t> stored(static_cast<size_t>(classes[0]));
  file.read_int64(kClasses, stored);
  return {std::move(projected), std::move(directions), {stored.begin(), stored.end()}};
}

}  // namespace

std::unique_ptr<const Confidence> confidence_of(const SafetensorsFile& file) {
  const auto found = file.metadata().find(kConfidenceKey);
  if (found == file.metadata().end()) return nullptr;
  const OrderedJson json = OrderedJson::parse(found->second, nullptr, false);
  if (!json.is_object()) damaged(file, "is no JSON object");
  const auto version = json.find("version");
  if (version == json.end() || *version != kVersion) {
    throw ModelError(file.file() +
                     ": its calibration is of another version of storyteller; run "
                     "storyteller calibrate again");
  }
  try {
    return std::make_unique<const Confidence>(values_in(json), memory_in(file));
  } catch (const nlohmann::json::exception& error) {
    damaged(file, "lacks a value");
  } catch (const std::out_of_range& error) {
    damaged(file, std::string("has ") + error.what());
  } catch (const ModelError& error) {
    if (std::string_view(error.what()).starts_with(file.file())) throw;
    throw ModelError(file.file() + ": " + error.what());
  }
}

void add_confidence(const Confidence& confidence, SafetensorsWriter& writer) {
  const PictureMemory& memory = confidence.memory();
  const auto pictures = static_cast<int64_t>(memory.size());
  const auto axes = static_cast<int64_t>(memory.axes());
  writer.set_metadata(kConfidenceKey, text_of(confidence.values()));
  const auto bytes = std::as_bytes(memory.directions());
  writer.add(kMemory, StoredType::kI8, {pictures, axes},
             std::vector<std::byte>(bytes.begin(), bytes.end()));
  const auto kinds = std::as_bytes(memory.kinds());
  writer.add(kClasses, StoredType::kI32, {pictures},
             std::vector<std::byte>(kinds.begin(), kinds.end()));
  writer.add_rounded(kProjection, StoredType::kBF16, {axes, static_cast<int64_t>(memory.width())},
                     memory.projection().data());
}

void write_calibrated(const SafetensorsFile& model, const Confidence& confidence,
                      const std::filesystem::path& out) {
  SafetensorsWriter writer;
  writer.add_all(model, kConfidenceTensors);
  add_confidence(confidence, writer);
  writer.write(out);
}

ConfidenceValues as_stored(const ConfidenceValues& values) {
  return values_in(OrderedJson::parse(text_of(values)));
}

}  // namespace storyteller
