#include "train/session/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

bool is_there(const fs::path& path) {
  std::error_code failure;
  return fs::exists(path, failure);
}

std::string whole_path(const fs::path& path) { return printable(path.string(), 4096); }

}  // namespace

RunFolder::RunFolder(fs::path path, Use use) : path_(std::move(path)) {
  std::error_code failure;
  if (is_there(path_) && !fs::is_directory(path_, failure)) {
    throw IoError("`run_folder` " + whole_path(path_) + ": that is a file; name a folder");
  }
  if (use == Use::kBegin && is_there(last())) {
    throw UsageError("`run_folder` " + whole_path(path_) +
                     ": a run is there already; go on with `resume`, or name another folder");
  }
  if (!is_there(last()) && is_there(best())) {
    throw UsageError("`run_folder` " + whole_path(path_) + ": " +
                     (use == Use::kResume ? "last.storyteller, the state to go on from, is missing"
                                          : "a run has left its best.storyteller there") +
                     "; name another folder, and to start from that model `initial_model` " +
                     whole_path(best()));
  }
  if (use == Use::kBegin) return;
  if (!is_there(last()) && !is_there(config())) {
    throw UsageError("`resume`: there is no run in " + whole_path(path_) + " (" +
                     (is_there(path_) ? "no last.storyteller in it" : "no such folder") +
                     "); correct `run_folder`, or begin a run without `resume`");
  }
  lock();
}

RunFolder::~RunFolder() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RunFolder::make() {
  std::error_code failure;
  fs::create_directories(path_, failure);
  if (failure) {
    throw IoError("`run_folder` " + whole_path(path_) +
                  ": cannot make the folder: " + failure.message());
  }
  if (descriptor_ >= 0) return;
  lock();
  if (is_there(last())) {  // another process was quicker
    throw UsageError("`run_folder` " + whole_path(path_) +
                     ": another run has just been there; go on with `resume`, or name another "
                     "folder");
  }
}

// File systems that cannot lock a folder leave it unguarded; the training goes on.
void RunFolder::lock() {
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) return;
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(descriptor_);
  descriptor_ = -1;
  throw UsageError("`run_folder` " + whole_path(path_) +
                   ": another training is at work in this folder; wait for its end, or name "
                   "another folder");
}

std::optional<SafetensorsFile> RunFolder::open_last() const {
  if (!is_there(last())) return std::nullopt;
  try {
    return SafetensorsFile::open(last());
  } catch (const ModelError& error) {
    const std::string what = error.what();
    const std::string cause = what.substr(0, what.find(';'));
    throw ModelError(cause + "; the run cannot go on from it: " +
                     (is_there(best())
                          ? "begin another with `initial_model` " + whole_path(best()) +
                                ", its best model, in another `run_folder`"
                          : "begin again in another `run_folder`"));
  }
}

}  // namespace storyteller
