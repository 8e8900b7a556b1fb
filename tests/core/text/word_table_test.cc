#include "core/text/word_table.h"

#include <gtest/gtest.h>

namespace storyteller::word_table_test {
namespace {

TEST(WordTable, KeepsAListForEachWord) {
  WordTable table;
  EXPECT_TRUE(table.add("dog", std::vector<uint32_t>{3, 1}));
  EXPECT_TRUE(table.add("", {}));
  EXPECT_TRUE(table.add("cat", std::vector<uint32_t>{4}));
  EXPECT_FALSE(table.add("dog", std::vector<uint32_t>{9}));
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(std::vector<uint32_t>(table.find("dog").begin(), table.find("dog").end()),
            (std::vector<uint32_t>{3, 1}));
  EXPECT_TRUE(table.find("").empty());
  EXPECT_EQ(table.find("cat").size(), 1U);
  EXPECT_TRUE(table.find("cow").empty());
  EXPECT_EQ(table.index_of("cat"), 2U);
  EXPECT_EQ(table.index_of("cow"), WordTable::kAbsent);
}

TEST(TextSet, FindsWithoutItsTableToo) {
  TextSet texts;
  for (int i = 0; i < 100; ++i) texts.insert(std::to_string(i));
  texts.forget_table();
  EXPECT_EQ(texts.find("42"), 42U);
  EXPECT_EQ(texts.find("100"), TextSet::kAbsent);
  bool is_new = true;
  EXPECT_EQ(texts.insert("42", &is_new), 42U);
  EXPECT_FALSE(is_new);
  EXPECT_EQ(texts.insert("100", &is_new), 100U);
  EXPECT_TRUE(is_new);
}

}  // namespace
}  // namespace storyteller::word_table_test
