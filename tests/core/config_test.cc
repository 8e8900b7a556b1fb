#include "core/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <map>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::config_test {
namespace {

enum class Rule { kSgd, kAdam };

/// A table of every type, and the variables behind it.
struct Settings {
  int batch_size = 64;
  std::int64_t limit = -1;
  std::uint64_t seed = 1;
  float learning_rate = 0.1F;
  double clip = 5;
  bool shuffle = true;
  std::string name = "run";
  Rule optimizer = Rule::kAdam;
  double beta1 = 0.9;
  Config config;

  Settings() {
    config.add("batch_size", batch_size, {1, 4096}, "captions per step");
    config.add("limit", limit, {.low = -1}, "pictures to use, -1 = all");
    config.add("seed", seed, {}, "of everything random");
    config.add("learning_rate", learning_rate, {0, 10}, "step of the optimizer");
    config.add("clip", clip, {.high = 100}, "largest gradient");
    config.add("shuffle", shuffle, "new order in every epoch");
    config.add("name", name, "of the run");
    config.add("optimizer", optimizer, {{"sgd", Rule::kSgd}, {"adam", Rule::kAdam}}, "update rule");
    config.add("adam.beta1", beta1, {0, 1}, "decay of the first moment");
  }
};

/// Sets a variable of the environment for the scope.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Environment() { unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
};

void load(Settings& settings, const std::string& json) {
  settings.config.load_json(json, Config::Source::kFile, "run.json");
}

