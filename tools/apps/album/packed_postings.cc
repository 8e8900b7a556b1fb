#include "tools/apps/album/packed_postings.h"

#include "tools/apps/album/schema.h"
#include "tools/apps/album/vectors.h"

namespace storyteller::album {
namespace {

constexpr size_t kBytes = 4;  // of a posting

/// The row that a statement stands at; `column` is the first of picture, source and weight.
PackedPosting posting_at(const Statement& row, int column) {
  return {.picture = row.integer(column),
          .source = static_cast<std::uint8_t>(row.integer(column + 1)),
          .weight = static_cast<std::uint8_t>(row.integer(column + 2))};
}

}  // namespace

std::string packed(std::span<const PackedPosting> postings) {
  std::string data;
  data.reserve(postings.size() * kBytes);
  for (const PackedPosting& posting : postings) {
    const auto place = static_cast<unsigned>(posting.picture % kBlock);
    data += static_cast<char>(place & 0xffU);
    data += static_cast<char>(place >> 8U);
    data += static_cast<char>(posting.source);
    data += static_cast<char>(posting.weight);
  }
  return data;
}

void unpack(std::span<const std::byte> data, std::int64_t block,
            std::vector<PackedPosting>& postings) {
  postings.clear();
  if (block < 0) return;
  postings.reserve(data.size() / kBytes);
  for (size_t at = 0; at + kBytes <= data.size(); at += kBytes) {
    const auto byte = [&](size_t i) { return std::to_integer<std::uint8_t>(data[at + i]); };
    const std::int64_t place = byte(0) | byte(1) << 8;
    const std::int64_t picture = block * kBlock + place;
    const bool ascends = postings.empty() || picture >= postings.back().picture;
    if (place < kBlock && ascends) postings.push_back({picture, byte(2), byte(3)});
  }
}

void PostingPacker::changed(std::int64_t term, std::int64_t picture) {
  changed_.emplace(term, picture / kBlock);
}

void PostingPacker::flush() {
  Statement rows(
      connection_,
      "SELECT picture, source, weight FROM posting WHERE term = ?1 AND picture >= ?2 AND "
      "picture < ?3 ORDER BY picture, source");
  Statement write(connection_, "INSERT OR REPLACE INTO packed(term, block, data) VALUES(?, ?, ?)");
  Statement remove(connection_, "DELETE FROM packed WHERE term = ? AND block = ?");
  std::vector<PackedPosting> postings;
  for (const auto& [term, block] : changed_) {
    rows.bind(1, term).bind(2, block * kBlock).bind(3, (block + 1) * kBlock);
    postings.clear();
    while (rows.step()) postings.push_back(posting_at(rows, 0));
    rows.reset();
    if (postings.empty()) {
      remove.bind(1, term).bind(2, block).run();
    } else {
      write.bind(1, term).bind(2, block).bind_blob(3, packed(postings)).run();
    }
  }
  changed_.clear();
}

void for_each_packed(
    Connection& connection,
    const std::function<void(std::int64_t, std::int64_t, const std::string&)>& take) {
  Statement rows(
      connection,
      "SELECT term, picture, source, weight FROM posting ORDER BY term, picture, source");
  std::vector<PackedPosting> postings;
  std::int64_t term = 0, block = 0;
  const auto end = [&] {
    if (!postings.empty()) take(term, block, packed(postings));
    postings.clear();
  };
  while (rows.step()) {
    const PackedPosting posting = posting_at(rows, 1);
    if (rows.integer(0) != term || posting.picture / kBlock != block) end();
    term = rows.integer(0);
    block = posting.picture / kBlock;
    postings.push_back(posting);
  }
  end();
}

PostingReader::PostingReader(Connection& connection)
    : packed_(schema_version(connection) >= kPackedVersion),
      statement_(connection,
                 packed_ ? "SELECT block, data FROM packed WHERE term = ? ORDER BY block"
                         : "SELECT picture, source, weight FROM posting WHERE term = ? ORDER BY "
                           "picture, source") {}

void PostingReader::read(std::int64_t term,
                         const std::function<void(std::span<const PackedPosting>)>& take) {
  statement_.reset();
  statement_.bind(1, term);
  if (packed_) {
    while (statement_.step()) {
      unpack(statement_.bytes(1), statement_.integer(0), postings_);
      take(postings_);
    }
  } else {
    postings_.clear();
    while (statement_.step()) postings_.push_back(posting_at(statement_, 0));
    take(postings_);
  }
  statement_.reset();
}

}  // namespace storyteller::album
