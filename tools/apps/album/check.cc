#include "tools/apps/album/check.h"

#include "core/error.h"
#include "tools/apps/album/packed_postings.h"
#include "tools/apps/album/schema.h"
#include "tools/apps/album/vectors.h"

namespace storyteller::album {
namespace {

void expect_none(Connection& connection, const std::string& what, const std::string& sql,
                 std::vector<std::string>& wrong) {
  const auto count = connection.integer(sql).value_or(0);
  if (count > 0) wrong.push_back(std::to_string(count) + " " + what);
}

void check_vectors(Connection& connection, std::vector<std::string>& wrong) {
  const Vectors vectors(connection);
  size_t strangers = 0;
  Statement known(connection, "SELECT 1 FROM caption WHERE picture = ?");
  for (const std::int64_t id : vectors.ids()) {
    known.reset();
    if (!known.bind(1, id).step()) ++strangers;
  }
  if (strangers > 0) wrong.push_back(std::to_string(strangers) + " vectors of no picture");
}

/// Postings as searches read them against the rows.
void check_packed(Connection& connection, std::vector<std::string>& wrong) {
  if (schema_version(connection) < kPackedVersion) return;
  size_t expected = 0, differing = 0;
  Statement find(connection, "SELECT data FROM packed WHERE term = ? AND block = ?");
  for_each_packed(connection, [&](std::int64_t term, std::int64_t block, const std::string& data) {
    ++expected;
    find.reset();
    if (!find.bind(1, term).bind(2, block).step() || find.text(0) != data) ++differing;
  });
  const auto blocks = connection.integer("SELECT count(*) FROM packed").value_or(0);
  if (differing > 0 || static_cast<size_t>(blocks) != expected) {
    wrong.push_back(std::to_string(differing) + " blocks of words differ from their rows, " +
                    std::to_string(blocks) + " are there of " + std::to_string(expected));
  }
}

}  // namespace

std::vector<std::string> check_album(Connection& connection) {
  std::vector<std::string> wrong;
  Statement integrity(connection, "PRAGMA integrity_check(20)");
  while (integrity.step()) {
    if (integrity.text(0) != "ok") wrong.push_back("SQLite: " + integrity.text(0));
  }
  Statement keys(connection, "PRAGMA foreign_key_check");
  while (keys.step()) wrong.push_back("a row of " + keys.text(0) + " refers to nothing");
  expect_none(connection, "pictures are done and have no caption",
              "SELECT count(*) FROM picture WHERE state = 1 AND NOT EXISTS (SELECT 1 FROM caption "
              "WHERE picture = picture.id)",
              wrong);
  expect_none(connection, "pictures have several captions",
              "SELECT count(*) FROM (SELECT 1 FROM caption GROUP BY picture HAVING count(*) > 1)",
              wrong);
  expect_none(connection, "terms have a wrong number of pictures",
              "SELECT count(*) FROM term LEFT JOIN (SELECT term, count(DISTINCT picture) AS n FROM "
              "posting GROUP BY term) ON term = id WHERE pictures <> ifnull(n, 0)",
              wrong);
  expect_none(connection, "tags that were taken away are back",
              "SELECT count(*) FROM hidden JOIN posting USING(picture, term) WHERE source <> 5",
              wrong);
  expect_none(connection, "captions and rows of the text index differ",
              "SELECT abs((SELECT count(*) FROM words_docsize) - (SELECT count(*) FROM caption))",
              wrong);
  check_vectors(connection, wrong);
  check_packed(connection, wrong);
  return wrong;
}

AlbumStatistics statistics(Connection& connection) {
  const auto count = [&](const std::string& sql) { return connection.integer(sql).value_or(0); };
  const auto states = [&](int state) {
    return count("SELECT count(*) FROM picture WHERE state = " + std::to_string(state));
  };
  const auto grades = [&](int grade) {
    return count("SELECT count(*) FROM caption WHERE grade = " + std::to_string(grade));
  };
  AlbumStatistics found{.pictures = count("SELECT count(*) FROM picture"),
                        .queued = states(0),
                        .bad = states(2),
                        .missing = states(3),
                        .terms = count("SELECT count(*) FROM term WHERE pictures > 0"),
                        .postings = count("SELECT count(*) FROM posting"),
                        .vectors = static_cast<std::int64_t>(Vectors(connection).size()),
                        .bytes = count("PRAGMA page_count") * count("PRAGMA page_size"),
                        .sure = grades(2),
                        .likely = grades(1),
                        .unsure = grades(0),
                        .no_photograph = count("SELECT count(*) FROM caption WHERE photo < 0.5"),
                        .roots = {},
                        .models = {}};
  Statement roots(
      connection,
      "SELECT path, (SELECT count(*) FROM picture WHERE root = root.id) FROM root ORDER "
      "BY path");
  while (roots.step()) found.roots.push_back({roots.text(0), roots.integer(1)});
  Statement models(connection,
                   "SELECT checksum || ' ' || name, (SELECT count(*) FROM caption WHERE model = "
                   "model.id) FROM model ORDER BY id");
  while (models.step()) found.models.push_back({models.text(0), models.integer(1)});
  return found;
}

}  // namespace storyteller::album
