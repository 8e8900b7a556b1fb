#include "model/agreement.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/system/printable.h"

namespace storyteller {
namespace {

std::string choices_json(const ModelOptions& options) {
  EncoderChoices choices = options.encoder_choices;
  Config config;
  declare(choices, config);
  return config.to_json();
}

std::vector<Parameters::Id> encoder_parameters(const Parameters& parameters) {
  std::vector<Parameters::Id> ids;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (parameters.name(id).starts_with("encoder.")) ids.push_back(id);
  }
  return ids;
}

}  // namespace

bool same_encoder(Captioner& a, Captioner& b) {
  if (a.options().encoder != b.options().encoder ||
      choices_json(a.options()) != choices_json(b.options()) ||
      to_json(a.preprocessing()) != to_json(b.preprocessing()) || a.precision() != b.precision()) {
    return false;
  }
  const auto of_a = encoder_parameters(a.parameters()), of_b = encoder_parameters(b.parameters());
  return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), [&](auto id, auto other) {
    const std::vector<float> x = to_host_float(a.parameters().value(id));
    const std::vector<float> y = to_host_float(b.parameters().value(other));
    return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0;
  });
}

std::string vocabulary_difference(const Vocabulary& first, std::string_view whose,
                                  const Vocabulary& other) {
  const auto [in_first, in_other] = std::mismatch(first.words().begin(), first.words().end(),
                                                  other.words().begin(), other.words().end());
  const auto word = [](const Vocabulary& vocabulary, auto at) {
    return at == vocabulary.words().end() ? std::string("none") : "'" + printable(*at) + "'";
  };
  return "that of " + std::string(whose) + " has " + std::to_string(first.size()) +
         " words, this one " + std::to_string(other.size()) + " (word " +
         std::to_string(in_first - first.words().begin()) + ": " + word(first, in_first) + " and " +
         word(other, in_other) + "); train them on the same captions with the same min_count";
}

}  // namespace storyteller
