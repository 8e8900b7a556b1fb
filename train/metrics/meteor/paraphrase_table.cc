#include "train/metrics/meteor/paraphrase_table.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller::meteor_parts {
namespace {

constexpr const char* kFix =
    "a paraphrase table has three lines for each pair: probability, phrase, phrase (METEOR's "
    "paraphrase-en.gz)";

/// Lines of a file, plain or gzip (zlib tells which).
class GzipLines {
 public:
  explicit GzipLines(const std::filesystem::path& path) : name_(printable(path.string(), 400)) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
      throw InputError(name_ + ": no such file; " + kFix);
    }
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) throw IoError(name_ + ": cannot be opened: " + std::strerror(errno));
    gzbuffer(file_.get(), 1U << 17U);
  }

  /// False at the end of the file.
  bool next(std::string& line) {
    line.clear();
    ++number_;
    char buffer[1024];
    while (gzgets(file_.get(), buffer, sizeof buffer) != nullptr) {
      line += buffer;
      if (line.ends_with('\n')) {
        line.pop_back();
        if (line.ends_with('\r')) line.pop_back();
        return true;
      }
      if (line.size() > kLongestLine) fail("a line of more than 4096 bytes");
    }
    int code = Z_OK;
    const char* cause = gzerror(file_.get(), &code);
    if (code != Z_OK && code != Z_STREAM_END) {
      fail(code == Z_BUF_ERROR ? "the compressed file was cut off" : std::string(cause));
    }
    if (!line.empty()) fail("the file was cut off within this line");
    return false;
  }

  [[noreturn]] void fail(const std::string& cause) const {
    throw InputError(name_ + ":" + std::to_string(number_) + ": " + printable(cause, 400) + "; " +
                     kFix);
  }

 private:
  static constexpr size_t kLongestLine = 4096;
  struct Closer {
    void operator()(gzFile file) const { gzclose(file); }
  };
  std::string name_;
  std::unique_ptr<std::remove_pointer_t<gzFile>, Closer> file_;
  size_t number_ = 0;  // of the line last read or tried
};

/// Number of words; 0 where they are not separated by single blanks.
size_t count_words(std::string_view phrase) {
  if (phrase.empty() || phrase.front() == ' ' || phrase.back() == ' ') return 0;
  if (phrase.find("  ") != std::string_view::npos) return 0;
  return 1 + static_cast<size_t>(std::count(phrase.begin(), phrase.end(), ' '));
}

bool is_probability(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && value >= 0 && value <= 1;
}

}  // namespace

ParaphraseTable ParaphraseTable::open(const std::filesystem::path& path) {
  GzipLines lines(path);
  ParaphraseTable table;
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  const auto read_phrase = [&](std::string& line) {
    if (!lines.next(line)) lines.fail("the file ends where a phrase belongs");
    const size_t words = count_words(line);
    if (words == 0) lines.fail("not a phrase: '" + printable(line, 60) + "'");
    if (words > kMostWords) lines.fail("a phrase of more than 32 words");
    table.longest_ = std::max(table.longest_, words);
    table.phrases_.add(line, {});
    return table.phrases_.index_of(line);
  };
  for (std::string line; lines.next(line);) {
    if (!is_probability(line)) lines.fail("not a probability: '" + printable(line, 60) + "'");
    const uint32_t first = read_phrase(line);
    const uint32_t second = read_phrase(line);
    if (first == second) continue;
    pairs.emplace_back(first, second);
    pairs.emplace_back(second, first);
  }
  if (pairs.empty()) lines.fail("the file holds no pair");
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  table.begins_.assign(table.phrases_.size() + 1, 0);
  table.partners_.reserve(pairs.size());
  for (const auto& [from, to] : pairs) {
    ++table.begins_[from + 1];
    table.partners_.push_back(to);
  }
  for (size_t i = 1; i < table.begins_.size(); ++i) table.begins_[i] += table.begins_[i - 1];
  return table;
}

std::span<const uint32_t> ParaphraseTable::partners(uint32_t phrase) const {
  return std::span(partners_).subspan(begins_[phrase], begins_[phrase + 1] - begins_[phrase]);
}

}  // namespace storyteller::meteor_parts
