#include "tools/apps/album/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <unordered_map>

#include "core/error.h"
#include "core/system/missing_file.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/hex.h"
#include "model/image/picture_folder.h"
#include "tools/apps/album/claims.h"
#include "tools/apps/album/schema.h"
#include "tools/apps/album/store.h"

namespace storyteller::album {
namespace {

/// Rows in a transaction: others want to write, too.
constexpr size_t kRows = 2000;
/// What a person may have removed, whatever its share of a small folder.
constexpr size_t kFewMissing = 10;

std::int64_t mtime_of(const struct stat& file) {
  return std::int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec;
}

class Walk {
 public:
  Walk(const std::filesystem::path& top, const std::vector<std::filesystem::path>& apart,
       std::vector<std::string>* unreadable)
      : top_(top), apart_(apart), unreadable_(unreadable) {}

  void folder(const std::string& below, int depth) {
    constexpr int kDeepest = 200;
    const auto inside = [&](const std::string& name) {
      return below.empty() ? name : std::string(below).append("/").append(name);
    };
    const std::filesystem::path path = below.empty() ? top_ : top_ / below;
    if (depth > kDeepest || std::find(apart_.begin(), apart_.end(), path) != apart_.end()) return;
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(path.c_str()), ::closedir);
    if (!open) {
      unreadable_->push_back(printable_path(path.string()) + ": " + std::strerror(errno));
      return;
    }
    const int at = ::dirfd(open.get());
    if (::faccessat(at, kGalleryMark, F_OK, 0) == 0) return;
    std::vector<std::string> folders;
    while (const dirent* entry = ::readdir(open.get())) {
      const std::string name = entry->d_name;
      if (name.starts_with('.') || is_clutter(name)) continue;
      const bool picture = is_picture_name(name);
      if (entry->d_type == DT_DIR) {
        folders.push_back(name);
      } else if (picture || entry->d_type == DT_UNKNOWN) {
        struct stat file {};
        if (::fstatat(at, name.c_str(), &file, 0) != 0) continue;
        if (S_ISDIR(file.st_mode) && entry->d_type == DT_UNKNOWN) folders.push_back(name);
        if (!S_ISREG(file.st_mode) || !picture) continue;
        found.push_back({inside(name), file.st_size, mtime_of(file)});
      }
    }
    std::sort(folders.begin(), folders.end());
    for (const std::string& name : folders) {
      folder(inside(name), depth + 1);
    }
  }

  std::vector<FoundFile> found;

 private:
  const std::filesystem::path& top_;
  const std::vector<std::filesystem::path>& apart_;
  std::vector<std::string>* unreadable_;
};

/// Tells disks apart.
std::string volume_of(const std::filesystem::path& path) {
  struct statfs found {};
  if (::statfs(path.c_str(), &found) != 0) return "";
  std::array<std::uint32_t, 2> id{};
  static_assert(sizeof id == sizeof found.f_fsid);
  std::memcpy(id.data(), &found.f_fsid, sizeof id);
  return hex(std::uint64_t{id[0]} << 32 | id[1], 16);
}

struct Root {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string below;  ///< the part that is asked for, without a slash at its end; "": all
};

bool is_inside(const std::string& path, const std::string& folder) {
  return path.starts_with(folder) && (folder.ends_with('/') || path[folder.size()] == '/');
}

/// The root that a folder is or lies in; made where there is none.
Root root_of(Connection& connection, const std::filesystem::path& folder, bool create) {
  const std::string path = folder.string();
  Statement all(connection, "SELECT id, path FROM root ORDER BY length(path) DESC");
  while (all.step()) {
    const std::string root = all.text(1);
    if (path == root) return {all.integer(0), folder, ""};
    if (is_inside(path, root)) {
      return {all.integer(0), root, path.substr(root.size() + (root.ends_with('/') ? 0 : 1))};
    }
  }
  if (!create) return {};
  Statement insert(connection, "INSERT OR IGNORE INTO root(path, volume) VALUES(?, ?)");
  insert.bind_blob(1, path).bind_text(2, volume_of(folder)).run();
  Statement find(connection, "SELECT id FROM root WHERE path = ?");
  find.bind_blob(1, path).step();
  return {find.integer(0), folder, ""};
}

std::vector<std::filesystem::path> roots_inside(Connection& connection, const Root& root) {
  std::vector<std::filesystem::path> inside;
  Statement all(connection, "SELECT path FROM root");
  while (all.step()) {
    const std::string path = all.text(0);
    if (is_inside(path, root.path.string())) inside.emplace_back(path);
  }
  return inside;
}

struct Known {
  std::int64_t id = 0, size = 0, mtime_ns = 0;
  State state = State::kQueued;
  bool captioned = false, found = false;
};

std::unordered_map<std::string, Known> known_pictures(Connection& connection, const Root& root,
                                                      const std::string& one) {
  std::unordered_map<std::string, Known> known;
  Statement all(
      connection,
      "SELECT id, name, size, mtime_ns, state, EXISTS(SELECT 1 FROM caption WHERE picture "
      "= picture.id) FROM picture WHERE root = ?");
  all.bind(1, root.id);
  while (all.step()) {
    std::string name = all.text(1);
    if (!root.below.empty() && !is_inside(name, root.below)) continue;
    if (!one.empty() && name != one) continue;
    known[std::move(name)] = {.id = all.integer(0),
                              .size = all.integer(2),
                              .mtime_ns = all.integer(3),
                              .state = static_cast<State>(all.integer(4)),
                              .captioned = all.integer(5) != 0};
  }
  return known;
}

/// Writes rows, some thousand to a transaction.
class Rows {
 public:
  explicit Rows(Connection& connection) : connection_(connection) {}
  template <class Write>
  void write(const Write& change) {
    if (!transaction_) transaction_ = std::make_unique<Transaction>(connection_);
    change();
    if (++count_ % kRows == 0) commit();
  }
  void commit() {
    if (transaction_) transaction_->commit();
    transaction_.reset();
  }

