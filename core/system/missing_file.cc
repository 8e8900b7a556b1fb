#include "core/system/missing_file.h"

#include <glob.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <vector>

#include "core/did_you_mean.h"
#include "core/system/home.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/percent.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFileScheme = "file://";

bool is_there(const fs::path& path) {
  std::error_code failure;
  return !path.empty() && fs::exists(path, failure);
}

/// Whether it begins with a scheme: letters, then "://".
bool is_address(std::string_view text) {
  const std::size_t colon = text.find("://");
  return colon != std::string_view::npos && colon > 1 &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+'; });
}

/// `text` without blanks, line ends and one pair of quotes around it.
std::string_view bare(std::string_view text) {
  text = trimmed(text, kAsciiBlanks);
  if (text.size() > 1 && text.front() == text.back() && (text[0] == '"' || text[0] == '\'')) {
    text = trimmed(text.substr(1, text.size() - 2), kAsciiBlanks);
  }
  return text;
}

/// The other ways to write `path` that name something, the likeliest first; "" where none does.
std::string rewritten(std::string_view path) {
  const std::string_view trim = bare(path);
  std::string slashes(path);
  std::replace(slashes.begin(), slashes.end(), '\\', '/');
  if (slashes.size() > 3 && slashes[1] == ':' && slashes[2] == '/') {  // as seen by WSL
    slashes = "/mnt/" + lower_case(slashes.substr(0, 1)) + slashes.substr(2);
  }
  for (const std::string& other :
       {std::string(trim), percent_decoded(path), slashes,
        trim.starts_with(kFileScheme) ? percent_decoded(trim.substr(kFileScheme.size())) : "",
        "/" + std::string(path)}) {
    if (other != path && is_there(other)) return other;
  }
  return "";
}

std::string digits(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](unsigned char c) { return std::isdigit(c) != 0; });
  return out;
}

/// Whether a folder may be listed for one more message: a list of a hundred thousand names that
/// are not there must not read as many folders.
bool may_look_around() {
  static std::atomic<int> left{200};
  return left.fetch_sub(1, std::memory_order_relaxed) > 0;
}

/// The entry of the folder that the last name of `path` was likely meant to be; "" where none is.
std::string neighbour(const fs::path& path) {
  constexpr std::size_t kMost = 10'000;  // a folder of millions must not make a message slow
  if (!may_look_around()) return "";
  const fs::path folder = path.parent_path();
  const std::string name = path.filename().string();
  std::vector<std::string> names;
  std::error_code failure;
  fs::directory_iterator entry(folder.empty() ? "." : folder, failure);
  for (; !failure && entry != fs::directory_iterator() && names.size() < kMost;
       entry.increment(failure)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  // First the same name in other letters, then with another ending, then a slip of the keys.
  const std::string stem = lower_case(path.stem().string());
  for (const bool whole : {true, false}) {
    for (const std::string& other : names) {
      const bool same = whole
                            ? lower_case(other) == lower_case(name)
                            : lower_case(fs::path(other).stem().string()) == stem && !stem.empty();
      if (same && other != name) return (folder / other).string();
    }
  }
  // IMG_1234 is not meant by IMG_1235.
  std::erase_if(names, [&](const std::string& other) { return digits(other) != digits(name); });
  const std::string close = closest_match(name, names);
  return close.empty() ? "" : (folder / close).string();
}

/// The first folder on the way to `path` that is not there; "" where its folder is.
std::string missing_folder(const fs::path& path) {
  fs::path so_far;
  for (const fs::path& part : path.parent_path()) {
    so_far /= part;
    if (!is_there(so_far)) return so_far.string();
  }
  return "";
}

bool has_pattern(std::string_view path) {
  return path.find_first_of("*?") != std::string_view::npos ||
         (path.find('[') != std::string_view::npos && path.find(']') != std::string_view::npos);
}

/// What is wrong with a pattern that the shell has not put names for.
std::string unexpanded(std::string_view pattern) {
  glob_t found{};
  const bool matches =
      may_look_around() && ::glob(std::string(pattern).c_str(), GLOB_NOSORT, nullptr, &found) == 0;
  const std::size_t count = matches ? found.gl_pathc : 0;
  if (matches) ::globfree(&found);
  if (count == 0) return "no file matches this pattern; check the folder and the ending";
  return "a pattern in quotes, which keep the shell from putting names for it; write it without "
         "quotes: " +
         counted(count, "file matches", "files match");
}

/// Whether the parts between commas are files, at least the first.
bool is_joined_by_commas(std::string_view path) {
  const std::size_t comma = path.find(',');
  return comma != std::string_view::npos && is_there(bare(path.substr(0, comma)));
}

std::string told(std::string_view path) {
  constexpr std::size_t kMostBytes = 400;
  return printable(path, kMostBytes);
}

/// A link whose target is not there.
std::string dead_link(const fs::path& path) {
  std::error_code failure;
  const fs::path target = fs::read_symlink(path, failure);
  if (failure) return "";
  const bool annex = target.string().find(".git/annex/objects/") != std::string::npos;
  if (annex)
    return "its content is not here (git-annex); fetch it: git annex get " + told(path.string());
  return "a link to " + told(target.string()) + ", which is not there";
}

}  // namespace

std::string why_missing(std::string_view path) {
  if (bare(path).empty()) {
    return "an empty name; name a file (is a variable of the shell unset?)";
  }
  if (std::string link = dead_link(path); !link.empty()) return link;
  if (const std::string other = rewritten(path); !other.empty()) {
    return "no such file; did you mean " + told(other) + "?";
  }
  if (is_address(path) && !path.starts_with(kFileScheme)) {
    return "a web address, and nothing is downloaded; fetch it first: curl -LO " + told(path);
  }
  if (const std::string home = expand_home(path).string(); home != path) {
    return "no such file: the shell puts your home folder for ~ only where ~ begins a word outside "
           "of quotes; " +
           (is_there(home) ? "did you mean " + told(home) + "?" : "write $HOME");
  }
  if (is_joined_by_commas(path)) return "no such file; separate names by blanks, not commas";
  if (has_pattern(path)) return unexpanded(path);
  const fs::path typed(path);
  if (const std::string folder = missing_folder(typed); !folder.empty()) {
    const std::string other = neighbour(folder);
    return "no such file: " + told(folder) +
           (other.empty() ? " is not there; check the path"
                          : " is not there; did you mean " + told(other) + "?");
  }
  const std::string other = neighbour(typed);
  return other.empty() ? "no such file; check the path"
                       : "no such file; did you mean " + told(other) + "?";
}

}  // namespace storyteller