TEST(Config, FlagsSetEveryType) {
  Settings s;
  for (const char* flag :
       {"batch_size=32", "limit=100", "seed=18446744073709551615", "learning_rate=1e-3",
        "clip=+2.5", "shuffle=off", "name=a=b c", "optimizer=sgd", "adam.beta1=.5"}) {
    s.config.assign(flag);
  }
  EXPECT_EQ(s.batch_size, 32);
  EXPECT_EQ(s.limit, 100);
  EXPECT_EQ(s.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(s.learning_rate, 1e-3F);
  EXPECT_EQ(s.clip, 2.5);
  EXPECT_FALSE(s.shuffle);
  EXPECT_EQ(s.name, "a=b c");
  EXPECT_EQ(s.optimizer, Rule::kSgd);
  EXPECT_EQ(s.beta1, .5);
}

TEST(Config, JsonSetsEveryTypeFlatAndNested) {
  Settings s;
  load(s, R"({"batch_size": 32, "limit": -1, "seed": 18446744073709551615, "learning_rate": 1e-3,
              "clip": 2, "shuffle": false, "name": "x", "optimizer": "sgd",
              "adam": {"beta1": 0.5}})");
  EXPECT_EQ(s.batch_size, 32);
  EXPECT_EQ(s.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(s.learning_rate, 1e-3F);
  EXPECT_EQ(s.optimizer, Rule::kSgd);
  EXPECT_EQ(s.beta1, .5);
  load(s, R"({"adam.beta1": 0.25})");
  EXPECT_EQ(s.beta1, .25);
}

// Flag > environment > file > checkpoint > default, for every subset of the sources, in both
// orders.
TEST(Config, TheStrongestSourceWinsWhateverTheOrder) {
  for (unsigned subset = 0; subset < 16; ++subset) {
    for (const bool reversed : {false, true}) {
      Settings s;
      const Environment environment("STORYTELLER_BATCH_SIZE", (subset & 4U) != 0 ? "3" : "");
      const std::vector<std::function<void()>> sources = {
          [&] { s.config.load_json(R"({"batch_size": 1})", Config::Source::kCheckpoint, "ckpt"); },
          [&] { load(s, R"({"batch_size": 2})"); },
          [&] { s.config.load_environment(); },
          [&] { s.config.assign("batch_size=4"); },
      };
      int expected = 64;
      for (std::size_t i = 0; i < sources.size(); ++i) {
        const std::size_t at = reversed ? sources.size() - 1 - i : i;
        if ((subset >> at & 1U) != 0) sources[at]();
        if ((subset >> i & 1U) != 0) expected = static_cast<int>(i) + 1;
      }
      EXPECT_EQ(s.batch_size, expected) << subset << reversed;
    }
  }
}

TEST(Config, EntriesSayWhereAValueCameFrom) {
  Settings s;
  const Environment environment("STORYTELLER_ADAM_BETA1", "0.75");
  s.config.load_environment();
  s.config.assign("seed=7");
  load(s, R"({"seed": 8, "name": "y"})");
  std::map<std::string, Config::Entry> entries;
  for (const auto& entry : s.config.entries()) entries[entry.key] = entry;
  EXPECT_EQ(s.beta1, .75);
  EXPECT_EQ(name_of(entries["adam.beta1"].source), "environment");
  EXPECT_EQ(name_of(entries["seed"].source), "flag");
  EXPECT_EQ(name_of(entries["name"].source), "file");
  EXPECT_EQ(name_of(entries["clip"].source), "default");
  EXPECT_EQ(entries["seed"].value, "7");
  EXPECT_EQ(entries["seed"].default_value, "1");
  EXPECT_EQ(entries["batch_size"].range, "1 to 4096");
  EXPECT_EQ(entries["limit"].range, "at least -1");
  EXPECT_EQ(entries["clip"].range, "at most 100");
  EXPECT_EQ(entries["optimizer"].type, "one of sgd, adam");
}

TEST(Config, DumpReadsBackToTheSameBits) {
  Settings s;
  s.learning_rate = 0.1F;
  s.clip = 1.0 / 3;
  s.name = "quote \" back \\ line \n \u00e9";
  s.seed = std::numeric_limits<std::uint64_t>::max();
  s.optimizer = Rule::kSgd;
  const std::string json = s.config.to_json();
  EXPECT_NE(json.find("\"learning_rate\": 0.1,"), std::string::npos) << json;
  Settings t;
  load(t, json);
  EXPECT_EQ(t.learning_rate, s.learning_rate);
  EXPECT_EQ(t.clip, s.clip);
  EXPECT_EQ(t.name, s.name);
  EXPECT_EQ(t.seed, s.seed);
  EXPECT_EQ(t.optimizer, s.optimizer);
  EXPECT_EQ(t.config.to_json(), json);
}

TEST(Config, MistakesInFlagsAreNamed) {
  const std::map<std::string, std::string> cases = {
      {"batch_sise=1", "batch_sise=1: unknown key 'batch_sise'; did you mean 'batch_size'?"},
      {"batch_size=0", "batch_size=0: '0' is out of range (1 to 4096); batch_size is: captions"},
      {"batch_size=99999999999", "is not an integer (1 to 4096)"},
      {"batch_size=1.5", "'1.5' is not an integer (1 to 4096)"},
      {"batch_size=", "'' is not an integer"},
      {"batch_size", "write it as key=value"},
      {"=1", "write it as key=value"},
      {"batch_size= 3", "is not an integer"},
      {"seed=-1", "is not an integer"},
      {"clip=nan", "is not a number"},
      {"clip=inf", "is not a number"},
      {"clip=+-1", "is not a number"},
      {"learning_rate=fast", "'fast' is not a number (0 to 10)"},
      {"shuffle=maybe", "is not true or false"},
      {"optimizer=adm", "is not one of sgd, adam; did you mean 'adam'?"},
  };
  for (const auto& item : cases) {
    const auto& flag = item.first;
    const auto& expected = item.second;
    Settings s;
    const std::string before = s.config.to_json();
    const auto message = message_of<UsageError>([&] { s.config.assign(flag); });
    EXPECT_NE(message.find(expected), std::string::npos) << message;
    EXPECT_EQ(s.config.to_json(), before) << flag;
  }
}

TEST(Config, MistakesInTheEnvironmentAreNamed) {
  Settings s;
  const Environment environment("STORYTELLER_CLIP", "101");
  EXPECT_NE(message_of<UsageError>([&] {
              s.config.load_environment();
            }).find("STORYTELLER_CLIP: '101' is out of range (at most 100)"),
            std::string::npos);
}

TEST(Config, MistakesInFilesAreNamed) {
  const std::map<std::string, std::string> cases = {
      {R"({"batch_sise": 1})", "run.json: unknown key 'batch_sise'; did you mean 'batch_size'?"},
      {R"({"batch_size": 0})", "run.json: batch_size: '0' is out of range"},
      {R"({"batch_size": 2.0})", "'2.0' is not an integer"},
      {R"({"batch_size": "2"})", "batch_size: \"2\" is not a number"},
      {R"({"batch_size": null})", "batch_size: null is not a number"},
      {R"({"batch_size": [1]})", "batch_size: [1] is not a number"},
      {R"({"shuffle": 1})", "shuffle: 1 is not true or false"},
      {R"({"name": 1})", "name: 1 is not a string in quotes"},
      {R"({"clip": 1, "clip": 2})", "key 'clip' appears twice"},
      {R"({"clip": 1e999})", "a number that does not fit"},
      {R"({"adam": {"beta1": 1, "beta1": 0}})", "key 'beta1' appears twice"},
      {R"({"adam": {"beta3": 1}})", "unknown key 'adam.beta3'; did you mean 'adam.beta1'?"},
      {"[]", "must be a JSON object"},
      {"", "not valid JSON at byte"},
      {"{\"clip\": }", "not valid JSON at byte 10"},
      {"{\"a\xFF\": 1}", "not valid JSON at byte"},
      {"{} {}", "not valid JSON at byte"},
      {std::string("{}\0x", 4), "has a zero byte"},
      {std::string(5000, '['), "nested too deeply"},
  };
  for (const auto& item : cases) {
    const auto& json = item.first;
    const auto& expected = item.second;
    Settings s;
    const std::string before = s.config.to_json();
    const auto message = message_of<UsageError>([&] { load(s, json); });
    EXPECT_NE(message.find(expected), std::string::npos) << message;
    EXPECT_EQ(message.find("run.json"), 0U) << message;
    EXPECT_EQ(s.config.to_json(), before) << json;
  }
}

TEST(Config, AMistakeInAWeakerSourceIsStillFound) {
  Settings s;
  s.config.assign("batch_size=8");
  EXPECT_THROW(load(s, R"({"batch_size": 0})"), UsageError);
  EXPECT_EQ(s.batch_size, 8);
}

TEST(Config, FilesThatCannotBeReadAreNamed) {
  const TemporaryFolder folder;
  Settings s;
  write_text(folder / "run.json", "{}");
  EXPECT_NE(message_of<UsageError>([&] {
              s.config.load_file(folder / "rum.json");
            }).find("no such file; did you mean " + (folder / "run.json").string() + "?"),
            std::string::npos);
  EXPECT_NE(message_of<UsageError>([&] { s.config.load_file(folder.path()); }).find("is a folder"),
            std::string::npos);
  write_text(folder / "big.json", std::string(2 << 20U, ' '));
  EXPECT_NE(message_of<UsageError>([&] {
              s.config.load_file(folder / "big.json");
            }).find("larger than 1 MiB"),
            std::string::npos);
  write_text(folder / "run.json", R"({"batch_size": 16})");
  s.config.load_file(folder / "run.json");
  EXPECT_EQ(s.batch_size, 16);
}

TEST(Config, ATableThatContradictsItselfIsABug) {
  Settings s;
  int other = 0;
  EXPECT_THROW(s.config.add("batch_size", other, {}, "again"), InternalError);
  EXPECT_THROW(s.config.add("adam_beta1", other, {}, "same environment variable"), InternalError);
  EXPECT_THROW(s.config.add("other", other, {1, 2}, "default outside"), InternalError);
}

}  // namespace
}  // namespace storyteller::config_test
