#include "tools/apps/speak/meaning.h"

#include <utility>

#include "core/error.h"
#include "train/metrics/wordnet/wordnet.h"

namespace storyteller::speak {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

std::unique_ptr<const SpiceModel> model_if_any() {
  try {
    return std::make_unique<const SpiceModel>(WordNet::shared(default_wordnet_folder()));
  } catch (const Error&) {
    return nullptr;
  }
}

}  // namespace

std::string Meanings::of(const std::vector<std::string>& words) {
  if (!std::exchange(opened_, true)) model_ = model_if_any();
  if (model_ == nullptr) return joined(words);
  const std::vector<spice::Proposition> said = model_->propositions(words);
  for (const std::size_t parts : {3, 2, 1}) {
    for (const spice::Proposition& proposition : said) {
      if (proposition.size() == parts) return joined(proposition);
    }
  }
  return joined(words);
}

}  // namespace storyteller::speak
