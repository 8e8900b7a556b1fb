#include "core/open_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace storyteller::open_table_test {
namespace {

/// Words in a table whose hashes are given, so that they can be made to meet.
class Words {
  auto same(const std::string& word) const {
    return [&](uint32_t number) { return words_[number] == word; };
  }

 public:
  explicit Words(size_t (*hash)(const std::string&)) : hash_(hash) {}

  uint32_t insert(const std::string& word) {
    const auto next = static_cast<uint32_t>(words_.size());
    const uint32_t number = table_.insert(hash_(word), next, same(word));
    if (number == next) words_.push_back(word);
    return number;
  }
  uint32_t find(const std::string& word) const { return table_.find(hash_(word), same(word)); }

 private:
  size_t (*hash_)(const std::string&);
  std::vector<std::string> words_;
  OpenTable table_;
};

void expect_numbered_in_order(size_t (*hash)(const std::string&)) {
  Words words(hash);
  EXPECT_EQ(words.find("0"), OpenTable::kAbsent);
  for (uint32_t i = 0; i < 300; ++i) {
    EXPECT_EQ(words.insert(std::to_string(i)), i);
    EXPECT_EQ(words.insert(std::to_string(i / 2)), i / 2);
  }
  for (uint32_t i = 0; i < 300; ++i) EXPECT_EQ(words.find(std::to_string(i)), i);
  EXPECT_EQ(words.find("300"), OpenTable::kAbsent);
}

TEST(OpenTable, NumbersInOrderOfInsertion) {
  expect_numbered_in_order([](const std::string& word) { return std::hash<std::string>{}(word); });
}

TEST(OpenTable, HashesMayBeEqual) {
  expect_numbered_in_order([](const std::string&) { return size_t{7}; });
}

TEST(OpenTable, HashesMayDifferInTheirUpperHalfAlone) {
  expect_numbered_in_order([](const std::string& word) { return std::stoul(word) << 40U; });
}

TEST(OpenTable, ClearedHoldsNothing) {
  OpenTable table;
  EXPECT_EQ(table.insert(5, 0, [](uint32_t) { return true; }), 0U);
  table.clear();
  EXPECT_EQ(table.find(5, [](uint32_t) { return true; }), OpenTable::kAbsent);
}

}  // namespace
}  // namespace storyteller::open_table_test
