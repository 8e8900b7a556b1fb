#include "train/data/picture_finder.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/percent.h"
#include "core/text/phrase.h"
#include "core/text/unicode_form.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

constexpr size_t kShownBytes = 400;
constexpr const char* kNoFileName = "not a file name";

bool is_file(const fs::path& path) {
  std::error_code failure;
  return fs::is_regular_file(path, failure);
}

bool leads_out(const fs::path& name) { return !name.empty() && *name.begin() == ".."; }

std::string without_blanks(const std::string& name) {
  const std::string_view bare = trimmed(name, " \t\r");
  return bare.empty() ? name : std::string(bare);
}

/// "images/p.jpg" of "https://host/images/p.jpg?size=2"; other names as they are.
std::string without_host(const std::string& name) {
  const size_t scheme = name.find("://");
  if (scheme == std::string::npos) return name;
  const size_t path = name.find('/', scheme + 3);
  if (path == std::string::npos) return name;
  const std::string rest = name.substr(path + 1);
  return rest.substr(0, rest.find_first_of("?#"));
}

std::string with_slashes(const std::string& name) {
  if (name.find('\\') == std::string::npos) return name;
  const bool drive =
      name.size() > 2 && name[1] == ':' && std::isalpha(static_cast<unsigned char>(name[0])) != 0;
  std::string unix_name = drive ? name.substr(2) : name;
  std::replace(unix_name.begin(), unix_name.end(), '\\', '/');
  return unix_name;
}

std::string with_blanks(const std::string& name) {
  std::string blank = name;
  std::replace(blank.begin(), blank.end(), '+', ' ');
  return blank;
}

struct Rewriting {
  std::string (*rewrite)(const std::string&);
  const char* way;
};
const Rewriting kRewritings[] = {
    {without_blanks, "without the blanks around it"},
    {without_host, "by the end of its link"},
    {with_slashes, "with / for \\"},
    {[](const std::string& name) { return percent_decoded(name); }, "with %.. decoded"},
    {with_blanks, "with blanks for +"},
};

std::string both_ways(const std::string& way, const std::string& more) {
  return way.empty() ? more : more.empty() ? way : way + " and " + more;
}

/// The name itself, and without its first, first two, ... folders.
std::vector<fs::path> suffixes(const fs::path& name) {
  std::vector<fs::path> all;
  const std::string text = name.string();
  for (size_t begin = 0; begin < text.size();) {
    if (text[begin] != '/') all.emplace_back(text.substr(begin));
    const size_t slash = text.find('/', begin);
    if (slash == std::string::npos) break;
    begin = slash + 1;
  }
  return all;
}

}  // namespace

PictureFinder::PictureFinder(std::vector<fs::path> folders) : folders_(std::move(folders)) {
  for (const fs::path& folder : folders_) {
    std::error_code failure;
    const fs::path root = fs::canonical(folder.empty() ? fs::path(".") : folder, failure);
    roots_.push_back(failure ? fs::path() : root);
  }
}

std::string PictureFinder::folders_text() const {
  std::vector<std::string> names;
  for (const fs::path& folder : folders_) {
    names.push_back(folder.empty() ? "." : printable(folder.string(), kShownBytes));
  }
  return joined(names);
}

PictureFinder::Found PictureFinder::find(const std::string& name) {
  if (name.empty() || name.find('\0') != std::string::npos) {
    return {.file = {}, .problem = kNoFileName};
  }
  const fs::path as_it_is(name);
  if (as_it_is.is_relative() && !leads_out(as_it_is.lexically_normal())) {
    for (const fs::path& folder : folders_) {
      if (is_file(folder / as_it_is)) return {.file = folder / as_it_is};
    }
  }
  // A list of other pictures should not be looked for in every way a million times.
  constexpr size_t kTries = 1000;
  if (in_vain_ >= kTries && !any_helped_) {
    return {.file = {}, .problem = "no such file in " + folders_text()};
  }
  Found found = find_in_all_ways(name);
  if (found.file.empty()) {
    ++in_vain_;
  } else {
    any_helped_ = true;
  }
  return found;
}

PictureFinder::Found PictureFinder::find_in_all_ways(const std::string& name) {
  Found found = find_form(name, "");
  std::string form = name, way;
  for (const Rewriting& rewriting : kRewritings) {
    if (!found.file.empty() || !found.problem.empty()) return found;
    std::string next = rewriting.rewrite(form);
    if (next == form || next.empty()) continue;
    form = std::move(next);
    way = both_ways(way, rewriting.way);
    found = find_form(form, way);
  }
  if (found.file.empty() && found.problem.empty()) {
    const fs::path plain = fs::path(form).lexically_normal();
    const bool is_name = plain.has_filename() && plain.filename() != "..";
    found.problem = is_name ? "no such file in " + folders_text() + proposal(plain) : kNoFileName;
  }
  return found;
}

