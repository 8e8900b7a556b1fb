#include "tools/apps/album/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/temporary_folder.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/check.h"
#include "tools/apps/album/claims.h"
#include "tools/apps/album/picture_words.h"
#include "tools/apps/album/scan.h"
#include "tools/apps/album/schema.h"
#include "tools/apps/album/search.h"
#include "tools/apps/album/tags.h"

namespace storyteller::album::store_test {
namespace {

const Language& language() {
  static const Language language = Language::open();
  return language;
}

/// An album of pictures that nobody looked at: records are written by the tests.
class AlbumStore : public testing::Test {
 protected:
  AlbumStore() : album_(open_album(folder_ / "a.db", Connection::Access::kCreate)) {
    model_ = Store(*album_, language()).model("0123456789ab", "m", "");
  }

  std::string picture(const std::string& name) const { return folder_ / ("p/" + name); }
  ScanResult scan_pictures(bool recaption = false) {
    return scan(*album_, folder_ / "p", {.recaption = recaption});
  }

  /// Captions all that is queued; what is said of a picture stands in its file.
  size_t index() {
    const Claim own = Claim::own();
    Store store(*album_, language());
    const auto batch = claim(*album_, {1}, 1000, own);
    Transaction transaction(*album_);
    for (const QueuedPicture& queued : batch) {
      const std::string sentence = file_text(picture(queued.name));
      Record record;
      record.picture = queued.id;
      record.size = static_cast<std::int64_t>(sentence.size());
      record.caption = sentence;
      record.text = sentence + ".";
      record.vector = Vector(kAxes, static_cast<std::int8_t>(queued.id));
      record.content = static_cast<std::int64_t>(std::hash<std::string>{}(sentence));
      const Hypothesis hypothesis{words_of(sentence), 1};
      record.postings = picture_words(language(), {&hypothesis, 1}, {}, {});
      struct stat file {};
      ::stat(picture(queued.name).c_str(), &file);
      record.mtime_ns = std::int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec;
      EXPECT_TRUE(store.put(record, model_, own.text()));
    }
    store.flush();
    transaction.commit();
    return batch.size();
  }

  std::vector<std::string> search(const std::string& query) {
    Searcher searcher(*album_, language());
    std::vector<std::string> names;
    for (const auto& found : searcher.search(parse_query(query, language()), {}).pictures) {
      names.push_back(details(*album_, found.picture)->name);
    }
    return names;
  }
  void expect_well() { EXPECT_EQ(check_album(*album_), std::vector<std::string>{}); }

