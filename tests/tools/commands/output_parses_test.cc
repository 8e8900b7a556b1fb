// What is written always parses: random bytes and strings that have broken readers before, as
// captions and as names of images, through strict readers of JSON and CSV.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <random>

#include <nlohmann/json.hpp>

#include "core/text/utf8.h"
#include "tests/temporary_folder.h"
#include "train/metrics/files/per_caption.h"

namespace storyteller::output_parses_test {
namespace {

constexpr size_t kStrings = 100000;

/// Bytes of any kind, and likely ones: quotes, separators, line ends, controls, marks of scripts
/// and spreadsheets, cut UTF-8.
std::string random_text(std::mt19937_64& random) {
  constexpr std::array<std::string_view, 20> kLikely = {
      "\"", ",",      ";",         "\n",           "\r\n",         "\t",           "\\",
      "=",  "<unk>",  "</script>", "\xC3",         "\xF0\x9F\x98", "\xED\xA0\x80", "\u2028",
      "'",  "\u202E", "\x1B[2J",   "\xEF\xBB\xBF", "NaN",          "dog"};
  std::string text;
  for (size_t i = random() % 12; i > 0; --i) {
    if (random() % 3 == 0) {
      text += static_cast<char>(random() & 0xFFU);
    } else {
      text += kLikely[random() % kLikely.size()];
    }
  }
  return text;
}

/// Rows of RFC 4180, strictly: every line ends in CR LF, a quote stands in quoted fields alone.
/// Empty where the text is none.
std::vector<std::vector<std::string>> strict_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  size_t at = 0;
  while (at < text.size()) {
    rows.emplace_back();
    for (;;) {
      std::string& field = rows.back().emplace_back();
      if (text[at] == '"') {
        for (++at;; ++at) {
          if (at >= text.size()) return {};
          if (text[at] != '"') {
            field += text[at];
          } else if (at + 1 < text.size() && text[at + 1] == '"') {
            field += text[at++];
          } else {
            ++at;
            break;
          }
        }
      } else {
        while (at < text.size() && text[at] != ',' && text[at] != '\r') {
          if (text[at] == '"' || text[at] == '\n') return {};
          field += text[at++];
        }
      }
      if (at < text.size() && text[at] == ',') {
        ++at;
        continue;
      }
      if (text.compare(at, 2, "\r\n") != 0) return {};
      at += 2;
      break;
    }
  }
  return rows;
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(OutputParses, ScoresOfEveryCaptionInJsonAndCsv) {
  std::mt19937_64 random(14);
  CaptionPairs pairs;
  CaptionScores scores;
  for (size_t i = 0; i < kStrings; ++i) {
    pairs.images.push_back({"i" + random_text(random), false, {"a dog"}, {i}});
    pairs.captions.push_back(random_text(random));
    pairs.image_of.push_back(i);
    scores.each.emplace_back().set("cider", static_cast<double>(i) / 7);
  }
  const TemporaryFolder folder;
  write_per_caption(folder / "each.csv", pairs, scores, {Metric::kCider});
  write_per_caption(folder / "each.json", pairs, scores, {Metric::kCider});

  const std::string table = contents(folder / "each.csv");
  EXPECT_TRUE(is_utf8(table));
  const auto rows = strict_csv(table);
  ASSERT_EQ(rows.size(), kStrings + 1);
  EXPECT_EQ(rows[0].back(), "image_id_bytes");  // some names are not UTF-8
  const auto json = nlohmann::json::parse(contents(folder / "each.json"));
  ASSERT_EQ(json.size(), kStrings);
  for (size_t i = 0; i < kStrings; ++i) {
    ASSERT_EQ(rows[i + 1].size(), rows[0].size()) << i;
    if (is_utf8(pairs.captions[i])) {
      ASSERT_EQ(json[i]["caption"], pairs.captions[i]);
      if (pairs.captions[i].find('\0') == std::string::npos) {
        ASSERT_EQ(rows[i + 1][1], pairs.captions[i]);
      }
    }
    ASSERT_EQ(std::stod(rows[i + 1][2]), json[i]["cider"].get<double>());
  }
}

TEST(OutputParses, TheStrictReaderIsStrict) {
  EXPECT_EQ(strict_csv("a,\"b\"\"\n\"\r\n").size(), 1U);
  for (const char* wrong : {"a\n", "a", "\"a\r\n", "a\"b\r\n", "\"a\"b\r\n"}) {
    EXPECT_TRUE(strict_csv(wrong).empty()) << wrong;
  }
}

}  // namespace
}  // namespace storyteller::output_parses_test
