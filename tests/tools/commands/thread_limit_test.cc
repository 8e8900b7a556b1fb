// Fewer threads than were asked for: the numbers are those of that many, and it is said.
#include <gtest/gtest.h>

#include "tests/tools/commands/command_test.h"

namespace storyteller::thread_limit_test {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

class ThreadLimit : public CommandTest {
 protected:
  static Ended caption_with(const std::string& threads, const Environment& environment) {
    return caption({"--json", "--threads", threads, scene()}, {.environment = environment});
  }

  /// The log of a short training, without its times.
  std::string trained(const std::string& name, const std::string& threads,
                      const Environment& environment) {
    const std::string run = folder_ / name;
    const Ended ended =
        run_storyteller({"train", "--data", "scenes:train=12,val=4", "--out", run, "--threads",
                         threads, "--set", "embedding=4", "--set", "hidden=8", "--set",
                         "attention=4", "--set", "epochs=1", "--set", "batch_size=3"},
                        {.environment = environment});
    EXPECT_EQ(ended.code, 0) << ended.err;
    const std::vector<std::string> lines = lines_of(file_text(run + "/log.csv"));
    if (lines.size() != 2) return ended.err;
    std::string kept;
    std::istringstream fields(lines[1]);
    int column = 0;
    for (std::string field; std::getline(fields, field, ','); ++column) {
      if (column != 4 && column != 15) kept += field + ",";  // seconds, waited
    }
    return kept;
  }
};

TEST_F(ThreadLimit, CaptionsAreThoseOfAsManyThreads) {
  for (const char* limit : {"1", "2", "3", "4"}) {
    const Ended free = caption_with(limit, {});
    const Ended limited = caption_with("4", {{"OMP_THREAD_LIMIT", limit}});
    EXPECT_EQ(limited.code, 0) << limited.err;
    EXPECT_EQ(limited.out, free.out) << limit;
    EXPECT_EQ(free.err, "");
    const std::string warning =
        limit +
        std::string(*limit == '1' ? " thread computes, not 4: " : " threads compute, not 4: ") +
        "OMP_THREAD_LIMIT allows no more";
    EXPECT_EQ(limited.err.find(warning) != std::string::npos, *limit != '4') << limited.err;
  }
}

TEST_F(ThreadLimit, TrainingIsThatOfAsManyThreads) {
  for (const char* limit : {"1", "2", "3"}) {
    const std::string name = limit;
    EXPECT_EQ(trained("free" + name, limit, {}),
              trained("limited" + name, "4", {{"OMP_THREAD_LIMIT", limit}}));
  }
}

TEST_F(ThreadLimit, OtherVariablesLeaveTheNumberAsItIs) {
  const Ended free = caption_with("2", {});
  for (const Environment& environment : std::vector<Environment>{{{"OMP_MAX_ACTIVE_LEVELS", "0"}},
                                                                 {{"OMP_DYNAMIC", "true"}},
                                                                 {{"OMP_NUM_THREADS", "1"}},
                                                                 {{"OMP_NUM_THREADS", "7,3"}}}) {
    const Ended found = caption_with("2", environment);
    EXPECT_EQ(found.out, free.out) << environment[0].first;
    EXPECT_EQ(found.err, "") << environment[0].first;
  }
}

TEST_F(ThreadLimit, DoctorNamesIt) {
  const std::string limit = "OMP_THREAD_LIMIT 1";
  const auto doctor = [](const Environment& environment) {
    return run_storyteller({"doctor"}, {.environment = environment}).out;
  };
  EXPECT_NE(doctor({{"OMP_THREAD_LIMIT", "1"}}).find(limit), std::string::npos);
  EXPECT_EQ(doctor({}).find(limit), std::string::npos);
}

}  // namespace
}  // namespace storyteller::thread_limit_test
