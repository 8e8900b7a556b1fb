#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/apps/album/sqlite.h"

namespace storyteller::album {

/// Pictures in a block, and numbers of each: the direction of its pooled features as the model's
/// memory keeps it (PictureMemory::direction).
inline constexpr std::int64_t kBlock = 1024;
inline constexpr size_t kAxes = 128;
using Vector = std::vector<std::int8_t>;

/// Changes vectors within a transaction; written by flush(). A picture's block is its number /
/// 1,024.
class VectorWriter {
 public:
  explicit VectorWriter(Connection& connection) : connection_(connection) {}

  /// A vector of another length than kAxes stands for none.
  void put(std::int64_t picture, std::span<const std::int8_t> vector);
  void remove(std::int64_t picture) { put(picture, {}); }
  void flush();

 private:
  Connection& connection_;
  std::map<std::int64_t, std::map<std::int64_t, Vector>> changes_;  // [block][picture]
};

/// The vector of a picture; empty: it has none.
Vector vector_of(Connection& connection, std::int64_t picture);

/// Calls `take` with each picture that has a vector and its cosine to one; reads a block at a time.
void for_each_cosine(Connection& connection, std::span<const std::int8_t> to,
                     const std::function<void(std::int64_t, float)>& take);

/// All vectors of an album in memory: 128 bytes a picture.
class Vectors {
 public:
  /// Damaged blocks are left out.
  explicit Vectors(Connection& connection);
  /// For tests: `data` (ids,128).
  Vectors(std::vector<std::int64_t> ids, std::vector<std::int8_t> data);

  size_t size() const { return ids_.size(); }
  std::span<const std::int64_t> ids() const { return ids_; }
  std::span<const std::int8_t> vector(size_t place) const;
  /// Place of a picture; size(): it has none.
  size_t find(std::int64_t picture) const;
  /// Of two places.
  float cosine(size_t a, size_t b) const;

 private:
  void prepare();

  std::vector<std::int64_t> ids_;
  std::vector<std::int8_t> data_;
  std::vector<float> inverse_norms_;
  std::unordered_map<std::int64_t, size_t> places_;
};

}  // namespace storyteller::album
