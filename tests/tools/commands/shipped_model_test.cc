// The model that comes with the project: where it is looked for when none is named, and that it is
// what it should be.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "model/shipped_model.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::shipped_model_test {
namespace {

/// A copy of the program in a folder of its own, as an installation makes one.
class ShippedModel : public CommandTest {
 protected:
  ShippedModel() {
    write("prefix/bin/storyteller", file_text(storyteller_program()));
    std::filesystem::permissions(program_, std::filesystem::perms::owner_all);
  }
  Ended run(std::vector<std::string> arguments,
            std::vector<std::pair<std::string, std::string>> environment = {}) const {
    return run_storyteller(std::move(arguments),
                           {.environment = std::move(environment), .program = program_});
  }
  void ship(const std::string& file) const { write_text(shipped_model(program_), file_text(file)); }
  /// What doctor says about `what`.
  static nlohmann::json finding(const Ended& ended, const std::string& what) {
    for (const std::string& line : lines_of(ended.out)) {
      nlohmann::json json = nlohmann::json::parse(line);
      if (json["what"] == what) return json;
    }
    return {};
  }

  const std::string program_ = folder_ / "prefix/bin/storyteller";
};

TEST_F(ShippedModel, WithoutAnyTheErrorNamesAllPlaces) {
  const std::string place = shipped_model(program_);
  EXPECT_TRUE(place.starts_with(std::filesystem::canonical(folder_ / "prefix").string())) << place;
  const std::vector<std::string> parts = {"--model", "STORYTELLER_MODEL", place,
                                          "storyteller train"};
  expect_error(run({"caption", scene()}), 2, parts);
  expect_error(run({"caption", scene()}, {{"STORYTELLER_MODEL", ""}}), 2, parts);
  expect_error(run({"evaluate", "--data", "scenes:val=2"}), 2, parts);
  const auto found = finding(run({"doctor", "--json"}), "shipped model");
  EXPECT_EQ(found["fine"], false);
  EXPECT_NE(found["found"].get<std::string>().find(place), std::string::npos) << found;
}

TEST_F(ShippedModel, IsUsedWhereNoOtherIsNamed) {
  ship(model());
  const Ended ended = run({"caption", scene()});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, std::string(kSentence) + "\n");
  EXPECT_EQ(ended.err, "");
  const Ended evaluated = run({"evaluate", "--data", "scenes:val=2", "--json"});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  const auto found = finding(run({"doctor", "--json"}), "shipped model");
  EXPECT_EQ(found["fine"], true) << found;
  EXPECT_NE(found["found"].get<std::string>().find("scene_cnn"), std::string::npos) << found;
}

TEST_F(ShippedModel, TheOptionGoesBeforeTheEnvironmentAndThatBeforeIt) {
  ship(write("damaged", "no model"));
  const std::string broken = write("broken.storyteller", "nor is this");
  const std::string sentence = std::string(kSentence) + "\n";
  EXPECT_EQ(run({"caption", scene()}, {{"STORYTELLER_MODEL", model()}}).out, sentence);
  EXPECT_EQ(run({"caption", "--model", model(), scene()}, {{"STORYTELLER_MODEL", broken}}).out,
            sentence);
  expect_error(run({"caption", scene()}, {{"STORYTELLER_MODEL", broken}}), 4,
               {"broken.storyteller"});
  expect_error(run({"caption", scene()}, {{"STORYTELLER_MODEL", folder_ / "none"}}), 4,
               {"STORYTELLER_MODEL", folder_ / "none", "unset"});
  expect_error(run({"caption", scene()}), 4, {kShippedModel});
  EXPECT_EQ(finding(run({"doctor", "--json"}), "shipped model")["fine"], false);
}

TEST_F(ShippedModel, NamesThatAreAlmostRightAreUnderstood) {
  ship(model());
  std::filesystem::create_directory(folder_ / "run");
  write("run/best.storyteller", file_text(model()));
  const std::string best = folder_ / "run/best.storyteller";
  const auto folder = std::filesystem::path(shipped_model(program_)).parent_path();
  write_text(folder / "other.storyteller", file_text(model()));
  for (const std::string name : {"everyday", "other"}) {
    const std::string meant = "did you mean " + (folder / (name + ".storyteller")).string() + "?";
    for (const std::string& given : {name, name + ".storyteller"}) {
      expect_error(run({"caption", "--model", given, scene()}), 4, {given, meant});
      expect_error(run({"caption", scene()}, {{"STORYTELLER_MODEL", given}}), 4,
                   {"STORYTELLER_MODEL: ", given, meant, "unset"});
    }
  }
  expect_error(run({"caption", "--model", folder_ / "run", scene()}), 4, {"did you mean " + best});
  expect_error(run({"caption", scene()}, {{"STORYTELLER_MODEL", folder_ / "run"}}), 4,
               {"did you mean " + best});
  expect_error(run({"caption", scene()}, {{"STORYTELLER_MODEL", "~/none.storyteller"}}), 4,
               {"STORYTELLER_MODEL: ~/none.storyteller: no such file: the shell puts your home"});
}

TEST_F(ShippedModel, HelpSaysTheDefault) {
  for (const char* command : {"caption", "evaluate"}) {
    EXPECT_NE(run({command, "--help"}).out.find("STORYTELLER_MODEL"), std::string::npos);
  }
}

std::filesystem::path in_source_tree() {
  return std::filesystem::path(STORYTELLER_SOURCE_DIR) / "models" / kShippedModel;
}

TEST_F(ShippedModel, AProgramInItsBuildFolderLooksInTheSourceTree) {
  EXPECT_EQ(shipped_model(storyteller_program()),
            std::filesystem::weakly_canonical(in_source_tree()));
}

TEST_F(ShippedModel, TheOneInTheTreeCaptionsAndIsSmall) {
  if (!std::filesystem::exists(in_source_tree())) {
    GTEST_SKIP() << "models/" << kShippedModel << " is not in this tree";
  }
  EXPECT_LE(std::filesystem::file_size(in_source_tree()), 33'000'000U);
  const Ended ended = run_storyteller({"caption", "--json", scene()});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  ASSERT_EQ(lines_of(ended.out).size(), 1U);
  const std::string sentence = nlohmann::json::parse(ended.out)["caption"];
  EXPECT_GE(std::count(sentence.begin(), sentence.end(), ' '), 2) << sentence;
}

}  // namespace
}  // namespace storyteller::shipped_model_test
