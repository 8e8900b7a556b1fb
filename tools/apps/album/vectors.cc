#include "tools/apps/album/vectors.h"

#include <cmath>
#include <cstring>
#include <utility>

namespace storyteller::album {
namespace {

std::int32_t product(const std::int8_t* a, const std::int8_t* b) {
  std::int32_t sum = 0;
  for (size_t i = 0; i < kAxes; ++i) sum += std::int32_t{a[i]} * b[i];
  return sum;
}

/// Pictures of a block and their vectors; nothing where the sizes do not fit each other.
std::map<std::int64_t, Vector> read_block(std::span<const std::byte> ids,
                                          std::span<const std::byte> data) {
  std::map<std::int64_t, Vector> pictures;
  const size_t count = ids.size() / sizeof(std::int64_t);
  if (ids.size() % sizeof(std::int64_t) != 0 || data.size() != count * kAxes) return pictures;
  for (size_t i = 0; i < count; ++i) {
    std::int64_t id = 0;
    std::memcpy(&id, ids.data() + i * sizeof id, sizeof id);
    Vector vector(kAxes);
    std::memcpy(vector.data(), data.data() + i * kAxes, kAxes);
    pictures.emplace(id, std::move(vector));
  }
  return pictures;
}

}  // namespace

void VectorWriter::put(std::int64_t picture, std::span<const std::int8_t> vector) {
  Vector& change = changes_[picture / kBlock][picture];
  change.clear();
  if (vector.size() == kAxes) change.assign(vector.begin(), vector.end());
}

void VectorWriter::flush() {
  Statement read(connection_, "SELECT ids, data FROM vectors WHERE block = ?");
  Statement write(connection_, "INSERT OR REPLACE INTO vectors(block, ids, data) VALUES(?, ?, ?)");
  Statement remove(connection_, "DELETE FROM vectors WHERE block = ?");
  for (auto& [block, changed] : changes_) {
    std::map<std::int64_t, Vector> pictures;
    read.bind(1, block);
    if (read.step()) pictures = read_block(read.bytes(0), read.bytes(1));
    read.reset();
    for (auto& [picture, vector] : changed) {
      if (vector.empty()) {
        pictures.erase(picture);
      } else {
        pictures[picture] = std::move(vector);
      }
    }
    std::string ids, data;
    for (const auto& [picture, vector] : pictures) {
      ids.append(reinterpret_cast<const char*>(&picture), sizeof picture);
      data.append(reinterpret_cast<const char*>(vector.data()), vector.size());
    }
    if (pictures.empty()) {
      remove.bind(1, block).run();
    } else {
      write.bind(1, block).bind_blob(2, ids).bind_blob(3, data).run();
    }
  }
  changes_.clear();
}

Vectors::Vectors(Connection& connection) {
  Statement read(connection, "SELECT ids, data FROM vectors ORDER BY block");
  while (read.step()) {
    const auto ids = read.bytes(0), data = read.bytes(1);
    const size_t count = ids.size() / sizeof(std::int64_t);
    if (ids.size() % sizeof(std::int64_t) != 0 || data.size() != count * kAxes) continue;
    const size_t before = ids_.size();
    ids_.resize(before + count);
    std::memcpy(ids_.data() + before, ids.data(), ids.size());
    data_.resize(data_.size() + data.size());
    std::memcpy(data_.data() + before * kAxes, data.data(), data.size());
  }
  prepare();
}

Vectors::Vectors(std::vector<std::int64_t> ids, std::vector<std::int8_t> data)
    : ids_(std::move(ids)), data_(std::move(data)) {
  data_.resize(ids_.size() * kAxes);
  prepare();
}

void Vectors::prepare() {
  inverse_norms_.reserve(size());
  for (size_t i = 0; i < size(); ++i) {
    const std::int8_t* row = data_.data() + i * kAxes;
    const auto square = static_cast<float>(product(row, row));
    inverse_norms_.push_back(square > 0 ? 1 / std::sqrt(square) : 0);
    places_.emplace(ids_[i], i);
  }
}

std::span<const std::int8_t> Vectors::vector(size_t place) const {
  return std::span(data_).subspan(place * kAxes, kAxes);
}

size_t Vectors::find(std::int64_t picture) const {
  const auto found = places_.find(picture);
  return found == places_.end() ? size() : found->second;
}

float Vectors::cosine(size_t a, size_t b) const {
  const auto dot = static_cast<float>(product(vector(a).data(), vector(b).data()));
  return dot * inverse_norms_[a] * inverse_norms_[b];
}

std::vector<float> Vectors::cosines(std::span<const std::int8_t> of) const {
  std::vector<float> found(size());
  if (of.size() != kAxes) return found;
  const auto square = static_cast<float>(product(of.data(), of.data()));
  const float scale = square > 0 ? 1 / std::sqrt(square) : 0;
  for (size_t i = 0; i < size(); ++i) {
    const auto dot = static_cast<float>(product(of.data(), data_.data() + i * kAxes));
    found[i] = dot * scale * inverse_norms_[i];
  }
  return found;
}

}  // namespace storyteller::album
