#include "train/data/formats/shard_files.h"

#include <glob.h>

#include <algorithm>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "train/text/split_names.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

constexpr size_t kShown = 400;

std::string shown(const fs::path& path) { return printable(path.string(), kShown); }

/// What the folder of a set holds; the first of each kind as an example.
struct Walk {
  std::vector<fs::path> archives, compressed, tables, pictures;
};

bool ends_with_any(const std::string& name, const std::vector<const char*>& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](const char* ending) { return name.ends_with(ending); });
}

Walk walk(const fs::path& folder) {
  constexpr int kDepth = 5;
  constexpr size_t kLoose = 10000;  // so many show what it is
  Walk found;
  std::error_code failure;
  fs::recursive_directory_iterator each(folder,
                                        fs::directory_options::follow_directory_symlink |
                                            fs::directory_options::skip_permission_denied,
                                        failure);
  if (failure) throw InputError(shown(folder) + ": " + failure.message());
  for (const fs::recursive_directory_iterator end; each != end; each.increment(failure)) {
    if (failure) throw InputError(shown(folder) + ": " + failure.message());
    const std::string name = lower_case(each->path().filename().string());
    if (each->is_directory(failure)) {
      if (name.starts_with(".") || each.depth() >= kDepth) each.disable_recursion_pending();
      continue;
    }
    if (name.starts_with(".")) continue;
    if (name.ends_with(".tar")) {
      found.archives.push_back(each->path());
    } else if (name.ends_with(".tgz") || name.ends_with(".tzst") ||
               name.find(".tar.") != std::string::npos) {
      found.compressed.push_back(each->path());
    } else if (ends_with_any(name, {".parquet", ".arrow"})) {
      found.tables.push_back(each->path());
    } else if (ends_with_any(name, {".jpg", ".jpeg", ".png"})) {
      found.pictures.push_back(each->path());
      if (found.pictures.size() > kLoose && found.archives.empty()) break;
    }
  }
  for (auto* list : {&found.archives, &found.compressed, &found.tables, &found.pictures}) {
    std::sort(list->begin(), list->end());
  }
  return found;
}

/// The command that unpacks an archive in its place.
std::string unpacking(const fs::path& compressed) {
  const std::string name = lower_case(compressed.filename().string());
  const bool zstd = ends_with_any(name, {".zst", ".tzst"});
  const char* tool = zstd                     ? "zstd -d"
                     : name.ends_with(".xz")  ? "unxz"
                     : name.ends_with(".bz2") ? "bunzip2"
                                              : "gunzip";
  return std::string(tool) + " " + shown(compressed);
}

[[noreturn]] void fail_without_archives(const fs::path& folder, const Walk& found) {
  const std::string place = shown(folder) + ": no .tar file in it, but ";
  if (!found.compressed.empty()) {
    throw InputError(place + std::to_string(found.compressed.size()) +
                     " compressed archives, such as " + shown(found.compressed.front().filename()) +
                     "; pictures are read where they lie, so unpack them first: " +
                     unpacking(found.compressed.front()));
  }
  if (!found.tables.empty()) {
    throw InputError(place + "Parquet files, such as " + shown(found.tables.front().filename()) +
                     ", which are not read; write the pictures into files and their names and "
                     "captions into JSON lines (jsonl:FILE), or fetch the set as WebDataset");
  }
  if (!found.pictures.empty()) {
    const fs::path first = found.pictures.front();
    const std::string where = shown(first.parent_path());
    throw InputError(place + "loose pictures, such as " + shown(first.lexically_relative(folder)) +
                     "; pack each folder of them with the texts beside them: tar -cf " + where +
                     ".tar -C " + where + " .");
  }
  throw InputError(shown(folder) + ": no .tar file in it");
}

/// The split that a part of a path tells, or begins with: "train-000000.tar", "valset-0.tar".
std::optional<Split> split_of_part(const std::string& name) {
  if (const auto split = split_in_name(name)) return split;
  if (name.starts_with("train")) return Split::kTrain;
  if (name.starts_with("val") || name.starts_with("dev")) return Split::kVal;
  if (name.starts_with("test")) return Split::kTest;
  return std::nullopt;
}

