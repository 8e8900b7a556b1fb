#include "tools/commands/name_list.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "core/system/waiting.h"
#include "model/image/decode.h"

namespace storyteller {
namespace {

constexpr size_t kBlock = size_t{1} << 16U;
constexpr size_t kLongestName = size_t{1} << 16U;
/// First bytes that tell a picture from a list.
constexpr size_t kSignature = 12;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// Bytes that no list of names holds but in an accident.
bool looks_binary(std::string_view text) {
  const auto controls = std::count_if(text.begin(), text.end(), [](unsigned char c) {
    return (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\0') || c == 0x7F;
  });
  return static_cast<size_t>(controls) * 16 > text.size();
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\f\v") == std::string_view::npos;
}

[[noreturn]] void fail_to_read(int error) {
  const char* advice = error == EISDIR  ? "; that is a folder: give its name in place of -"
                       : error == EBADF ? "; it is closed: name files, or give a list with < FILE"
                                        : "";
  throw IoError("standard input: reading failed (" + std::generic_category().message(error) + ")" +
                advice);
}

/// Throws where the first bytes are those of something else than names, `kind`.
void require_names(std::string_view first, const FileKind& kind) {
  switch (kind.family) {
    case FileFamily::kText:
    case FileFamily::kUnknown:
    case FileFamily::kOther:
    case FileFamily::kPointer:
    case FileFamily::kFailedDownload:
      if (!looks_binary(first)) return;
      break;
    default:
      break;
  }
  throw InputError("standard input: " + std::string(kind.what) +
                   ", neither a list of names nor a JPEG or PNG picture; " +
                   way_out(kind, FileUse::kPicture, ""));
}

}  // namespace

void NameList::read() {
  std::string block(kBlock, '\0');
  ssize_t got = 0;
  do {
    wait_until_readable(descriptor_);
    got = ::read(descriptor_, block.data(), block.size());
  } while (got < 0 && (errno == EINTR || errno == EAGAIN));
  if (got < 0) fail_to_read(errno);
  ended_ = got == 0;
  block.resize(static_cast<size_t>(got));
  if (is_list_) {
    decoder_.decode(block, ended_, &text_);
  } else {
    raw_ += block;
    if (!is_picture_) recognize_list();
  }
}

void NameList::recognize_list() {
  const bool tells = ended_ || raw_.size() >= kSignature ||
                     raw_.find_first_of(std::string_view("\n\0", 2)) != std::string::npos;
  if (!tells) return;
  const FileKind kind = identify_file(bytes_of(raw_));
  is_picture_ = kind.family == FileFamily::kJpeg || kind.family == FileFamily::kPng;
  if (is_picture_) return;
  is_list_ = true;
  require_names(raw_, kind);
  decoder_.decode(raw_, ended_, &text_);
  std::string().swap(raw_);
}

std::vector<std::byte> NameList::picture() {
  try {
    while (!is_list_ && !ended_) {
      read();
      if (raw_.size() > kMaxImageFileBytes) {
        throw InputError("standard input: a picture of more than " +
                         std::to_string(kMaxImageFileBytes >> 20U) + " MiB; make it smaller");
      }
    }
  } catch (...) {
    end();
    throw;
  }
  const auto bytes = bytes_of(raw_);
  std::vector<std::byte> picture(bytes.begin(), bytes.end());
  std::string().swap(raw_);
  return picture;
}

void NameList::end() {
  ended_ = true;
  taken_ = text_.size();
}

void NameList::recognize_separator() {
  if (separator_ != Separator::kUnknown) return;
  if (nul_ || text_.find('\0') != std::string::npos) {
    separator_ = Separator::kNul;
  } else if (text_.find('\n') != std::string::npos) {
    separator_ = Separator::kNewline;
  } else if (const size_t end = text_.find('\r');
             end != std::string::npos && (end + 1 < text_.size() || ended_)) {
    separator_ = Separator::kReturn;
  }
}

std::optional<std::string> NameList::take_line() {
  recognize_separator();
  const char separator = separator_ == Separator::kNul      ? '\0'
                         : separator_ == Separator::kReturn ? '\r'
                                                            : '\n';
  size_t end = text_.size();
  if (separator_ != Separator::kUnknown) end = std::min(end, text_.find(separator, taken_));
  const bool complete = end < text_.size();
  if (!complete && !ended_) {
    text_.erase(0, std::exchange(taken_, 0));
    if (text_.size() > kLongestName) {
      throw InputError("standard input: a line of more than " + std::to_string(kLongestName) +
                       " bytes; is it a list of names?");
    }
    return std::nullopt;
  }
  std::string line = text_.substr(taken_, end - taken_);
  taken_ = end + (complete ? 1 : 0);
  return line;
}

bool NameList::advance(bool wait) {
  try {
    while (!name_ && !failure_ && !(ended_ && taken_ == text_.size())) {
      std::optional<std::string> line = take_line();
      if (!line) {
        if (!wait && !readable_now(descriptor_)) return false;
        read();
      } else if (separator_ == Separator::kNul ? !line->empty() : !is_blank(*line)) {
        name_ = std::move(line);
      }
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  return true;
}

bool NameList::ready() { return advance(/*wait=*/false); }

std::optional<std::string> NameList::next() {
  advance(/*wait=*/true);
  if (failure_) {
    end();
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }
  return std::exchange(name_, std::nullopt);
}

}  // namespace storyteller
