// StatementCounts on disk.
#include <charconv>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/text/line_reader.h"
#include "train/metrics/plausibility/statement_counts.h"

namespace storyteller {
namespace {

constexpr std::string_view kHeading = "# statements of captions and how often they were made";
constexpr const char* kStatementsMadeBy =
    "; it is what 'storyteller score --references FILE --save-statements FILE' writes";

}  // namespace

void StatementCounts::save(const std::filesystem::path& path) const {
  std::string text = std::string(kHeading) + '\n';
  for (const auto& [statement, times] : counts_) {
    for (const std::string& word : statement) text.append(word).push_back('\t');
    text.append(std::to_string(times)).push_back('\n');
  }
  write_file_atomically(path, text);
}

StatementCounts StatementCounts::load(const std::filesystem::path& path) {
  LineReader lines(path);
  std::string_view line;
  if (!lines.next(&line) || line != kHeading) {
    throw InputError(lines.name() + ": holds no statements" + kStatementsMadeBy);
  }
  StatementCounts counts;
  while (lines.next(&line)) {
    spice::Proposition statement;
    for (size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
      statement.emplace_back(line.substr(0, tab));
      line.remove_prefix(tab + 1);
    }
    uint64_t times = 0;
    const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), times);
    if (problem != std::errc() || end != line.data() + line.size() || times == 0 ||
        statement.size() < 2 || statement.size() > 3) {
      lines.fail(std::string("is no statement of two or three words and a number") +
                 kStatementsMadeBy);
    }
    if (counts.count(statement) > 0) lines.fail("a statement twice");
    counts.add(statement, times);
  }
  return counts;
}

}  // namespace storyteller
