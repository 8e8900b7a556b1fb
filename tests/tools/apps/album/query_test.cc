#include "tools/apps/album/query.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::album::query_test {
namespace {

/// With WordNet where it is there: what is claimed here holds without, too.
const Language& language() {
  static const Language language = Language::open();
  return language;
}

std::vector<std::string> words(const std::vector<QueryWord>& of) {
  std::vector<std::string> texts;
  for (const QueryWord& word : of) texts.push_back(word.text);
  return texts;
}

using Words = std::vector<std::string>;

TEST(AlbumQuery, ContentWordsArePickedOut) {
  EXPECT_EQ(words(parse_query("a dog on the beach", language()).words), (Words{"dog", "beach"}));
  EXPECT_EQ(words(parse_query("Dog, BEACH!", language()).words), (Words{"dog", "beach"}));
  EXPECT_EQ(words(parse_query("submarine", language()).words), (Words{"submarine"}));
  EXPECT_EQ(parse_query("two dogs", language()).words.back().lemma.text,
            language().has_wordnet() ? "dog" : "dogs");
}

TEST(AlbumQuery, PhrasesStandInQuotes) {
  const Query query = parse_query("\"red ball\" dog -\"blue sky\"", language());
  EXPECT_EQ(query.phrases, (std::vector<Words>{{"red", "ball"}}));
  EXPECT_EQ(query.without_phrases, (std::vector<Words>{{"blue", "sky"}}));
  EXPECT_EQ(words(query.words), (Words{"dog"}));
  EXPECT_EQ(parse_query("\"open end", language()).phrases.size(), 1U);
}

TEST(AlbumQuery, MinusExcludes) {
  const Query query = parse_query("dog -beach -t-shirt", language());
  ASSERT_EQ(query.without.size(), 2U);
  EXPECT_EQ(query.without[0][0].text, "beach");
  EXPECT_EQ(query.without[1][0].text, "t-shirt");
}

TEST(AlbumQuery, WithoutNegatesTheNextNounPhrase) {
  const Query query = parse_query("a dog without a red collar on the grass", language());
  EXPECT_EQ(words(query.words), (Words{"dog", "grass"}));
  ASSERT_EQ(query.without.size(), 1U);
  EXPECT_EQ(words(query.without[0]), (Words{"red", "collar"}));
  const Query both = parse_query("street with no car or bus", language());
  EXPECT_EQ(words(both.words), (Words{"street"}));
  ASSERT_EQ(both.without.size(), 2U);
  EXPECT_EQ(words(both.without[1]), (Words{"bus"}));
  const Query comma = parse_query("no car, tree", language());
  EXPECT_EQ(words(comma.words), (Words{"tree"}));
}

TEST(AlbumQuery, FiltersAreRead) {
  const Query query = parse_query(
      "dog after:2019 before:2020-05 in:\"My Pictures\" tag:Beach tag:sea grade:sure", language());
  EXPECT_EQ(query.filters.after, "2019");
  EXPECT_EQ(query.filters.before, "2020-05");
  EXPECT_EQ(query.filters.folders, (Words{"My Pictures"}));
  EXPECT_EQ(query.filters.tags, (Words{"beach", "sea"}));
  EXPECT_EQ(query.filters.grade, "sure");
  EXPECT_EQ(query.asked(), 1U);
}

TEST(AlbumQuery, BadFiltersAreRefusedInWords) {
  const auto message = [](const char* text) {
    return message_of<UsageError>([&] { parse_query(text, language()); });
  };
  EXPECT_NE(message("afterr:2019").find("did you mean 'after'"), std::string::npos);
  EXPECT_NE(message("after:yesterday").find("2019-05-03"), std::string::npos);
  EXPECT_NE(message("after:2019-").find("is no date"), std::string::npos);
  EXPECT_NE(message("grade:shure").find("did you mean 'sure'"), std::string::npos);
  EXPECT_NE(message("tag:").find("has no value"), std::string::npos);
  EXPECT_NE(message("-tag:x").find("cannot be turned round"), std::string::npos);
}

TEST(AlbumQuery, AnyBytesAreTaken) {
  for (const char* text :
       {"", "   ", "\"", "-", "--", "\xff\xfe", "10:30", ":", "a:", "'\"\"'", "((((",
        "dog AND NOT \"", "без собаки", "no", "without without", "-\"\""}) {
    EXPECT_NO_THROW({
      try {
        parse_query(text, language());
      } catch (const UsageError&) {
      }
    }) << text;
  }
  EXPECT_LE(parse_query(std::string(100'000, 'x') + " y", language()).words.size(), 2U);
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "dog ";
  EXPECT_LE(parse_query(many, language()).words.size(), 64U);
}

}  // namespace
}  // namespace storyteller::album::query_test
