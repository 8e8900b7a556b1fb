#include "tools/apps/speak/folder_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "core/system/file_head.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "core/text/ascii.h"
#include "model/image/picture_folder.h"

namespace storyteller::speak {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// File systems on which other machines, or programs below the system, write (statfs(2)).
constexpr std::array<std::uint32_t, 10> kRemote = {
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF534D42,  // CIFS
    0xFE534D42,  // SMB2
    0x65735546,  // FUSE: sshfs and others
    0x01021997,  // 9P: virtual machines
    0x5346414F,  // AFS
    0x00C36400,  // Ceph
    0x73757245,  // Coda
    0x786F4256,  // folders shared by VirtualBox
};

/// Names that programs give to what they have not finished; they rename it then.
constexpr std::array<std::string_view, 6> kUnfinished = {".part",     ".partial",    ".tmp",
                                                         ".download", ".crdownload", ".filepart"};

bool is_remote(const fs::path& folder) {
  struct statfs status {};
  if (::statfs(folder.c_str(), &status) != 0) return false;
  const auto type = static_cast<std::uint32_t>(status.f_type);
  return std::find(kRemote.begin(), kRemote.end(), type) != kRemote.end();
}

IoError gone(const fs::path& folder) {
  return IoError(printable_path(folder.string()) + ": the folder that is watched is gone");
}

}  // namespace

bool looks_like_picture(const std::string& name, const std::string& head) {
  if (name.empty() || name[0] == '.' || is_clutter(name) || head.empty()) return false;
  const std::string ending = lower_case(fs::path(name).extension().string());
  if (std::find(kUnfinished.begin(), kUnfinished.end(), ending) != kUnfinished.end()) return false;
  const FileKind kind = identify_file(std::as_bytes(std::span(head)));
  if (kind.family == FileFamily::kJpeg || kind.family == FileFamily::kPng) return true;
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

FolderWatch::FolderWatch(fs::path folder, const FolderWatchOptions& options)
    : folder_(std::move(folder)), options_(options) {
  std::error_code failure;
  if (!fs::is_directory(folder_, failure)) {
    throw InputError(printable_path(folder_.string()) + ": no such folder");
  }
  polls_ = options.polls.value_or(is_remote(folder_));
  if (!polls_) {
    events_ = OpenFile(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    constexpr std::uint32_t kWanted = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                      IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    const bool told = events_ && ::inotify_add_watch(events_.get(), folder_.c_str(), kWanted) >= 0;
    polls_ = !told;  // the system's watches are used up
  }
  look(/*settled=*/true);
  if (!options.existing) found_.clear();
  existing_ = found_.size();
}

std::optional<FolderWatch::Stamp> FolderWatch::stamp_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Stamp{
      .inode = status.st_ino,
      .size = status.st_size,
      .modified = status.st_mtim.tv_sec * std::int64_t{1'000'000'000} + status.st_mtim.tv_nsec};
}

void FolderWatch::found(const std::string& name, const Stamp& stamp) {
  if (stamp.size == 0) return;
  const auto known = known_.find(name);
  if (known != known_.end() && known->second == stamp) return;
  known_[name] = stamp;
  const fs::path path = folder_ / name;
  if (looks_like_picture(name, file_head(path))) found_.push_back(path);
}

void FolderWatch::look(bool settled) {
  std::error_code failure;
  std::map<std::string, Stamp> there;
  for (fs::directory_iterator at(folder_, failure), end; !failure && at != end;
       at.increment(failure)) {
    const std::string name = at->path().filename().string();
    if (const auto stamp = stamp_of(at->path())) there.emplace(name, *stamp);
  }
  if (failure) throw gone(folder_);
  for (auto known = known_.begin(); known != known_.end();) {
    known = there.count(known->first) == 0 ? known_.erase(known) : std::next(known);
  }
  for (const auto& [name, stamp] : there) {
    const auto before = unsettled_.find(name);
    if (settled || (before != unsettled_.end() && before->second == stamp)) found(name, stamp);
  }
  unsettled_ = std::move(there);
}

void FolderWatch::read_events() {
  alignas(inotify_event) std::array<char, 16384> block{};
  while (true) {
    const ssize_t got = ::read(events_.get(), block.data(), block.size());
    if (got <= 0) return;
    for (ssize_t at = 0; at < got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(block.data() + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      if ((event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0) {
        throw gone(folder_);
      }
      if ((event->mask & IN_Q_OVERFLOW) != 0) {
        look(/*settled=*/true);
      } else if (event->len > 0) {
        const std::string name = event->name;
        if ((event->mask & (IN_DELETE | IN_MOVED_FROM)) != 0) known_.erase(name);
        if ((event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) == 0) continue;
        if (const auto stamp = stamp_of(folder_ / name)) found(name, *stamp);
      }
    }
  }
}

std::optional<FolderWatch::Found> FolderWatch::next(milliseconds timeout) {
  const Clock::time_point until = Clock::now() + timeout;
  while (!stop_requested()) {
    if (!found_.empty()) {
      Found first{.path = std::move(found_.front()), .existing = existing_ > 0};
      found_.pop_front();
      if (existing_ > 0) --existing_;
      return first;
    }
    auto wait = milliseconds(-1);
    if (timeout.count() >= 0) {
      wait = std::chrono::ceil<milliseconds>(until - Clock::now());
      if (wait.count() <= 0) return std::nullopt;
    }
    if (polls_) wait = wait.count() < 0 ? options_.interval : std::min(wait, options_.interval);
    std::array<pollfd, 2> waited = {
        pollfd{.fd = events_.get(), .events = POLLIN, .revents = 0},
        pollfd{.fd = stop_descriptor(), .events = POLLIN, .revents = 0}};
    if (polls_) waited[0].fd = -1;
    ::poll(waited.data(), waited.size(), static_cast<int>(wait.count()));
    if (polls_) {
      look(/*settled=*/false);
    } else {
      read_events();
    }
  }
  return std::nullopt;
}

}  // namespace storyteller::speak
