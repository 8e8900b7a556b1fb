#include "core/text/text_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/system/missing_file.h"
#include "core/system/printable.h"
#include "core/system/waiting.h"
#include "core/text/line_reader.h"
#include "core/text/phrase.h"
#include "core/text/utf8.h"

namespace storyteller {
namespace {

constexpr size_t kLongestName = 400;
constexpr size_t kPiece = size_t{1} << 16U;

std::string shown(const std::filesystem::path& file) {
  return file == "-" ? "standard input" : printable(file.string(), kLongestName);
}

std::string system_error(int number) { return std::generic_category().message(number); }

}  // namespace

TextSource::TextSource(const std::filesystem::path& file)
    : name_(shown(file)), decoder_(name_), bytes_(kPiece, '\0') {
  std::error_code ignored;
  if (file != "-" && std::filesystem::is_directory(file, ignored)) {
    throw InputError(name_ + ": is a folder; name a file");
  }
  file_ = file == "-"
              ? STDIN_FILENO
              // Without O_NONBLOCK opening a pipe would wait for its writer, deaf to signals.
              : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file_ < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    throw InputError(name_ + ": " + why_missing(file.string()));
  }
  if (file_ < 0) throw InputError(name_ + ": cannot be opened: " + system_error(errno));
}

TextSource::~TextSource() {
  if (file_ != STDIN_FILENO) ::close(file_);
}

bool TextSource::read(std::string* text) {
  if (ended_) return false;
  ssize_t count = 0;
  do {
    wait_until_readable(file_);
    count = ::read(file_, bytes_.data(), bytes_.size());
  } while (count < 0 && (errno == EINTR || errno == EAGAIN));
  if (count < 0) throw IoError(name_ + ": reading failed: " + system_error(errno));
  ended_ = count == 0;
  decoder_.decode({bytes_.data(), static_cast<size_t>(count)}, ended_, text);
  return true;
}

std::string InvalidUtf8::warning(const std::string& name) const {
  if (lines == 0) return "";
  return name + ": " + counted(lines, "line holds", "lines hold") +
         " bytes that are not UTF-8, first line " + std::to_string(first_line) +
         ": Windows-1252? Convert it with iconv -f cp1252 -t utf-8";
}

std::string read_text_file(const std::filesystem::path& path, InvalidUtf8* invalid) {
  TextSource source(path);
  std::string text;
  while (source.read(&text)) {
    if (text.size() > kLongestText) {
      throw InputError(source.name() + ": more than 2 GiB of text; split the file");
    }
  }
  return checked_text(std::move(text), source.name(), invalid);
}

std::string checked_text(std::string text, const std::string& name, InvalidUtf8* invalid) {
  refuse_nul(text, name);
  if (invalid != nullptr && !is_utf8(text)) {
    LineReader lines(text, name);
    std::string_view line;
    while (lines.next(&line)) continue;
    *invalid = lines.invalid();
  }
  return text;
}

void refuse_nul(std::string_view text, const std::string& name, size_t line) {
  const size_t nul = text.find('\0');
  if (nul == std::string_view::npos) return;
  line += static_cast<size_t>(std::count(text.begin(), text.begin() + nul, '\n'));
  throw InputError(name + ":" + std::to_string(line) +
                   ": a NUL byte, which no text holds; is this a text file?");
}

}  // namespace storyteller
