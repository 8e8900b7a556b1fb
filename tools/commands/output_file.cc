#include "tools/commands/output_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/file_head.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "train/data/data_source.h"
#include "train/data/formats/set_files.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

std::string named(const char* option, const fs::path& file) {
  return std::string(option) + " " + printable_path(file.string());
}

/// `head` in lower case, without a byte order mark and blanks in front.
std::string text_of(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  return lower_case(head);
}

const char* name_of(OutputKind kind) {
  switch (kind) {
    case OutputKind::kPage:
      return "an HTML page";
    case OutputKind::kJsonArray:
      return "a JSON array of captions with their image_id";
    case OutputKind::kJsonLines:
      return "a list of unusable pictures";
    case OutputKind::kTable:
      return "a table of captions with their scores";
    case OutputKind::kStatements:
      return "a file of statements";
    case OutputKind::kSound:
      return "a WAV file";
    case OutputKind::kPdf:
      return "a PDF file";
    case OutputKind::kWeights:
      break;
  }
  return "a safetensors file";
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_empty_array(std::string_view text) {
  const size_t next = text.find_first_not_of(" \t\r\n", 1);
  return next != std::string_view::npos && text[next] == ']';
}

/// Columns after those that tables of captions have too.
bool has_scores(std::string_view header) {
  constexpr std::array<std::string_view, 5> kScores = {"bleu", "meteor", "rouge", "cider", "spice"};
  return std::any_of(kScores.begin(), kScores.end(),
                     [&](std::string_view score) { return holds(header, score); });
}

bool is_of_kind(std::string_view head, OutputKind kind) {
  const std::string text = text_of(head);
  switch (kind) {
    case OutputKind::kPage:
      return text.starts_with("<!doctype html") || text.starts_with("<html");
    case OutputKind::kJsonArray:
      return text.starts_with('[') && (holds(text, "\"image_id\"") || is_empty_array(text));
    case OutputKind::kJsonLines:
      return text.starts_with('{') && holds(text, "\"name\"") && holds(text, "\"reason\"");
    case OutputKind::kTable:
      return text.starts_with("image_id,") && has_scores(text.substr(0, text.find('\n')));
    case OutputKind::kStatements:
      return text.starts_with("# statements of captions");
    case OutputKind::kSound:
      return head.starts_with("RIFF");
    case OutputKind::kPdf:
      return head.starts_with("%PDF-");
    case OutputKind::kWeights:
      break;
  }
  constexpr size_t kLength = 8;  // of the header, in front of it
  return head.size() > kLength && head[kLength] == '{';
}

/// Whether a folder of that format may have its captions in `file`, by its ending. Formats with
/// files of fixed names may have results beside them.
bool may_hold_captions(const fs::path& file, std::string_view format) {
  const std::string ending = file.extension().string();
  if (format == "csv") return ending == ".csv" || ending == ".tsv";
  const bool json = format == "json" || format == "jsonl";
  return json && (ending == ".json" || ending == ".jsonl" || ending == ".ndjson");
}

}  // namespace

void require_output_file(const char* option, const fs::path& file, OutputKind kind) {
  if (file.empty()) return;
  if (file == "-") {
    throw UsageError(named(option, file) + ": is not written to standard output; name a file, or " +
                     "./- for one of that name");
  }
  const fs::path folder = file.parent_path();
  std::error_code failure;
  if (fs::is_directory(file, failure)) {
    throw IoError(named(option, file) + ": that is a folder; name a file");
  }
  if (!folder.empty() && !fs::is_directory(folder, failure)) {
    throw IoError(named(option, file) + ": the folder " + printable_path(folder.string()) +
                  " does not exist; create it first");
  }
  if (fs::is_regular_file(file, failure)) {
    const std::string head = file_head(file);
    if (!head.empty() && !is_of_kind(head, kind)) {
      throw UsageError(named(option, file) + ": is there already and is not " + name_of(kind) +
                       "; name another file, or remove it");
    }
  }
  const AtomicFile tried(file);
}

void InputFiles::add(const fs::path& path, std::string_view what) {
  struct stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return;
  inputs_.push_back({status.st_dev, status.st_ino, path.string(), std::string(what)});
}

void InputFiles::add_data(std::string_view specification) {
  const DataSource source(specification);
  add(source.path(), "the data set");
  std::error_code failure;
  if (!fs::is_directory(source.path(), failure)) return;
  for (const fs::path& folder : captions_folders(source.path())) {
    for (const auto& entry : fs::directory_iterator(folder, failure)) {
      if (may_hold_captions(entry.path(), source.format)) {
        add(entry.path(), "a file of the data set");
      }
    }
  }
}

const InputFiles::Input* InputFiles::find(const fs::path& output) const {
  struct stat status {};
  if (output.empty() || ::stat(output.c_str(), &status) != 0) return nullptr;
  const auto same = [&](const Input& input) {
    return input.device == status.st_dev && input.inode == status.st_ino;
  };
  const auto at = std::find_if(inputs_.begin(), inputs_.end(), same);
  return at == inputs_.end() ? nullptr : &*at;
}

void InputFiles::require_other(const char* option, const fs::path& output) {
  if (output.empty()) return;
  if (const Input* input = find(output)) {
    throw UsageError(named(option, output) + ": is " + input->what + ", " +
                     printable_path(input->path) + ", and would be lost; name another");
  }
  std::error_code failure;
  const fs::path resolved = fs::weakly_canonical(fs::absolute(output), failure);
  for (const auto& [other, file] : outputs_) {
    if (file == resolved || fs::equivalent(file, resolved, failure)) {
      throw UsageError(named(option, output) + ": is what " + other +
                       " writes, too, and one would be lost; name another");
    }
  }
  outputs_.emplace_back(option, resolved);
}

}  // namespace storyteller
