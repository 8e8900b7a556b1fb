#include "tools/cli/exit_code.h"

#include <filesystem>
#include <ios>
#include <new>
#include <ostream>
#include <string>
#include <system_error>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/printable_line.h"
#include "core/system/signals.h"
#include "kernels/cuda/error.h"
#include "tools/cli/flag_names.h"

namespace storyteller {
namespace {

constexpr std::size_t kMaxMessageBytes = 8192;

int report(std::ostream& err, ExitCode code, const std::string& message) {
  const std::string line = printable_line(with_flags(message), kMaxMessageBytes);
  err << "storyteller: error: " << line << '\n' << std::flush;
  return static_cast<int>(code);
}

}  // namespace

int report_exception(const std::exception_ptr& exception, std::ostream& err) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    const bool internal = error.code() == ExitCode::kInternal;
    return report(err, error.code(),
                  (internal ? "internal: " : "") + std::string(error.what()) +
                      (internal ? " (this is a bug: please report it)" : ""));
  } catch (const Stopped&) {
    return stop_exit_code();
  } catch (const CudaMemoryError& error) {
    return report(err, ExitCode::kMemory, error.what());
  } catch (const CudaError& error) {
    return report(err, ExitCode::kDevice,
                  std::string(error.what()) +
                      " ('storyteller doctor' examines the GPU, --device cpu does without it)");
  } catch (const std::bad_alloc&) {
    return report(err, ExitCode::kMemory, "out of memory; close other programs");
  } catch (const std::filesystem::filesystem_error& error) {
    return report(err, ExitCode::kIo,
                  printable_path(error.path1().string()) + ": " + error.code().message());
  } catch (const std::ios_base::failure& error) {
    return report(err, ExitCode::kIo, error.what());
  } catch (const std::exception& error) {
    return report(err, ExitCode::kInternal,
                  "internal: " + std::string(error.what()) + " (this is a bug: please report it)");
  } catch (...) {
    return report(err, ExitCode::kInternal, "internal: unknown (this is a bug: please report it)");
  }
}

int run_reported(const std::function<int()>& body, std::ostream& err) {
  try {
    return body();
  } catch (...) {
    const std::exception_ptr thrown = std::current_exception();
    try {
      return report_exception(thrown, err);
    } catch (const std::bad_alloc&) {  // not even for the words that would say so
      err << "storyteller: error: out of memory; close other programs\n" << std::flush;
      return static_cast<int>(ExitCode::kMemory);
    }
  }
}

void report_warning(std::string_view message, std::ostream& err) {
  err << "storyteller: warning: " << printable_line(with_flags(message), kMaxMessageBytes) << '\n'
      << std::flush;
}

}  // namespace storyteller
