#include "tests/emulation/engine/call_table.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <stdexcept>
#include <string>

namespace storyteller {
namespace {

using emulation::CallKind;

constexpr CallKind kKinds[] = {CallKind::kKernel,   CallKind::kProduct, CallKind::kConvolution,
                               CallKind::kFill,     CallKind::kCopy,    CallKind::kUpload,
                               CallKind::kDownload, CallKind::kWait};

const char* name_of(CallKind kind) {
  switch (kind) {
    case CallKind::kKernel:
      return "kernel";
    case CallKind::kProduct:
      return "product";
    case CallKind::kConvolution:
      return "convolution";
    case CallKind::kFill:
      return "fill";
    case CallKind::kCopy:
      return "copy";
    case CallKind::kUpload:
      return "upload";
    case CallKind::kDownload:
      return "download";
    case CallKind::kWait:
      return "wait";
  }
  return "";
}

std::string line(const std::string& source, const std::string& what, const std::string& name,
                 int64_t count, int64_t bytes) {
  std::ostringstream text;
  text << std::left << std::setw(25) << source << std::setw(12) << what << std::setw(36) << name
       << std::right << std::setw(6) << count << std::setw(12) << bytes << '\n';
  return text.str();
}

}  // namespace

CallTable::CallTable(const std::vector<emulation::Call>& calls) {
  for (const emulation::Call& call : calls) {
    const bool kernel = call.kind == CallKind::kKernel;
    Sum& sum = rows_[{call.source, call.kind, kernel ? call.name : ""}];
    ++sum.count;
    sum.bytes += static_cast<int64_t>(call.bytes);
  }
}

CallTable CallTable::less(const CallTable& other) const {
  CallTable left = *this;
  for (const auto& [key, sum] : other.rows_) {
    Sum& row = left.rows_[key];
    row.count -= sum.count;
    row.bytes -= sum.bytes;
    if (row.count < 0) throw std::logic_error("CallTable: fewer of " + std::get<0>(key));
    if (row.count == 0) left.rows_.erase(key);
  }
  return left;
}

int64_t CallTable::count(CallKind kind) const {
  int64_t count = 0;
  for (const auto& [key, sum] : rows_) count += std::get<1>(key) == kind ? sum.count : 0;
  return count;
}

int64_t CallTable::count_named(const std::string& name) const {
  int64_t count = 0;
  for (const auto& [key, sum] : rows_) {
    count += std::get<0>(key) == name || std::get<2>(key) == name ? sum.count : 0;
  }
  return count;
}

std::string CallTable::text() const {
  std::string text;
  for (const auto& [key, sum] : rows_) {
    const auto& [source, kind, name] = key;
    text += line(source.empty() ? "-" : source, name_of(kind), name.empty() ? "-" : name, sum.count,
                 sum.bytes);
  }
  int64_t operations = 0;
  for (const CallKind kind : kKinds) {
    int64_t bytes = 0;
    for (const auto& [key, sum] : rows_) bytes += std::get<1>(key) == kind ? sum.bytes : 0;
    if (kind != CallKind::kWait) operations += count(kind);
    text += line("all", name_of(kind), "-", count(kind), bytes);
  }
  return text + line("all", "but waits", "-", operations, 0);
}

std::string difference_from_golden(const std::string& name, const std::string& about,
                                   const CallTable& table) {
  const std::filesystem::path path =
      std::filesystem::path(STORYTELLER_SOURCE_DIR) / "tests/cuda/launches" / (name + ".txt");
  const std::string got = "# " + about + '\n' + table.text();
  if (std::getenv("STORYTELLER_MOVE_GOLDENS") != nullptr) {
    std::ofstream(path) << got;
    return "";
  }
  std::ostringstream wanted;
  wanted << std::ifstream(path).rdbuf();
  if (wanted.str() == got) return "";
  std::istringstream golden(wanted.str()), now(got);
  std::string was, is, difference = path.string() + " no longer tells what the device is given.\n";
  for (;;) {
    const bool more = static_cast<bool>(std::getline(golden, was));
    const bool more_now = static_cast<bool>(std::getline(now, is));
    if (!more && !more_now) break;
    if (more && more_now && was == is) continue;
    difference +=
        "first difference:\n  was " + (more ? was : "") + "\n  is  " + (more_now ? is : "") + '\n';
    break;
  }
  return difference + "All of it now:\n" + got +
         "If that is on purpose, tests/cuda/launches/move writes the table anew; say why in the "
         "commit.";
}

}  // namespace storyteller
