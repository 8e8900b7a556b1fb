#include "tools/commands/picture_names.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/waiting.h"
#include "core/text/phrase.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/list_line.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

constexpr const char* kList = "-";

std::string such_as(const fs::path& path) {
  return ", such as " + printable_path(path.filename().string());
}

/// What of a folder was left out, and what can be done about it; empty: nothing was.
std::string left_out_text(const PictureFolder& left_out) {
  std::vector<std::string> parts;
  if (!left_out.other_kinds.empty()) {
    parts.push_back(other_kinds_text(left_out) + such_as(left_out.other_example) +
                    ": convert them to JPEG or PNG");
  }
  if (const auto& folders = left_out.subfolders; !folders.empty()) {
    parts.push_back(counted(folders.size(), "subfolder", "subfolders") + such_as(folders[0]) +
                    ": --recursive looks into them");
  }
  if (const auto& folders = left_out.linked_folders; !folders.empty()) {
    parts.push_back(counted(folders.size(), "link to a folder", "links to folders") +
                    such_as(folders[0]) + ": name it to look there");
  }
  if (const auto& pipes = left_out.not_files; !pipes.empty()) {
    parts.push_back(counted(pipes.size(), "pipe or device", "pipes or devices") +
                    such_as(pipes[0]));
  }
  if (left_out.drawings > 0) {
    parts.push_back(counted(left_out.drawings, "strip", "strips") + " that --attention drew");
  }
  return joined(parts, "; ");
}

void append(std::vector<fs::path>& to, const std::vector<fs::path>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Image read_picture(const PictureName& name, ImageWarnings* warnings, const DecodeOptions& options) {
  return name.bytes.empty() ? read_image(name.path, warnings, options)
                            : decode_image(name.bytes, name.path.string(), warnings, options);
}

PictureNames::PictureNames(std::vector<std::string> arguments, const PictureNamesOptions& options)
    : arguments_(std::move(arguments)), options_(options) {
  if (std::count(arguments_.begin(), arguments_.end(), kList) > 1) {
    throw UsageError("- stands for standard input and can be given once");
  }
}

std::optional<PictureName> PictureNames::next() {
  while (found_.empty()) {
    if (!folders_.empty()) {
      open_folder();
    } else if (list_) {
      take_line();
    } else if (argument_ == arguments_.size()) {
      return std::nullopt;
    } else if (const std::string& argument = arguments_[argument_++]; argument == kList) {
      open_list();
    } else {
      take_name(argument);
    }
  }
  PictureName first = std::move(found_.front());
  found_.pop_front();
  return first;
}

bool PictureNames::ready() {
  if (!found_.empty() || !folders_.empty()) return true;
  if (list_) return list_->ready();
  const bool list_follows = argument_ < arguments_.size() && arguments_[argument_] == kList;
  return !list_follows || readable_now(options_.descriptor);
}

std::optional<size_t> PictureNames::count_rest() {
  // Of a list whose end was not seen nobody knows how long it is.
  if (std::find(arguments_.begin(), arguments_.end(), kList) != arguments_.end()) {
    return std::nullopt;
  }
  size_t count = 0;
  while (true) {
    try {
      if (!next()) return count;
      ++count;
    } catch (const Error&) {
      ++count;
    }
  }
}

void PictureNames::take_name(const std::string& name) {
  std::error_code failure;
  if (fs::is_directory(name, failure)) {
    folders_.push_back({name, std::make_shared<FolderTally>(FolderTally{.name = name})});
  } else if (!list_ || !is_repeated(name)) {
    found_.push_back({.path = name});
  }
}

bool PictureNames::is_repeated(const fs::path& picture) {
  if (of_listed_folders_.empty() ||
      of_listed_folders_.count(picture.lexically_normal().string()) == 0) {
    return false;
  }
  if (repeated_++ == 0) first_repeated_ = picture.string();
  return true;
}

void PictureNames::open_list() {
  list_ = std::make_unique<NameList>(options_.descriptor, options_.nul);
  if (::isatty(options_.descriptor) == 1) {
    std::cerr << "names of pictures are read from the terminal, one a line; Ctrl-D ends them\n";
  }
  std::vector<std::byte> picture = list_->picture();
  if (picture.empty()) return;
  list_.reset();
  found_.push_back({.path = "stdin", .bytes = std::move(picture)});
}

void PictureNames::take_line() {
  const std::optional<std::string> line = list_->next();
  if (!line) {
    list_.reset();
    return;
  }
  if (list_->separated_by_nul()) return take_name(*line);
  if (line->find('\0') != std::string::npos) {
    throw InputError("standard input: a name with a NUL byte in it, " + printable(*line) +
                     "; add --null where all names end in NUL");
  }
  const ListedName listed = name_of_line(*line);
  if (!listed.comment) return take_name(listed.name);
  if (comments_++ == 0) first_comment_ = listed.name;
}

void PictureNames::open_folder() {
  const Folder folder = std::move(folders_.front());
  folders_.pop_front();
  std::exception_ptr failure;
  try {
    PictureFolder in = list_picture_folder(folder.path);
    for (fs::path& path : in.pictures) {
      if (list_ && is_repeated(path)) {
        ++folder.tally->repeated;
        continue;
      }
      if (list_) of_listed_folders_.insert(path.lexically_normal().string());
      ++folder.tally->found;
      found_.push_back({std::move(path), folder.tally});
    }
    if (options_.recursive) {
      for (auto at = in.subfolders.rbegin(); at != in.subfolders.rend(); ++at) {
        folders_.push_front({std::move(*at), folder.tally});
      }
      in.subfolders.clear();
    }
    for (const auto& [ending, count] : in.other_kinds) left_out_.other_kinds[ending] += count;
    if (left_out_.other_example.empty()) left_out_.other_example = in.other_example;
    append(left_out_.subfolders, in.subfolders);
    append(left_out_.linked_folders, in.linked_folders);
    append(left_out_.not_files, in.not_files);
    left_out_.drawings += in.drawings;
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (folders_.empty()) report_left_out(*folder.tally, failure != nullptr);
  if (failure) std::rethrow_exception(failure);
}

void PictureNames::report_left_out(const FolderTally& tally, bool failed) {
  const std::string left_out = left_out_text(std::exchange(left_out_, {}));
  if (tally.found + tally.repeated > 0 || failed) {
    if (!left_out.empty()) {
      report_warning(printable_path(tally.name) + ": not looked at: " + left_out, std::cerr);
    }
    return;
  }
  throw InputError(
      printable_path(tally.name) + ": no JPEG or PNG files there" +
      (left_out.empty() ? " (.jpg, .jpeg, .png, .jfif and others)" : ", but " + left_out));
}

void PictureNames::report_list() const {
  if (comments_ > 0) {
    report_warning("standard input: no file of that name, taken for " +
                       counted(comments_, "comment: ", "comments, such as ") +
                       printable(first_comment_),
                   std::cerr);
  }
  if (repeated_ > 0) {
    report_warning("standard input: " + counted(repeated_, "picture", "pictures") + ", such as " +
                       printable_path(first_repeated_) +
                       ", named again after the folder that holds them: captioned once",
                   std::cerr);
  }
}

}  // namespace storyteller
