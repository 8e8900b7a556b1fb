#include "tools/cli/exit_code.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>
#include <sstream>
#include <stdexcept>

#include "core/error.h"
#include "kernels/cuda/error.h"

namespace storyteller::exit_code_test {
namespace {

struct Outcome {
  int code;
  std::string text;
};

template <class Exception>
Outcome outcome_of(const Exception& exception) {
  std::ostringstream err;
  const int code = run_reported([&]() -> int { throw exception; }, err);
  return {code, err.str()};
}

TEST(ExitCodes, EveryErrorHasItsOwn) {
  EXPECT_EQ(outcome_of(UsageError("x")).code, 2);
  EXPECT_EQ(outcome_of(InputError("x")).code, 3);
  EXPECT_EQ(outcome_of(ModelError("x")).code, 4);
  EXPECT_EQ(outcome_of(IoError("x")).code, 5);
  EXPECT_EQ(outcome_of(DivergedError("x")).code, 6);
  EXPECT_EQ(outcome_of(MemoryError("x")).code, 7);
  EXPECT_EQ(outcome_of(DeviceError("x")).code, 8);
  EXPECT_EQ(outcome_of(InternalError("x")).code, 1);
}

TEST(ExitCodes, ExceptionsOfTheLibraryAreMapped) {
  EXPECT_EQ(outcome_of(std::bad_alloc()).code, 7);
  EXPECT_EQ(outcome_of(std::runtime_error("x")).code, 1);
  EXPECT_EQ(outcome_of(CudaError("launch: no")).code, 8);
  EXPECT_EQ(outcome_of(42).code, 1);
  const auto missing = outcome_of(std::filesystem::filesystem_error(
      "x", "/no/file", std::make_error_code(std::errc::no_such_file_or_directory)));
  EXPECT_EQ(missing.code, 5);
  EXPECT_EQ(missing.text, "storyteller: error: /no/file: No such file or directory\n");
}

TEST(ExitCodes, TheMessageIsOneLine) {
  EXPECT_EQ(outcome_of(ModelError("a.bin: torn; use another")).text,
            "storyteller: error: a.bin: torn; use another\n");
  EXPECT_EQ(outcome_of(InputError("two\nlines \x1b[31m")).text,
            "storyteller: error: two\\x0alines \\x1b[31m\n");
}

TEST(ExitCodes, ABugAsksToBeReported) {
  EXPECT_NE(outcome_of(InternalError("gemm: 2x3 by 4x5")).text.find("please report it"),
            std::string::npos);
  EXPECT_NE(outcome_of(std::logic_error("x")).text.find("please report it"), std::string::npos);
}

TEST(ExitCodes, SuccessPassesThrough) {
  std::ostringstream err;
  EXPECT_EQ(run_reported([] { return 0; }, err), 0);
  EXPECT_EQ(run_reported([] { return 143; }, err), 143);
  EXPECT_EQ(err.str(), "");
  report_warning("tail is missing", err);
  EXPECT_EQ(err.str(), "storyteller: warning: tail is missing\n");
}

}  // namespace
}  // namespace storyteller::exit_code_test
