#include "tests/emulation/emulator/launch_log.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>

#include "tests/emulation/emulator/symbolize.h"

namespace emulation {
namespace {

class LaunchLog {
 public:
  void note(const void* function) {
    if (path_ != nullptr) ++launches_[function];
  }
  ~LaunchLog() {
    if (path_ == nullptr) return;
    std::ofstream file(path_, std::ios::app);
    for (const auto& [function, count] : launches_) {
      file << std::hex << offset_of(function) << ' ' << std::dec << count << '\n';
    }
  }

 private:
  const char* path_ = std::getenv("STORYTELLER_EMULATION_LAUNCHED");
  std::map<const void*, int64_t> launches_;
};

}  // namespace

void note_launch(const void* function) {
  static LaunchLog log;
  log.note(function);
}

std::string name_of(const void* function) {
  std::string name = function_at(function);
  const std::string anonymous = "(anonymous namespace)::";
  for (size_t at; (at = name.find(anonymous)) != std::string::npos;) {
    name.erase(at, anonymous.size());
  }
  name = name.substr(0, name.find_first_of("<("));
  const size_t space = name.rfind(' ');  // a template's name comes with its return type
  if (space != std::string::npos) name = name.substr(space + 1);
  const size_t scope = name.rfind(':');
  return scope == std::string::npos ? name : name.substr(scope + 1);
}

}  // namespace emulation
