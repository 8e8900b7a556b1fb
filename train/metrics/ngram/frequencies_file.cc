// DocumentFrequencies on disk.
#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "train/metrics/ngram/references.h"

namespace storyteller {
namespace {

constexpr const char* kKind = "storyteller.kind";
constexpr const char* kKindValue = "document frequencies";

/// Rows of an n-gram: numbers of tokens from 1, zero behind the last.
std::array<uint32_t, kMaxOrder> row_of(const Ngram& n) {
  return {static_cast<uint32_t>(n.low), static_cast<uint32_t>(n.low >> 32U),
          static_cast<uint32_t>(n.high), static_cast<uint32_t>(n.high >> 32U)};
}

Ngram ngram_of(const std::array<uint32_t, kMaxOrder>& row) {
  return {row[0] | uint64_t{row[1]} << 32U, row[2] | uint64_t{row[3]} << 32U};
}

/// The elements of a tensor that must have this type and `axes` axes.
template <class T>
std::vector<T> read_all(const SafetensorsFile& file, const char* name, StoredType type,
                        size_t axes) {
  const StoredTensorView view = file.find(name);
  if (view.type != type || view.shape.size() != axes || (axes == 2 && view.shape[1] != kMaxOrder)) {
    throw ModelError(file.file() + ": tensor '" + name +
                     "' has another type or shape than document frequencies have");
  }
  std::vector<T> out(view.bytes.size() / sizeof(T));
  if (!out.empty()) std::memcpy(out.data(), view.bytes.data(), view.bytes.size());
  return out;
}

/// What makes such a file, for messages.
constexpr const char* kFrequenciesMadeBy =
    "; document frequencies are what 'storyteller score --references FILE --save-frequencies FILE' "
    "writes";

SafetensorsFile open_tensors(const std::filesystem::path& path) {
  try {
    return SafetensorsFile::open(path);
  } catch (const ModelError& error) {
    std::error_code failure;
    if (!std::filesystem::exists(path, failure)) throw;
    const std::string what = error.what();
    throw ModelError(what.substr(0, what.find(';')) + kFrequenciesMadeBy);
  }
}

}  // namespace

void DocumentFrequencies::save(const std::filesystem::path& path) const {
  std::string tokens;
  for (const std::string_view token : tokens_.texts()) tokens.append(token).push_back('\n');
  std::vector<std::array<uint32_t, kMaxOrder>> rows;
  rows.reserve(index_.size());
  for (uint32_t i = 0; i < index_.size(); ++i) rows.push_back(row_of(index_[i]));
  const auto documents = static_cast<uint64_t>(documents_);
  const auto count = static_cast<int64_t>(rows.size());
  SafetensorsWriter writer;
  writer.set_metadata(kKind, kKindValue);
  writer.add("documents", StoredType::kU64, {1}, &documents);
  writer.add("tokens", StoredType::kU8, {static_cast<int64_t>(tokens.size())}, tokens.data());
  writer.add("ngrams", StoredType::kU32, {count, kMaxOrder}, rows.data());
  writer.add("counts", StoredType::kU32, {count}, counts_.data());
  writer.write(path);
}

DocumentFrequencies DocumentFrequencies::load(const std::filesystem::path& path) {
  const SafetensorsFile file = open_tensors(path);
  const auto demand = [&](bool holds, const char* problem) {
    if (!holds) throw ModelError(file.file() + ": damaged document frequencies: " + problem);
  };
  const auto kind = file.metadata().find(kKind);
  if (kind == file.metadata().end() || kind->second != kKindValue) {
    throw ModelError(file.file() + ": holds no document frequencies" + kFrequenciesMadeBy);
  }
  DocumentFrequencies out;
  const auto documents = read_all<uint64_t>(file, "documents", StoredType::kU64, 1);
  demand(documents.size() == 1, "no number of documents");
  out.documents_ = documents[0];

  const auto tokens = read_all<char>(file, "tokens", StoredType::kU8, 1);
  for (auto begin = tokens.begin(); begin != tokens.end();) {
    const auto end = std::find(begin, tokens.end(), '\n');
    demand(end != tokens.end(), "its last token is cut");
    const size_t number = out.tokens_.size();
    demand(out.tokens_.insert({&*begin, static_cast<size_t>(end - begin)}) == number,
           "a token twice");
    begin = end + 1;
  }

  const auto numbers = read_all<uint32_t>(file, "ngrams", StoredType::kU32, 2);
  out.counts_ = read_all<uint32_t>(file, "counts", StoredType::kU32, 1);
  demand(out.counts_.size() * kMaxOrder == numbers.size(), "not one count for each n-gram");
  for (size_t i = 0; i < out.counts_.size(); ++i) {
    std::array<uint32_t, kMaxOrder> row{};
    std::copy_n(numbers.begin() + static_cast<ptrdiff_t>(i * kMaxOrder), kMaxOrder, row.begin());
    const auto last = std::find(row.begin(), row.end(), 0U);
    demand(row[0] != 0 && std::all_of(last, row.end(), [](uint32_t x) { return x == 0; }),
           "an n-gram with a gap");
    demand(*std::max_element(row.begin(), row.end()) <= out.tokens_.size(),
           "an n-gram of tokens that are not there");
    demand(out.counts_[i] >= 1 && out.counts_[i] <= out.documents_,
           "an n-gram in more documents than there are");
    demand(out.index_.insert(ngram_of(row)) == i, "an n-gram twice");
  }
  return out;
}

}  // namespace storyteller
