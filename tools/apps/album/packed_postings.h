#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tools/apps/album/sqlite.h"

namespace storyteller::album {

/// A word of a picture, as the rows of the table `posting` have it.
struct PackedPosting {
  std::int64_t picture = 0;
  std::uint8_t source = 0;  ///< a Source
  std::uint8_t weight = 0;  ///< 1 to 255
  bool operator==(const PackedPosting&) const = default;
};

/// The postings of a word within a block of pictures (of kBlock) in a few bytes: for each its place
/// in the block (two bytes, the least first), source and weight.
std::string packed(std::span<const PackedPosting> postings);
/// Back again, pictures ascending; what is no posting, as of a damaged file, is left out.
void unpack(std::span<const std::byte> data, std::int64_t block,
            std::vector<PackedPosting>& postings);

/// Keeps the table `packed` as the table `posting` is: a search for "person" would take half a
/// million rows of 100,000 pictures. The rows are what is true; blocks of a word are made of them
/// anew within the transaction that changes them.
class PostingPacker {
 public:
  explicit PostingPacker(Connection& connection) : connection_(connection) {}

  /// Rows of a word for a picture change in this transaction.
  void changed(std::int64_t term, std::int64_t picture);
  /// At the end of the transaction.
  void flush();

 private:
  Connection& connection_;
  std::set<std::pair<std::int64_t, std::int64_t>> changed_;  // term, block
};

/// Calls `take` with term, block and bytes as `packed` should have them by the rows, in this order.
void for_each_packed(
    Connection& connection,
    const std::function<void(std::int64_t, std::int64_t, const std::string&)>& take);

/// Reads the postings of words; of albums of version 1 from the rows.
class PostingReader {
 public:
  explicit PostingReader(Connection& connection);

  /// Calls `take` with the postings of a word, some at a time, pictures ascending.
  void read(std::int64_t term, const std::function<void(std::span<const PackedPosting>)>& take);

 private:
  bool packed_;
  Statement statement_;
  std::vector<PackedPosting> postings_;
};

}  // namespace storyteller::album