PictureFinder::Found PictureFinder::find_form(const std::string& form, const std::string& way) {
  const fs::path plain = fs::path(form).lexically_normal();
  if (!plain.has_filename()) return {};
  if (plain.is_relative() && !leads_out(plain)) return find_relative(plain, way);
  bool outside = false;
  std::vector<fs::path> places;
  if (plain.is_absolute()) {
    places.push_back(plain);
  } else {
    for (const fs::path& folder : folders_) places.push_back(folder / plain);
  }
  for (const fs::path& place : places) {
    if (!is_file(place)) continue;
    if (fs::path file = inside(place); !file.empty()) {
      return {.file = std::move(file), .way = both_ways(way, "inside of the folder")};
    }
    outside = true;
  }
  if (outside) {
    return {.file = {},
            .problem = "lies outside of " + folders_text() +
                       "; copy or link the pictures there, or put the list above them"};
  }
  return find_relative(plain.relative_path(), way);
}

PictureFinder::Found PictureFinder::find_relative(const fs::path& name, const std::string& way) {
  std::vector<fs::path> names = suffixes(name);
  std::erase_if(names, [](const fs::path& suffix) {
    return leads_out(suffix) || !suffix.has_filename() || suffix == ".";
  });
  for (const char* ending : {"", ".jpg", ".jpeg", ".png"}) {
    for (const bool any_case : {false, true}) {
      for (size_t cut = 0; cut < names.size(); ++cut) {
        const fs::path file_name = names[cut].string() + ending;
        for (const fs::path& folder : folders_) {
          const fs::path file = any_case                      ? in_any_case(folder, file_name)
                                : is_file(folder / file_name) ? folder / file_name
                                                              : fs::path();
          if (file.empty()) continue;
          std::string how = way;
          const bool is_cut = names[cut] != name;
          if (is_cut) how = both_ways(how, "without the folders in front");
          if (any_case) {
            const bool form =
                decomposed(file.filename().string()) == decomposed(file_name.filename().string());
            how = both_ways(how, form && file.filename() != file_name.filename()
                                     ? "in the other Unicode form (NFC or NFD)"
                                     : "in another case");
          }
          if (*ending != 0) how = both_ways(how, std::string("with ") + ending);
          if (how.empty()) how = "without ./";
          return {.file = file, .way = how, .cut = is_cut};
        }
      }
    }
  }
  return {};
}

fs::path PictureFinder::in_any_case(const fs::path& folder, const fs::path& name) {
  fs::path at = folder;
  for (const fs::path& part : name) {
    if (part == ".." || part == ".") return {};
    std::error_code failure;
    if (fs::exists(at / part, failure)) {
      at /= part;
      continue;
    }
    const Names& names = names_in(at);
    const auto found = names.find(folded_name(part.string()));
    // Two files that differ in their case alone: nobody knows which one is meant.
    if (found == names.end() || found->second.size() != 1) return {};
    at /= found->second.front();
  }
  return is_file(at) ? at : fs::path();
}

const PictureFinder::Names& PictureFinder::names_in(const fs::path& folder) {
  const auto [entry, is_new] = names_.try_emplace(folder.string());
  if (!is_new) return entry->second;
  std::error_code failure;
  for (fs::directory_iterator each(folder.empty() ? fs::path(".") : folder, failure), end;
       !failure && each != end; each.increment(failure)) {
    const std::string name = each->path().filename().string();
    entry->second[folded_name(name)].push_back(name);
  }
  return entry->second;
}

/// The file, if it lies in one of the folders, links on the way to it resolved.
fs::path PictureFinder::inside(const fs::path& file) const {
  std::error_code failure;
  const fs::path parent = fs::canonical(file.parent_path(), failure);
  if (failure) return {};
  for (size_t i = 0; i < folders_.size(); ++i) {
    const fs::path& root = roots_[i];
    const auto [end, at] = std::mismatch(root.begin(), root.end(), parent.begin(), parent.end());
    if (root.empty() || end != root.end()) continue;
    return folders_[i] / (parent / file.filename()).lexically_relative(root);
  }
  return {};
}

/// Where else a file of that name lies, looked for a few times only: people need one hint.
std::string PictureFinder::proposal(const fs::path& name) const {
  constexpr int kMost = 2, kDepth = 3;
  constexpr size_t kEntries = 100000;
  if (proposals_++ >= kMost) return "";
  size_t seen = 0;
  for (const fs::path& folder : folders_) {
    std::error_code failure;
    fs::recursive_directory_iterator each(folder.empty() ? fs::path(".") : folder,
                                          fs::directory_options::skip_permission_denied, failure);
    for (const fs::recursive_directory_iterator end; !failure && each != end && seen < kEntries;
         each.increment(failure), ++seen) {
      if (each.depth() >= kDepth) each.disable_recursion_pending();
      if (each->path().filename() != name.filename() || !is_file(each->path())) continue;
      return "; " + printable(each->path().string(), kShownBytes) +
             " is there: is that the picture?";
    }
  }
  return "";
}

void FoundWays::count(const std::string& way, const std::string& name, const std::string& file) {
  Way& entry = ways_[way];
  if (entry.pictures++ == 0) {
    entry.name = name;
    entry.file = file;
  }
}

std::vector<std::string> FoundWays::notes(const std::string& source) const {
  std::vector<std::string> all;
  for (const auto& [way, entry] : ways_) {
    std::string line = source + ": ";
    line.append(counted(entry.pictures, "picture was found ", "pictures were found ")).append(way);
    line.append(", such as '").append(printable(entry.name));
    all.push_back(line.append("' as '").append(printable(entry.file, kShownBytes)).append("'"));
  }
  return all;
}

}  // namespace storyteller