ShardFile shard_of(const fs::path& path, const fs::path& place) {
  ShardFile file{.path = path, .name = fs::path(place).replace_extension().string(), .split = {}};
  for (const fs::path& part : place) {
    file.split = split_of_part(part.string());
    if (file.split) break;
  }
  return file;
}

/// "a-00.tar", "a-01.tar" of "a-{00..01}.tar", as bash has it; other text as it is.
std::vector<std::string> expanded(const std::string& pattern) {
  constexpr size_t kMost = 1000000;
  const size_t open = pattern.find('{'), dots = pattern.find("..", open),
               close = pattern.find('}', open);
  if (open == std::string::npos || close == std::string::npos || dots > close) return {pattern};
  const std::string first = pattern.substr(open + 1, dots - open - 1);
  const std::string last = pattern.substr(dots + 2, close - dots - 2);
  const auto is_number = [](const std::string& text) {
    return !text.empty() && text.size() < 10 &&
           std::all_of(text.begin(), text.end(), is_decimal_digit);
  };
  if (!is_number(first) || !is_number(last)) return {pattern};
  const unsigned long begin = std::stoul(first), end = std::stoul(last);
  if (end < begin || end - begin > kMost) return {pattern};
  std::vector<std::string> all;
  for (unsigned long number = begin; number <= end; ++number) {
    std::string digits = std::to_string(number);
    digits.insert(0, first.size() - std::min(first.size(), digits.size()), '0');
    for (const std::string& rest : expanded(pattern.substr(close + 1))) {
      all.push_back(pattern.substr(0, open).append(digits).append(rest));
    }
  }
  return all;
}

std::vector<fs::path> matching(const fs::path& pattern) {
  std::vector<fs::path> paths;
  std::vector<std::string> absent;
  for (const std::string& name : expanded(pattern.string())) {
    glob_t found{};
    if (::glob(name.c_str(), GLOB_BRACE | GLOB_NOMAGIC, nullptr, &found) == 0) {
      for (size_t i = 0; i < found.gl_pathc; ++i) {
        std::error_code failure;
        if (fs::exists(found.gl_pathv[i], failure)) {
          paths.emplace_back(found.gl_pathv[i]);
        } else {
          absent.emplace_back(found.gl_pathv[i]);
        }
      }
    } else {
      absent.push_back(name);
    }
    ::globfree(&found);
  }
  if (!absent.empty()) {
    throw InputError(shown(pattern) + ": " + std::to_string(absent.size()) + " of " +
                     std::to_string(absent.size() + paths.size()) +
                     " files are not there: " + shown(absent.front()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

ShardFiles find_shards(const fs::path& path) {
  std::error_code failure;
  ShardFiles shards;
  if (fs::is_directory(path, failure)) {
    const Walk found = walk(path);
    if (found.archives.empty()) fail_without_archives(path, found);
    for (const fs::path& archive : found.archives) {
      shards.files.push_back(shard_of(archive, archive.lexically_relative(path)));
    }
    if (!found.compressed.empty()) {
      shards.notes.push_back(shown(path) + ": " + std::to_string(found.compressed.size()) +
                             " compressed archives are not read; unpack them first: " +
                             unpacking(found.compressed.front()));
    }
    return shards;
  }
  if (fs::exists(path, failure)) {
    shards.files.push_back(shard_of(path, path.filename()));
    return shards;
  }
  if (path.string().find_first_of("{*?[") == std::string::npos) {
    throw InputError(shown(path) + ": no such file or folder");
  }
  for (const fs::path& archive : matching(path)) {
    if (fs::is_directory(archive, failure)) {
      ShardFiles inside = find_shards(archive);
      for (ShardFile& file : inside.files) {
        file.name = (archive.filename() / file.name).string();
        if (const auto split = split_of_part(archive.filename().string())) file.split = split;
        shards.files.push_back(std::move(file));
      }
      shards.notes.insert(shards.notes.end(), inside.notes.begin(), inside.notes.end());
    } else {
      shards.files.push_back(shard_of(archive, archive.filename()));
    }
  }
  return shards;
}

}  // namespace storyteller
