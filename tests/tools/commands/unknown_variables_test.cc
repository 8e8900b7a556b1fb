#include "tools/commands/unknown_variables.h"

#include <gtest/gtest.h>

namespace storyteller::unknown_variables_test {
namespace {

TEST(UnknownVariables, NearNamesAreSaid) {
  const char* environment[] = {"STORYTELLER_EPOCH=3",
                               "STORYTELLER_EPOCHS=3",
                               "STORYTELLER_MODLE=x",
                               "STORYTELLER_MODEL=x",
                               "STORYTELLER_SOURCE_DIR=x",
                               "STORYTELLER_=1",
                               "STORYTELLER_BEAM_SIZE_OF_ANOTHER_PROGRAM=1",
                               "EPOCH=3",
                               nullptr};
  EXPECT_EQ(unknown_variables(environment),
            (std::vector<std::string>{
                "STORYTELLER_EPOCH is not known; did you mean 'STORYTELLER_EPOCHS'?",
                "STORYTELLER_MODLE is not known; did you mean 'STORYTELLER_MODEL'?"}));
  EXPECT_TRUE(unknown_variables(nullptr).empty());
}

}  // namespace
}  // namespace storyteller::unknown_variables_test