  TemporaryFolder folder_;
  std::unique_ptr<Connection> album_;
  std::int64_t model_ = 0;
};

using Names = std::vector<std::string>;

TEST_F(AlbumStore, FindsWhatWasSaidAndOnlyThat) {
  write_text(picture("a.jpg"), "a dog runs on the beach");
  write_text(picture("b.jpg"), "a cat sleeps on a red sofa");
  write_text(picture("deep/holiday_c.jpg"), "two dogs play in the snow");
  write_text(picture("notes.txt"), "a dog");
  EXPECT_EQ(scan_pictures().fresh, 3U);
  EXPECT_EQ(index(), 3U);
  EXPECT_EQ(search("dog beach").front(), "a.jpg");
  EXPECT_EQ(search("dog -beach"), (Names{"deep/holiday_c.jpg"}));
  EXPECT_EQ(search("\"red sofa\""), (Names{"b.jpg"}));
  EXPECT_EQ(search("holiday"), (Names{"deep/holiday_c.jpg"}));
  EXPECT_EQ(search("submarine"), (Names{}));
  EXPECT_EQ(search("tag:cat"), (Names{"b.jpg"}));
  EXPECT_EQ(search("dog in:" + picture("deep")), (Names{"deep/holiday_c.jpg"}));
  EXPECT_EQ(search("dog after:2019"), (Names{}));
  expect_well();
  EXPECT_EQ(scan_pictures().fresh, 0U);
}

TEST_F(AlbumStore, SynonymsAndNarrowerWordsAreFoundWithWordNet) {
  if (!language().has_relations()) GTEST_SKIP() << "WordNet is absent: install wordnet-base";
  write_text(picture("a.jpg"), "a scooter on the street");
  write_text(picture("b.jpg"), "a man rides a bicycle");
  scan_pictures();
  index();
  EXPECT_EQ(search("vehicle").size(), 2U);
  EXPECT_EQ(search("bike"), (Names{"b.jpg"}));
  EXPECT_EQ(search("men"), (Names{"b.jpg"}));
  Searcher searcher(*album_, language());
  const auto result = searcher.search(parse_query("poodle", language()), {});
  EXPECT_TRUE(result.pictures.empty());
  EXPECT_TRUE(result.hints.empty());
  write_text(picture("c.jpg"), "a dog");
  scan_pictures();
  index();
  const auto hinted = searcher.search(parse_query("poodle", language()), {});
  ASSERT_EQ(hinted.hints.size(), 1U);
  EXPECT_EQ(hinted.hints[0], "no poodle; 1 picture with dog: search dog");
}

TEST_F(AlbumStore, WhatNoModelHasAWordForIsNoMatch) {
  if (!language().has_wordnet()) GTEST_SKIP() << "WordNet is absent: install wordnet-base";
  write_text(picture("a.jpg"), "a dog on the beach");
  write_text(picture("b.jpg"), "a dog in the snow");
  scan_pictures();
  index();
  EXPECT_EQ(search("zebra on the beach"), (Names{"a.jpg"}));  // no model tells what it knows
  const Names vocabulary = {"<unk>", "dog", "zebras"};
  Store(*album_, language()).model("0123456789ab", "m", "", known_words(language(), vocabulary));
  Store(*album_, language()).model("0123456789ab", "m", "");  // which does not forget it
  Searcher searcher(*album_, language());
  const auto ask = [&](const char* query) {
    return searcher.search(parse_query(query, language()), {});
  };
  EXPECT_EQ(ask("zebra on the beach").pictures.size(), 1U);
  EXPECT_EQ(ask("zebra on the beach").pictures[0].missing, (Names{"zebra"}));
  const auto none = ask("zeppelin on the beach");
  EXPECT_TRUE(none.pictures.empty());
  EXPECT_EQ(none.hints, (Names{"no picture has zeppelin; leave it out to find the rest"}));
  EXPECT_EQ(ask("zebra and zeppelin on the beach").hints, none.hints);
  const Query query = parse_query("zeppelin on the beach", language());
  EXPECT_EQ(searcher.search(query, {.rank = {}, .all = true}).pictures.size(), 1U);
}

TEST_F(AlbumStore, TagsByHandOutliveCaptioning) {
  write_text(picture("a.jpg"), "a dog on the beach");
  scan_pictures();
  index();
  {
    Store store(*album_, language());
    Transaction transaction(*album_);
    store.hide_tag(1, language().all_lemmas("dog"));
    store.add_tag(1, language().lemma("sunset"));
    store.flush();
    transaction.commit();
  }
  EXPECT_EQ(search("dog"), (Names{}));
  EXPECT_EQ(search("sunset"), (Names{"a.jpg"}));
  EXPECT_EQ(scan_pictures(/*recaption=*/true).fresh, 1U);
  EXPECT_EQ(search("sunset"), (Names{"a.jpg"}));  // while it waits, too
  EXPECT_EQ(index(), 1U);
  EXPECT_EQ(search("dog"), (Names{}));
  EXPECT_EQ(search("beach sunset"), (Names{"a.jpg"}));
  EXPECT_EQ(tag_words(picture_tags(*album_, {}, 1)), (Names{"sunset", "beach"}));
  EXPECT_FALSE(hidden_tags(*album_, 1).empty());
  expect_well();
}

TEST_F(AlbumStore, ChangedAndMissingFilesAreNoticed) {
  write_text(picture("a.jpg"), "a dog");
  write_text(picture("b.jpg"), "a cat");
  scan_pictures();
  index();
  write_text(picture("a.jpg"), "a horse in a field");
  EXPECT_EQ(scan_pictures().fresh, 1U);
  EXPECT_EQ(search("dog"), (Names{"a.jpg"}));  // until it is captioned anew
  index();
  EXPECT_EQ(search("dog"), (Names{}));
  EXPECT_EQ(search("horse"), (Names{"a.jpg"}));
  std::filesystem::rename(picture("b.jpg"), picture("b.jpg.away"));
  EXPECT_EQ(scan_pictures().missing, 1U);
  EXPECT_EQ(search("cat"), (Names{}));
  std::filesystem::rename(picture("b.jpg.away"), picture("b.jpg"));
  EXPECT_EQ(scan_pictures().fresh, 0U);
  EXPECT_EQ(search("cat"), (Names{"b.jpg"}));
  expect_well();
}

TEST_F(AlbumStore, AnUnmountedDiskIsNotForgotten) {
  for (int i = 0; i < 12; ++i) write_text(picture(std::to_string(i) + ".jpg"), "a dog");
  scan_pictures();
  index();
  std::filesystem::rename(folder_ / "p", folder_ / "q");
  const ScanResult gone = scan_pictures();
  EXPECT_TRUE(gone.unmounted);
  EXPECT_EQ(missing_pictures(*album_, {1}, "").size(), 12U);
  EXPECT_TRUE(missing_pictures(*album_, {1}, utc_days_ago(30)).empty());
  Store store(*album_, language());
  Transaction transaction(*album_);
  for (const std::int64_t id : missing_pictures(*album_, {1}, "")) store.remove(id);
  store.flush();
  transaction.commit();
  EXPECT_EQ(statistics(*album_).pictures, 0);
  EXPECT_EQ(statistics(*album_).vectors, 0);
  expect_well();
}

TEST_F(AlbumStore, WhatAnotherProcessClaimedIsNotWritten) {
  write_text(picture("a.jpg"), "a dog");
  scan_pictures();
  claim(*album_, {1}, 10, Claim::own());
  Store store(*album_, language());
  Transaction transaction(*album_);
  Record record;
  record.picture = 1;
  EXPECT_FALSE(store.put(record, model_, "1:2 3 other"));
  EXPECT_FALSE(store.put_bad(1, 0, 0, "why", "1:2 3 other"));
  transaction.commit();
  EXPECT_EQ(statistics(*album_).queued, 1);
  expect_well();
}

TEST_F(AlbumStore, WhatCannotBeReadAnyLongerIsNotFound) {
  write_text(picture("a.jpg"), "a dog");
  scan_pictures();
  index();
  ASSERT_EQ(search("dog").size(), 1U);
  scan_pictures(/*recaption=*/true);
  const Claim own = Claim::own();
  Store store(*album_, language());
  const auto batch = claim(*album_, {1}, 10, own);
  ASSERT_EQ(batch.size(), 1U);
  Transaction transaction(*album_);
  EXPECT_TRUE(store.put_bad(batch[0].id, 5, 6, "not a JPEG", own.text()));
  store.flush();
  transaction.commit();
  EXPECT_TRUE(search("dog").empty());
  EXPECT_EQ(statistics(*album_).vectors, 0);
  expect_well();
}

/// Takes away what version 2 of the schema has beyond version 1.
void make_version_1(Connection& album) {
  album.execute(
      "DROP TABLE packed; DROP INDEX picture_taken; DROP INDEX caption_grade; ALTER TABLE model "
      "DROP COLUMN words; PRAGMA user_version = 1");
}

TEST_F(AlbumStore, AlbumsOfVersion1AreReadAndBroughtUpToDateByWhoWrites) {
  write_text(picture("a.jpg"), "a dog on the beach");
  write_text(picture("b.jpg"), "a dog in the snow");
  scan_pictures();
  index();
  make_version_1(*album_);
  album_ = open_album(folder_ / "a.db", Connection::Access::kRead);
  EXPECT_EQ(search("dog snow").front(), "b.jpg");
  EXPECT_EQ(search("dog -snow"), (Names{"a.jpg"}));
  EXPECT_EQ(tags(*album_, {}, 2), (std::vector<Tag>{{"dog", 2}}));
  expect_well();
  EXPECT_EQ(schema_version(*album_), 1);
  album_ = open_album(folder_ / "a.db", Connection::Access::kWrite);
  EXPECT_EQ(schema_version(*album_), kSchemaVersion);
  EXPECT_GT(album_->integer("SELECT count(*) FROM packed"), 2);
  EXPECT_EQ(search("dog snow").front(), "b.jpg");
  expect_well();
  write_text(picture("c.jpg"), "a horse");
  scan_pictures();
  index();
  EXPECT_EQ(search("horse"), (Names{"c.jpg"}));
  expect_well();
}

TEST_F(AlbumStore, FiltersByFolderDateAndGrade) {
  for (const char* name : {"top.jpg", "deep/a.jpg", "deep/er/b.jpg", "deep2/c.jpg", "deep.jpg"}) {
    write_text(picture(name), "a dog");
  }
  scan_pictures();
  index();
  const Names deep = {"deep/a.jpg", "deep/er/b.jpg"};
  EXPECT_EQ(search("dog in:" + picture("deep")), deep);
  EXPECT_EQ(search("in:" + picture("deep") + "/"), deep);
  EXPECT_EQ(search("dog in:" + folder_.path().string()).size(), 5U);
  EXPECT_EQ(search("dog in:" + picture("none")), (Names{}));
  EXPECT_EQ(search("dog in:" + picture("deep2") + " in:" + picture("deep/er")).size(), 2U);
  album_->execute(
      "UPDATE picture SET taken = '2020-05-03T10:00:00' WHERE name = x'746f702e6a7067'");
  EXPECT_EQ(search("dog after:2020"), (Names{"top.jpg"}));
  EXPECT_EQ(search("dog before:2020-06 after:2020-05"), (Names{"top.jpg"}));
  EXPECT_EQ(search("dog before:2020-05"), (Names{}));
  album_->execute("UPDATE caption SET grade = 1 WHERE picture <= 2");
  EXPECT_EQ(search("dog grade:likely").size(), 2U);
  EXPECT_EQ(search("dog grade:sure"), (Names{}));
  EXPECT_EQ(search("tag:dog grade:unsure").size(), 5U);
}

TEST_F(AlbumStore, FiltersAloneGiveTheNewestFirst) {
  for (const char* name : {"a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"}) {
    write_text(picture(name), "a dog");
  }
  scan_pictures();
  index();
  const auto date = [&](char letter, const std::string& taken) {
    album_->execute("UPDATE picture SET taken = '" + taken + "' WHERE name = CAST('" + letter +
                    ".jpg' AS BLOB)");
  };
  EXPECT_EQ(search("tag:dog"), (Names{"a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"}));
  date('b', "2019-05-03T10:00:00");
  date('e', "2021-01-01T00:00:00");
  date('d', "2019-05-03T10:00:00");
  date('c', "2018-01-01T00:00:00");
  EXPECT_EQ(search("tag:dog"), (Names{"e.jpg", "b.jpg", "d.jpg", "c.jpg", "a.jpg", "f.jpg"}));
  EXPECT_EQ(search("tag:dog after:2019"), (Names{"e.jpg", "b.jpg", "d.jpg"}));
  Searcher searcher(*album_, language());
  for (const size_t limit : {1U, 2U, 3U, 5U}) {
    SearchLimits limits;
    limits.rank.limit = limit;
    EXPECT_EQ(searcher.search(parse_query("tag:dog", language()), limits).pictures.size(), limit);
  }
  album_->execute(
      "DELETE FROM caption WHERE picture = (SELECT id FROM picture WHERE name = "
      "x'652e6a7067')");
  EXPECT_EQ(search("tag:dog after:2019"), (Names{"b.jpg", "d.jpg"})) << "e.jpg is not described";
}

TEST_F(AlbumStore, VectorsAreReadOneByOneAndAsCosines) {
  std::int64_t last = 0;
  {
    VectorWriter writer(*album_);
    for (const std::int64_t id : {1, 2, 5000}) {
      Vector vector(kAxes, std::int8_t{3});
      vector[0] = static_cast<std::int8_t>(id % 100);
      writer.put(id, vector);
      last = id;
    }
    writer.flush();
  }
  EXPECT_EQ(vector_of(*album_, 2)[0], 2);
  EXPECT_TRUE(vector_of(*album_, 3).empty());
  EXPECT_TRUE(vector_of(*album_, 500'000).empty());
  const Vectors all(*album_);
  std::vector<std::int64_t> seen;
  for_each_cosine(*album_, vector_of(*album_, last), [&](std::int64_t id, float cosine) {
    seen.push_back(id);
    EXPECT_NEAR(cosine, all.cosine(all.find(id), all.find(last)), 1e-5);
  });
  EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2, 5000}));
  for_each_cosine(*album_, Vector(3), [](std::int64_t, float) { FAIL(); });
}

TEST_F(AlbumStore, CheckSeesDamage) {
  write_text(picture("a.jpg"), "a dog on the beach");
  scan_pictures();
  index();
  expect_well();
  for (const char* damage :
       {"UPDATE packed SET data = x'0100ff'", "DELETE FROM packed",
        "INSERT INTO packed SELECT term, 7, data FROM packed", "UPDATE packed SET block = 1"}) {
    album_->execute(std::string("SAVEPOINT s; ") + damage);
    ASSERT_EQ(check_album(*album_).size(), 1U) << damage;
    EXPECT_NE(check_album(*album_)[0].find("blocks of words"), std::string::npos);
    album_->execute("ROLLBACK TO s; RELEASE s");
  }
  expect_well();
  album_->execute("UPDATE term SET pictures = 7");
  EXPECT_EQ(check_album(*album_).size(), 1U);
  album_->execute("DELETE FROM caption");
  EXPECT_GE(check_album(*album_).size(), 3U);
}

}  // namespace
}  // namespace storyteller::album::store_test
