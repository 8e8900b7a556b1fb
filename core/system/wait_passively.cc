#include "core/system/wait_passively.h"

#include <errno.h>  // NOLINT(modernize-deprecated-headers): program_invocation_short_name
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace storyteller {
namespace {

constexpr const char* kThisProgram = "/proc/self/exe";

/// Whether OpenMP's runtime takes `text` for numbers, all above 0, with commas between them.
bool is_list_of_numbers(std::string_view text) {
  bool above_zero = false;
  for (const char c : text) {
    if (c == ',' && !above_zero) return false;
    if (c == ',') above_zero = false;
    if (c != ',' && c != ' ' && (c < '0' || c > '9')) return false;
    above_zero |= c >= '1' && c <= '9';
  }
  return above_zero;
}

/// What the runtime has just complained about it need not say again.
void forget_what_is_no_number() {
  for (const char* name : {"OMP_NUM_THREADS", "OMP_THREAD_LIMIT"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && !is_list_of_numbers(value)) ::unsetenv(name);
  }
}

/// A program that was started by way of /proc/self/exe is called "exe" by ps, pgrep and the kernel.
void restore_name() {
  char name[16] = {};
  if (::prctl(PR_GET_NAME, name) == 0 && std::string_view(name) == "exe") {
    ::prctl(PR_SET_NAME, program_invocation_short_name);
  }
}

}  // namespace

void wait_passively(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr) return restore_name();
  if (::getauxval(AT_BASE) == 0)
    return;  // started by naming the dynamic linker, which is that link
  ::setenv("OMP_WAIT_POLICY", "passive", 1);
  forget_what_is_no_number();
  std::error_code failure;
  const auto path = std::filesystem::read_symlink(kThisProgram, failure);
  if (std::filesystem::equivalent(path, kThisProgram, failure)) ::execv(path.c_str(), argv);
  ::execv(kThisProgram, argv);  // it was replaced or removed meanwhile
}

}  // namespace storyteller
