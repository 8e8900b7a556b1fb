#include "tools/render/html_report_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/system/write_failure.h"

namespace storyteller {
namespace {

constexpr std::size_t kReportBlock = std::size_t{1} << 16U;

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw IoError("cannot write " + printable_path(path.string()) +
                write_failure(path.parent_path(), /*needed=*/0, error));
}

/// A file without a name in the folder of `path`.
int nameless_file(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // Not every file system knows such files.
  std::string name = folder / ".storyteller-report-XXXXXX";
  file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) fail(path, errno);
  ::unlink(name.c_str());
  return file;
}

}  // namespace

HtmlReportFile::HtmlReportFile(std::filesystem::path path)
    : path_(std::move(path)), waiting_(nameless_file(path_)) {}

HtmlReportFile::~HtmlReportFile() { ::close(waiting_); }

void HtmlReportFile::add(const HtmlReport::Item& item) {
  const std::string text = render_html_item(item);
  const off_t before = ::lseek(waiting_, 0, SEEK_CUR);
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t moved = ::write(waiting_, text.data() + done, text.size() - done);
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) {
      const int error = errno;
      // What is half there must not come into the page.
      if (::ftruncate(waiting_, before) == 0) ::lseek(waiting_, before, SEEK_SET);
      fail(path_, error);
    }
    done += static_cast<std::size_t>(moved);
  }
  items_.add(item);
}

void HtmlReportFile::write(const HtmlReport& report) {
  struct stat status {};
  if (::fstat(waiting_, &status) != 0 || ::lseek(waiting_, 0, SEEK_SET) != 0) fail(path_, errno);
  AtomicFile page(path_, static_cast<std::uint64_t>(status.st_size));
  page.write(render_html_begin(report, items_));
  std::vector<char> block(kReportBlock);
  while (true) {
    const ssize_t got = ::read(waiting_, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path_, errno);
    if (got == 0) break;
    page.write(std::string_view(block.data(), static_cast<std::size_t>(got)));
  }
  page.write(render_html_end(report, items_));
  page.commit();
}

}  // namespace storyteller
