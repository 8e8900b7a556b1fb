#include "tools/apps/review/audit_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/write_failure.h"
#include "tools/apps/review/sha256.h"

namespace storyteller::review {
namespace {

using Json = nlohmann::json;

std::string canonical(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

[[noreturn]] void fail_with(const std::filesystem::path& file, const char* what, int error) {
  throw IoError(printable_path(file.string()) + ": the log of decisions " + what +
                write_failure(file.parent_path(), 0, error));
}

/// A descriptor of a log that no other process changes until it is closed.
int opened(const std::filesystem::path& file, int flags, int lock) {
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) fail_with(file, "cannot be opened", errno);
  while (::flock(descriptor, lock) != 0) {
    if (errno == EINTR) continue;
    const int error = errno;
    ::close(descriptor);
    fail_with(file, "cannot be locked", error);
  }
  return descriptor;
}

std::string bytes_from(int descriptor, off_t from, const std::filesystem::path& file) {
  constexpr size_t kBlock = size_t{1} << 20;
  std::string text;
  for (;;) {
    const size_t done = text.size();
    text.resize(done + kBlock);
    const ssize_t got =
        ::pread(descriptor, text.data() + done, kBlock, from + static_cast<off_t>(done));
    const int error = errno;
    text.resize(done + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return text;
    if (got < 0 && error != EINTR) fail_with(file, "cannot be read", error);
  }
}

/// What is wrong with a line behind `head`, which it becomes where nothing is.
std::string wrong_with(std::string_view line, LogHead* head, Json* entry) {
  *entry = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!entry->is_object()) return "is no entry";
  const auto text = [&](const char* key) {
    const auto value = entry->find(key);
    return value != entry->end() && value->is_string() ? value->get<std::string>() : "";
  };
  if (canonical(*entry) != line) return "was not written by this program, or was changed";
  const std::int64_t number = head->entries + 1;
  if (entry->value("seq", Json()) != Json(number)) {
    return "has the number " + printable(canonical(entry->value("seq", Json()))) + " and not " +
           std::to_string(number) + ": entries are missing, doubled or swapped";
  }
  if (text("prev") != head->hash) return "does not follow the line before it";
  const std::string hash = text("hash");
  Json without = *entry;
  without.erase("hash");
  if (sha256(text("prev") + canonical(without)) != hash) return "was changed";
  head->entries = number;
  head->bytes += static_cast<std::int64_t>(line.size()) + 1;
  head->hash = hash;
  return "";
}

}  // namespace

std::string log_line(Json members, const LogHead& behind, std::string* hash) {
  members["seq"] = behind.entries + 1;
  members["prev"] = behind.hash;
  // What is hashed must be what will be read: bytes that are not UTF-8 were replaced.
  *hash = sha256(behind.hash + canonical(members));
  members["hash"] = *hash;
  return canonical(members) + "\n";
}

LogCheck check_log(std::string_view text, const LogHead& from,
                   const std::function<void(const Json& entry)>& each) {
  LogCheck check{.head = from};
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      check.torn_bytes = text.size();
      break;
    }
    Json entry;
    std::string wrong = wrong_with(text.substr(0, end), &check.head, &entry);
    if (!wrong.empty()) {
      check.problem = {check.head.entries + 1, std::move(wrong)};
      break;
    }
    if (each) each(entry);
    text.remove_prefix(end + 1);
  }
  return check;
}

LogCheck check_whole_log(std::string_view text, const LogHead& known) {
  std::string hash_there = LogHead().hash;
  LogCheck check = check_log(text, {}, [&](const Json& entry) {
    if (entry.at("seq") == Json(known.entries)) hash_there = entry.at("hash").get<std::string>();
  });
  if (check.problem) return check;
  if (check.head.entries < known.entries) {
    check.problem = {check.head.entries + 1, "is missing: the log ends after " +
                                                 std::to_string(check.head.entries) + " of " +
                                                 std::to_string(known.entries) + " entries"};
  } else if (hash_there != known.hash) {
    check.problem = {known.entries, "is not the entry that was written: the log was made anew"};
  }
  return check;
}

std::string read_log(const std::filesystem::path& file) {
  const int descriptor = opened(file, O_RDONLY, LOCK_SH);
  const std::unique_ptr<const int, void (*)(const int*)> closing(
      &descriptor, [](const int* open) { ::close(*open); });
  return bytes_from(descriptor, 0, file);
}

AuditLog::AuditLog(const std::filesystem::path& file)
    : file_(file), descriptor_(opened(file, O_RDWR | O_CREAT | O_APPEND, LOCK_EX)) {}

AuditLog::~AuditLog() { ::close(descriptor_); }

void AuditLog::fail(const char* what, int error) const { fail_with(file_, what, error); }

std::string AuditLog::text_behind(const LogHead& known) const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail("cannot be read", errno);
  if (status.st_size < known.bytes) {
    throw InputError(printable_path(file_.string()) + ": entries are missing; " +
                     "storyteller review verify tells which");
  }
  return bytes_from(descriptor_, known.bytes, file_);
}

void AuditLog::cut(const LogHead& head) {
  if (::ftruncate(descriptor_, head.bytes) != 0 || ::fsync(descriptor_) != 0) {
    fail("cannot be mended", errno);
  }
}

void AuditLog::append(Json members, LogHead* head) {
  std::string hash;
  const std::string line = log_line(std::move(members), *head, &hash);
  size_t done = 0;
  while (done < line.size()) {
    const ssize_t wrote = ::write(descriptor_, line.data() + done, line.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      const int error = errno;
      cut(*head);  // no half of a line stays
      fail("cannot be written", error);
    }
    done += static_cast<size_t>(wrote);
  }
  if (::fsync(descriptor_) != 0) fail("cannot be written", errno);
  if (head->entries == 0) {  // the name of a new file
    const int folder = ::open(file_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
      ::fsync(folder);
      ::close(folder);
    }
  }
  head->entries += 1;
  head->bytes += static_cast<std::int64_t>(line.size());
  head->hash = hash;
}

}  // namespace storyteller::review
