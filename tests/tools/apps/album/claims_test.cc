#include "tools/apps/album/claims.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tools/apps/album/album_file.h"

namespace storyteller::album::claims_test {
namespace {

class AlbumClaims : public testing::Test {
 protected:
  AlbumClaims() : album_(open_album(folder_ / "a.db", Connection::Access::kCreate)) {
    album_->execute("INSERT INTO root(id, path, volume) VALUES(1, x'2f70', '')");
    for (int i = 1; i <= 10; ++i) {
      album_->execute("INSERT INTO picture(root, name, size, mtime_ns, state) VALUES(1, CAST('" +
                      std::to_string(i) + ".jpg' AS BLOB), 1, 1, 0)");
    }
  }
  TemporaryFolder folder_;
  std::unique_ptr<Connection> album_;
};

TEST(AlbumClaim, IsReadAsItIsWritten) {
  const Claim own = Claim::own();
  const auto read = Claim::parse(own.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), own.text());
  EXPECT_GT(own.start, 0U);
  for (const char* text :
       {"", "x", "1", "1:2", "1:2 3", "1:2 3 ", "-1:2 3 h", "0:2 3 h", "1:x 3 h"}) {
    EXPECT_FALSE(Claim::parse(text)) << text;
  }
}

TEST(AlbumClaim, OfAProcessThatIsGoneIsStale) {
  const Claim own = Claim::own();
  EXPECT_FALSE(is_stale(own.text(), own.host, own.time));
  EXPECT_TRUE(is_stale(own.text(), own.host, own.time + kClaimSeconds + 1));
  Claim other = own;
  other.start += 1;  // another process of the same number
  EXPECT_TRUE(is_stale(other.text(), own.host, own.time));
  other.host = "elsewhere";  // cannot be asked
  EXPECT_FALSE(is_stale(other.text(), own.host, own.time));
  EXPECT_TRUE(is_stale("rubbish", own.host, own.time));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(process_start(child));
}

TEST_F(AlbumClaims, PicturesAreGivenToOneProcessEach) {
  const Claim own = Claim::own();
  Claim other = own;
  other.host = "elsewhere";
  const auto first = claim(*album_, {1}, 4, own), second = claim(*album_, {1}, 100, other);
  EXPECT_EQ(first.size(), 4U);
  EXPECT_EQ(second.size(), 6U);
  EXPECT_EQ(second.front().name, "5.jpg");
  EXPECT_TRUE(claim(*album_, {1}, 100, own).empty());
  EXPECT_EQ(queued(*album_, {1}), 10);
  release(*album_, own);
  EXPECT_EQ(claim(*album_, {1}, 100, other).size(), 4U);
  EXPECT_TRUE(claim(*album_, {2}, 100, other).empty());
}

TEST_F(AlbumClaims, StaleOnesAreTaken) {
  Claim dead = Claim::own();
  dead.start += 1;
  EXPECT_EQ(claim(*album_, {1}, 10, dead).size(), 10U);
  EXPECT_EQ(claim(*album_, {1}, 10, Claim::own()).size(), 10U);
}

TEST(AlbumFile, IsPrivateAndKnowsItsKind) {
  const TemporaryFolder folder;
  const auto file = folder / "deep/er/a.db";
  open_album(file, Connection::Access::kCreate);
  EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms::mask,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(std::filesystem::status(folder / "deep").permissions() & std::filesystem::perms::mask,
            std::filesystem::perms::owner_all);
  const auto album = open_album(file, Connection::Access::kRead);
  EXPECT_EQ(album->text("PRAGMA journal_mode"), "wal");
  EXPECT_THROW(album->execute("DELETE FROM picture"), Error);
  open_album(file, Connection::Access::kWrite)->execute("PRAGMA user_version = 9");
  EXPECT_NE(message_of<InputError>([&] {
              open_album(file, Connection::Access::kRead);
            }).find("later storyteller"),
            std::string::npos);
}

TEST(AlbumFile, WhereNobodyWritesItIsReadWithoutItsCompanions) {
  const TemporaryFolder folder;
  open_album(folder / "a.db", Connection::Access::kCreate)
      ->execute("INSERT INTO model(checksum, name) VALUES('c', 'm')");
  const auto odd = folder / "50% of a?b#c.db";
  std::filesystem::rename(folder / "a.db", odd);
  Connection frozen(odd, Connection::Access::kFrozen);
  EXPECT_EQ(frozen.text("SELECT name FROM model"), "m");
  EXPECT_THROW(frozen.execute("DELETE FROM model"), Error);
  EXPECT_FALSE(std::filesystem::exists(odd.string() + "-shm"));
}

TEST(AlbumFile, OthersAreRefused) {
  const TemporaryFolder folder;
  const auto read = [&](const char* name) {
    return message_of<InputError>([&] { open_album(folder / name, Connection::Access::kRead); });
  };
  EXPECT_NE(read("none.db").find("storyteller album index"), std::string::npos);
  write_text(folder / "text.db", std::string(5000, 'x'));
  EXPECT_NE(read("text.db").find("is no album"), std::string::npos);
  Connection(folder / "other.db", Connection::Access::kCreate).execute("CREATE TABLE t(x)");
  EXPECT_NE(read("other.db").find("another database"), std::string::npos);
  EXPECT_NE(message_of<UsageError>([&] {
              open_album(folder.path(), Connection::Access::kCreate);
            }).find("is a folder"),
            std::string::npos);
}

}  // namespace
}  // namespace storyteller::album::claims_test
