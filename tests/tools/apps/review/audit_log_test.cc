#include "tools/apps/review/audit_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tools/apps/review/sha256.h"

namespace storyteller::review::audit_log_test {
namespace {

/// A log of `entries`, and where it ends.
std::string log_of(int entries, LogHead* head) {
  const TemporaryFolder folder;
  AuditLog log(folder / "a.jsonl");
  for (int i = 0; i < entries; ++i) {
    log.append({{"action", "decide"},
                {"by", i % 2 == 0 ? "Ann" : "Bob"},
                {"decision", i % 3 == 0 ? "pass" : "reject"},
                {"evidence", {{{"rule", "weapons"}, {"score", 0.25 * (i % 4)}}}},
                {"reason", "because \"" + std::to_string(i) + "\"\n"}},
               head);
  }
  return file_text(folder / "a.jsonl");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

TEST(ReviewLog, IsWholeAndFollowsItsOwnRule) {
  LogHead head;
  const std::string text = log_of(20, &head);
  const LogCheck check = check_whole_log(text, head);
  EXPECT_FALSE(check.problem);
  EXPECT_EQ(check.torn_bytes, 0U);
  EXPECT_EQ(check.head, head);
  EXPECT_EQ(head.entries, 20);
  EXPECT_EQ(head.bytes, static_cast<std::int64_t>(text.size()));
  // Anybody can check it: the hash of "prev" and of the line without "hash".
  nlohmann::json entry = nlohmann::json::parse(lines_of(text)[7]);
  const std::string hash = entry["hash"];
  entry.erase("hash");
  EXPECT_EQ(hash, sha256(entry["prev"].get<std::string>() + entry.dump()));
  EXPECT_EQ(entry["prev"], nlohmann::json::parse(lines_of(text)[6])["hash"]);
}

TEST(ReviewLog, AThousandChangesAreAThousandFound) {
  LogHead head;
  const std::string text = log_of(40, &head);
  const std::vector<std::string> lines = lines_of(text);
  std::mt19937 draws(1);
  const auto below = [&](size_t n) { return static_cast<size_t>(draws() % n); };
  int found = 0, first_line_right = 0, flips = 0;
  constexpr int kChanges = 1000;
  for (int i = 0; i < kChanges; ++i) {
    std::string changed = text;
    std::vector<std::string> other = lines;
    const size_t a = below(lines.size()), b = (a + 1 + below(lines.size() - 1)) % lines.size();
    std::int64_t line = 0;
    switch (i % 5) {
      case 0: {  // a bit
        const size_t at = below(text.size());
        changed[at] = static_cast<char>(changed[at] ^ (1 << below(8)));
        line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        ++flips;
        break;
      }
      case 1:  // a line less
        other.erase(other.begin() + static_cast<std::ptrdiff_t>(a));
        changed = joined(other);
        break;
      case 2:  // two lines swapped
        std::swap(other[a], other[b]);
        changed = joined(other);
        break;
      case 3:  // a line twice, elsewhere
        other.insert(other.begin() + static_cast<std::ptrdiff_t>(b), lines[a]);
        changed = joined(other);
        if (a + 1 == b || a == b) changed += lines[0];
        break;
      default:  // the end cut off, or a line told anew with a hash of its own
        if (below(2) == 0) {
          changed.resize(below(text.size()));
        } else {
          nlohmann::json entry = nlohmann::json::parse(lines[a]);
          entry.erase("hash");
          entry["by"] = "Eve";
          entry["hash"] = sha256(entry["prev"].get<std::string>() + entry.dump());
          other[a] = entry.dump() + "\n";
          changed = joined(other);
        }
    }
    const LogCheck check = check_whole_log(changed, head);
    found += check.problem ? 1 : 0;
    first_line_right += line > 0 && check.problem && check.problem->line == line ? 1 : 0;
  }
  EXPECT_EQ(found, kChanges);
  EXPECT_EQ(first_line_right, flips);
}

TEST(ReviewLog, MadeAnewFromTheFirstLineItIsFoundByWhatTheDatabaseSaw) {
  LogHead head, forged;
  log_of(5, &head);
  const TemporaryFolder folder;
  AuditLog log(folder / "a.jsonl");
  for (int i = 0; i < 6; ++i) log.append({{"by", "Eve"}}, &forged);
  const LogCheck check = check_whole_log(file_text(folder / "a.jsonl"), head);
  ASSERT_TRUE(check.problem);
  EXPECT_EQ(check.problem->line, 5);
}

TEST(ReviewLog, ATornLastLineIsNoBreak) {
  LogHead head;
  const std::string text = log_of(3, &head);
  for (const size_t torn : {1U, 40U}) {
    const LogCheck check = check_whole_log(text + text.substr(0, torn), head);
    EXPECT_FALSE(check.problem);
    EXPECT_EQ(check.torn_bytes, torn);
  }
  const TemporaryFolder folder;
  write_text(folder / "a.jsonl", text + "{\"ac");
  {
    AuditLog log(folder / "a.jsonl");
    EXPECT_EQ(log.text_behind(head), "{\"ac");
    log.cut(head);
    log.append({{"by", "Ann"}}, &head);
  }
  EXPECT_FALSE(check_whole_log(file_text(folder / "a.jsonl"), head).problem);
  EXPECT_EQ(read_log(folder / "a.jsonl"), file_text(folder / "a.jsonl"));
  EXPECT_THROW(read_log(folder / "none.jsonl"), IoError);
  write_text(folder / "a.jsonl", text.substr(0, 10));
  EXPECT_THROW(AuditLog(folder / "a.jsonl").text_behind(head), InputError);
}

TEST(ReviewLog, WhatIsNotUtf8IsKeptAsSuch) {
  LogHead head;
  const TemporaryFolder folder;
  AuditLog(folder / "a.jsonl").append({{"reason", "\xff"}}, &head);
  EXPECT_FALSE(check_whole_log(file_text(folder / "a.jsonl"), head).problem);
}

}  // namespace
}  // namespace storyteller::review::audit_log_test