 private:
  Connection& connection_;
  std::unique_ptr<Transaction> transaction_;
  size_t count_ = 0;
};

void mark_missing(Connection& connection, Rows& rows,
                  const std::unordered_map<std::string, Known>& known) {
  Statement missing(connection,
                    "UPDATE picture SET state = 3, claimed = NULL, why = ? WHERE id = ?");
  const std::string since = "missing since " + utc_now();
  for (const auto& [name, picture] : known) {
    if (picture.found || picture.state == State::kMissing) continue;
    rows.write([&, id = picture.id] { missing.bind_text(1, since).bind(2, id).run(); });
  }
}

}  // namespace

bool is_picture_name(const std::string& name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0) return false;
  const std::string ending = lower_case(name.substr(dot + 1));
  constexpr std::array<std::string_view, 5> kEndings = {"jpg", "jpeg", "png", "jpe", "jfif"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::string utc_days_ago(int days) {
  const std::time_t then = std::time(nullptr) - std::time_t{days} * 86400;
  std::tm parts{};
  ::gmtime_r(&then, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::vector<FoundFile> find_pictures(const std::filesystem::path& folder,
                                     const std::vector<std::filesystem::path>& apart,
                                     std::vector<std::string>* unreadable) {
  Walk walk(folder, apart, unreadable);
  walk.folder("", 0);
  std::sort(walk.found.begin(), walk.found.end(),
            [](const FoundFile& a, const FoundFile& b) { return a.name < b.name; });
  return std::move(walk.found);
}

ScanResult scan(Connection& connection, const std::filesystem::path& asked,
                const ScanOptions& options) {
  std::error_code failure;
  std::filesystem::path path = std::filesystem::weakly_canonical(asked, failure);
  if (failure) path = std::filesystem::absolute(asked);
  const bool is_folder = std::filesystem::is_directory(path, failure);
  const bool is_file = !is_folder && std::filesystem::is_regular_file(path, failure);
  const std::filesystem::path folder = is_file ? path.parent_path() : path;
  const Root root = root_of(connection, folder, is_folder || is_file);
  if (root.id == 0) {
    throw InputError(printable_path(asked.string()) + ": " + why_missing(asked.string()));
  }
  const std::string prefix = root.below.empty() ? "" : root.below + "/";
  const std::string one = is_file ? prefix + path.filename().string() : "";
  ScanResult result{.root = root.id, .unreadable = {}};
  std::vector<FoundFile> found;
  if (is_file) {
    struct stat file {};
    if (::stat(path.c_str(), &file) == 0) found = {{one, file.st_size, mtime_of(file)}};
  } else if (is_folder) {
    found = find_pictures(folder, roots_inside(connection, root), &result.unreadable);
    for (FoundFile& file : found) file.name = prefix + file.name;
  }
  auto known = known_pictures(connection, root, one);
  Rows rows(connection);
  Statement insert(connection,
                   "INSERT OR IGNORE INTO picture(root, name, size, mtime_ns, state) VALUES(?, ?, "
                   "?, ?, 0)");
  Statement queue(connection, "UPDATE picture SET state = ?, why = NULL WHERE id = ?");
  for (const FoundFile& file : found) {
    ++result.found;
    const auto at = known.find(file.name);
    if (at == known.end()) {
      ++result.fresh;
      rows.write([&] {
        insert.bind(1, root.id).bind_blob(2, file.name).bind(3, file.size);
        insert.bind(4, file.mtime_ns).run();
      });
      continue;
    }
    Known& picture = at->second;
    picture.found = true;
    const bool same = file.size == picture.size && file.mtime_ns == picture.mtime_ns;
    const bool settled = picture.state == State::kBad || picture.captioned;
    const bool wanted = !same || !settled || options.recaption;
    result.fresh += wanted ? 1 : 0;
    const State state = wanted ? State::kQueued
                        : picture.state == State::kMissing || picture.state == State::kQueued
                            ? State::kDone
                            : picture.state;
    if (options.recaption || state != picture.state) {
      rows.write(
          [&] { queue.bind(1, static_cast<std::int64_t>(state)).bind(2, picture.id).run(); });
    }
  }
  size_t present_before = 0;
  for (const auto& [name, picture] : known) {
    if (picture.state == State::kMissing) continue;
    ++present_before;
    result.missing += picture.found ? 0 : 1;
  }
  const bool many =
      static_cast<double>(result.missing) > options.unmounted * static_cast<double>(present_before);
  result.unmounted = many && (result.missing >= kFewMissing || result.found == 0);
  mark_missing(connection, rows, known);
  rows.commit();
  return result;
}

std::vector<std::int64_t> missing_pictures(Connection& connection,
                                           const std::vector<std::int64_t>& roots,
                                           const std::string& older_than) {
  Statement find(connection, "SELECT id FROM picture WHERE state = 3 AND root IN " +
                                 in_list(roots) + " AND (? = '' OR why < ?)");
  const std::string before = older_than.empty() ? "" : "missing since " + older_than;
  find.bind_text(1, before).bind_text(2, before);
  std::vector<std::int64_t> ids;
  while (find.step()) ids.push_back(find.integer(0));
  return ids;
}

}  // namespace storyteller::album
