#pragma once

#include <exception>
#include <functional>
#include <iosfwd>
#include <string_view>

namespace storyteller {

/// Writes "storyteller: error: MESSAGE" as one line to `err` and returns the exit code of the
/// exception: that of an `Error`; 8 for CudaError; 7 for std::bad_alloc; 5 for file system and
/// stream failures; 130 or 143 for Stopped, without a line; 1, with a request to report it, for
/// anything else.
int report_exception(const std::exception_ptr& exception, std::ostream& err);

/// Runs `body` and returns its result, or reports what it throws: the outermost frame of main().
int run_reported(const std::function<int()>& body, std::ostream& err);

/// "storyteller: warning: MESSAGE", one line.
void report_warning(std::string_view message, std::ostream& err);

}  // namespace storyteller
