#include "train/metrics/wordnet/synonym_sets.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/real_data.h"
#include "tests/temporary_folder.h"

namespace storyteller::synonym_sets_test {
namespace {

using Ids = std::vector<uint32_t>;

Ids find(const SynonymSets& sets, std::string_view word) {
  Ids ids;
  sets.find(word, ids);
  return ids;
}

void write_meteor_folder(const TemporaryFolder& folder) {
  write_text(folder / "english.synsets",
             "bed\n00000007\nbe\n00000008\nchild\n00000002 00000001\nkid\n1\nsurf\n00000009 3\n"
             "wave\n3\nhot_dog\n4\nride\n5\nrid\n6\n");
  write_text(folder / "english.exceptions", "child\nchildren\nbed\nbed bedded bedding\n");
}

TEST(SynonymSets, AreThoseOfTheWordAndOfItsBaseForms) {
  const TemporaryFolder folder;
  write_meteor_folder(folder);
  const SynonymSets sets = SynonymSets::from_meteor(folder.path());
  EXPECT_EQ(find(sets, "child"), (Ids{1, 2}));
  EXPECT_EQ(find(sets, "children"), (Ids{1, 2}));  // by exception
  EXPECT_EQ(find(sets, "kids"), Ids{1});           // by rule, noun
  EXPECT_EQ(find(sets, "surfer"), (Ids{3, 9}));    // by rule, adjective: parts of speech are blind
  EXPECT_EQ(find(sets, "riding"), (Ids{5, 6}));    // all rules, not the first
  EXPECT_EQ(find(sets, "bed"), Ids{7});            // listed, so that no rule makes "be" of it
  EXPECT_EQ(find(sets, "hot dog"), Ids{4});
  EXPECT_EQ(find(sets, "hot_dogs"), Ids{4});
  EXPECT_EQ(find(sets, "cat"), Ids{});
  EXPECT_EQ(find(sets, ""), Ids{});
  EXPECT_TRUE(share_a_set(find(sets, "kids"), find(sets, "children")));
  EXPECT_FALSE(share_a_set(find(sets, "surfer"), find(sets, "children")));
}

TEST(SynonymSets, BrokenFilesAreNamed) {
  const TemporaryFolder folder;
  const auto message = [&] {
    return message_of<InputError>([&] { SynonymSets::from_meteor(folder.path()); });
  };
  EXPECT_NE(message().find("english.synsets: no such file"), std::string::npos);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"dog\n1\ncat\n", "another belongs to it"},
      {"dog\nx1\n", "number of a set"},
      {"dog\n\n", "in no set"},
      {"\n1\n", "no word"},
      {"dog\n1\ndog\n2\n", "twice"},
      {"dog\n1", "cut off"},
      {"", "no word"},
  };
  for (const auto& [text, cause] : cases) {
    write_text(folder / "english.synsets", text);
    EXPECT_NE(message().find(cause), std::string::npos) << text << " -> " << message();
  }
  write_meteor_folder(folder);
  write_text(folder / "english.exceptions", "child\n");
  EXPECT_NE(message().find("english.exceptions:1"), std::string::npos) << message();
  EXPECT_THROW(SynonymSets::from_wordnet(nullptr), InternalError);
}

TEST(SynonymSets, OfMeteorAndWordNetAgreeOnOrdinaryWords) {
  STORYTELLER_REQUIRE_DATA(folder, "metrics/meteor");
  if (!std::filesystem::exists(default_wordnet_folder() / "index.noun")) {
    GTEST_SKIP() << "WordNet is absent: install wordnet-base or set STORYTELLER_WORDNET";
  }
  const SynonymSets theirs = SynonymSets::from_meteor(folder);
  const SynonymSets ours = SynonymSets::from_wordnet(WordNet::shared(default_wordnet_folder()));
  const std::vector<std::string> words = {"kids",   "children", "bikes", "bicycle", "is",
                                          "are",    "holding",  "man",   "men",     "sofa",
                                          "couch",  "riding",   "sits",  "surfer",  "surfboard",
                                          "person", "bed",      "skier", "ski",     "photograph"};
  for (const std::string& a : words) {
    for (const std::string& b : words) {
      EXPECT_EQ(share_a_set(find(theirs, a), find(theirs, b)),
                share_a_set(find(ours, a), find(ours, b)))
          << a << ' ' << b;
    }
  }
}

}  // namespace
}  // namespace storyteller::synonym_sets_test
