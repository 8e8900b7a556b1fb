#include "model/fewer_words.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/error.h"
#include "core/serialization/tensors.h"
#include "model/model_file.h"
#include "model/style_tokens.h"

namespace storyteller {

namespace {

/// Ids of the words that stay, rising: words are ordered by falling frequency.
std::vector<int> words_that_stay(const Vocabulary& vocabulary, const ConceptTable& concepts,
                                 int words) {
  const std::unordered_set<std::string> named(concepts.words.begin(), concepts.words.end());
  std::vector<int> ids;
  for (int id = 0; id < vocabulary.size(); ++id) {
    const std::string& word = vocabulary.word(id);
    if (id < Vocabulary::kSpecialTokens + words || named.contains(word) || is_style_token(word)) {
      ids.push_back(id);
    }
  }
  return ids;
}

/// Copies the given rows of a tensor that has one for each word, or a tensor that has none as it
/// is.
void take_rows(const Tensor& all, const std::vector<int>& rows, const Tensor& some) {
  const auto* from = all.data<float>();
  auto* to = some.data<float>();
  if (all.shape() == some.shape()) {
    std::copy_n(from, all.elements(), to);
    return;
  }
  const int64_t width = some.elements() / static_cast<int64_t>(rows.size());
  for (const int row : rows) to = std::copy_n(from + row * width, width, to);
}

}  // namespace

std::unique_ptr<Captioner> add_with_fewer_words(Captioner& model, int words, StoredType type,
                                                SafetensorsWriter& writer) {
  if (words < 1) throw UsageError("a model needs one word at least");
  const ConceptTable concepts =
      model.concepts() != nullptr ? model.concepts()->table() : ConceptTable{};
  const std::vector<int> ids = words_that_stay(model.vocabulary(), concepts, words);
  std::vector<std::string> kept;
  kept.reserve(ids.size());
  for (const int id : ids) kept.push_back(model.vocabulary().word(id));
  auto smaller = std::make_unique<Captioner>(
      model.options(), Vocabulary(std::move(kept)), Device::cpu(), /*seed=*/std::nullopt,
      /*with_gradients=*/false, DType::kFloat32, EncoderTraining{}, concepts);

  describe_model(model.options(), smaller->vocabulary(), model.preprocessing(), writer);
  if (model.concepts() != nullptr) describe_concepts(concepts, writer);
  const Parameters& parameters = smaller->parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    take_rows(model.parameters().value(id), ids, parameters.value(id));
    add_tensor(writer, parameters.name(id), parameters.value(id), type);
  }
  return smaller;
}

}  // namespace storyteller
