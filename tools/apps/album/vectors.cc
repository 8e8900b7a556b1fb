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

/// Adds the pictures of a block (columns ids and data) and their vectors. False, and nothing is
/// added, where the sizes do not fit each other.
bool take_block(const Statement& row, std::vector<std::int64_t>& ids,
                std::vector<std::int8_t>& data) {
  const auto id_bytes = row.bytes(0), data_bytes = row.bytes(1);
  const size_t count = id_bytes.size() / sizeof(std::int64_t), before = ids.size();
  if (count * sizeof(std::int64_t) != id_bytes.size() || data_bytes.size() != count * kAxes) {
    return false;
  }
  if (count == 0) return true;
  ids.resize(before + count);
  std::memcpy(ids.data() + before, id_bytes.data(), id_bytes.size());
  data.resize((before + count) * kAxes);
  std::memcpy(data.data() + before * kAxes, data_bytes.data(), data_bytes.size());
  return true;
}

std::map<std::int64_t, Vector> pictures_of(const Statement& row) {
  std::vector<std::int64_t> ids;
  std::vector<std::int8_t> data;
  std::map<std::int64_t, Vector> pictures;
  take_block(row, ids, data);
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto begin = data.begin() + static_cast<std::ptrdiff_t>(i * kAxes);
    pictures.emplace(ids[i], Vector(begin, begin + kAxes));
  }
  return pictures;
}

float inverse_norm(const std::int8_t* row) {
  const auto square = static_cast<float>(product(row, row));
  return square > 0 ? 1 / std::sqrt(square) : 0;
}

}  // namespace

Vector vector_of(Connection& connection, std::int64_t picture) {
  Statement read(connection, "SELECT ids, data FROM vectors WHERE block = ?");
  if (!read.bind(1, picture / kBlock).step()) return {};
  auto pictures = pictures_of(read);
  const auto found = pictures.find(picture);
  return found == pictures.end() ? Vector{} : std::move(found->second);
}

void for_each_cosine(Connection& connection, std::span<const std::int8_t> to,
                     const std::function<void(std::int64_t, float)>& take) {
  if (to.size() != kAxes) return;
  const float scale = inverse_norm(to.data());
  Statement read(connection, "SELECT ids, data FROM vectors ORDER BY block");
  std::vector<std::int64_t> ids;
  std::vector<std::int8_t> rows;
  while (read.step()) {
    if (!take_block(read, ids, rows)) continue;
    for (size_t i = 0; i < ids.size(); ++i) {
      const std::int8_t* const row = rows.data() + i * kAxes;
      const auto dot = static_cast<float>(product(to.data(), row));
      take(ids[i], dot * scale * inverse_norm(row));
    }
    ids.clear();
    rows.clear();
  }
}

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
    if (read.step()) pictures = pictures_of(read);
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
  while (read.step()) take_block(read, ids_, data_);
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
    inverse_norms_.push_back(inverse_norm(data_.data() + i * kAxes));
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

}  // namespace storyteller::album
