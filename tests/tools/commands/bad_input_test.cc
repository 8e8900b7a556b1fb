// What goes wrong at the command line: one clear line on stderr, the right exit code, nothing on
// stdout, nothing half-written.
#include <gtest/gtest.h>

#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::bad_input_test {
namespace {

class BadInput : public CommandTest {
 protected:
  /// With a model file of our own.
  Ended caption_with(const std::string& model_file) const {
    return run_storyteller({"caption", "--model", model_file, scene()});
  }
  std::vector<std::string> train(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "train");
    for (const char* setting : {"embedding=4", "hidden=8", "attention=4", "epochs=1"}) {
      arguments.insert(arguments.end(), {"--set", setting});
    }
    return arguments;
  }
};

TEST_F(BadInput, PicturesThatAreNone) {
  expect_error(caption({folder_ / "missing.jpg"}), 3, {"missing.jpg", "no such file"});
  std::filesystem::create_directory(folder_ / "empty");
  expect_error(caption({folder_ / "empty"}), 3, {"empty", "no JPEG or PNG"});
  expect_error(caption({write("text.jpg", "These are words.\n")}), 3, {"text.jpg", "not a JPEG"});
  expect_error(caption({write("zero.jpg", "")}), 3, {"zero.jpg", "empty"});
  expect_error(caption({write("head.png", file_text(scene()).substr(0, 40))}), 3, {"head.png"});
  std::filesystem::create_directory(folder_ / "folder.jpg");
  const Ended listed = caption({"-"}, {.input = (folder_ / "folder.jpg").string() + "\n"});
  expect_error(listed, 3, {"folder.jpg", "folder"});
}

TEST_F(BadInput, ATruncatedTailIsDecodedWithAWarning) {
  const auto whole = fixtures::make_jpeg(fixtures::smooth_picture(400, 300));
  const std::string path = write("cut.jpg", std::span(whole).first(whole.size() * 7 / 10));
  const Ended ended = caption({path});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(lines_of(ended.out).size(), 1U);
  ASSERT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
  EXPECT_TRUE(ended.err.starts_with("storyteller: warning: ")) << ended.err;
  EXPECT_NE(ended.err.find("cut.jpg"), std::string::npos);
}

TEST_F(BadInput, OptionsThatDoNotExist) {
  expect_error(caption({"--jsn", scene()}), 2, {"--jsn", "did you mean '--json'", "--help"});
  expect_error(run_storyteller({"captoin", scene()}), 2, {"captoin", "did you mean 'caption'"});
  expect_error(run_storyteller({}), 2, {"--help"});
  expect_error(caption({}), 2, {"--help"});
  expect_error(caption({"--beam", "0", scene()}), 2, {"--beam"});
  expect_error(caption({"--threads", "0", scene()}), 2, {"--threads"});
  expect_error(caption({"--device", "cuda9", scene()}), 2, {"cuda9"});
  const std::string out = folder_ / "run";
  const auto with_setting = [&](const std::string& setting) {
    return run_storyteller(
        {"train", "--data", "scenes:train=4,val=2", "--out", out, "--set", setting});
  };
  expect_error(with_setting("batchsize=3"), 2, {"batchsize", "did you mean 'batch_size'"});
  expect_error(with_setting("epochs=many"), 2, {"epochs", "many"});
  expect_error(with_setting("epochs=0"), 2, {"epochs", "1"});
  expect_error(with_setting("optimizer=adma"), 2, {"optimizer", "adam"});
  expect_error(with_setting("encoder=mobilenet"), 2, {"mobilenet", "mobilenet_v2"});
  expect_error(run_storyteller({"train", "--data", "scene", "--out", out}), 2,
               {"scene", "did you mean 'scenes'"});
  expect_error(run_storyteller({"train", "--data", "scenes:tain=4", "--out", out}), 2,
               {"tain", "did you mean 'train'"});
  expect_error(run_storyteller({"train", "--data", "scenes:train=4,val=2", "--out", out, "--set",
                                "encoder=mobilenet_v2"}),
               2, {"--encoder-weights"});
  EXPECT_FALSE(std::filesystem::exists(out)) << "a run that never began leaves no folder";
}

TEST_F(BadInput, HelpAndVersionAreNoMistakes) {
  for (const char* word : {"--help", "--version"}) {
    const Ended ended = run_storyteller({word});
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.err, "");
    EXPECT_NE(ended.out.find("storyteller"), std::string::npos);
  }
  for (const char* command : {"train", "caption", "evaluate", "doctor"}) {
    const Ended ended = run_storyteller({command, "--help"});
    EXPECT_EQ(ended.code, 0) << command;
    EXPECT_NE(ended.out.find("--help"), std::string::npos);
  }
  EXPECT_NE(run_storyteller({"train", "--help"}).out.find("learning_rate"), std::string::npos);
}

TEST_F(BadInput, ModelsThatAreNone) {
  expect_error(caption_with(folder_ / "missing.storyteller"), 4, {"missing.storyteller"});
  expect_error(caption_with(folder_.path()), 4, {"folder"});
  expect_error(caption_with(write("text", "just some text, long enough")), 4, {"text"});
  expect_error(caption_with(write("zero", "")), 4, {"zero"});
  const std::string whole = file_text(model());
  expect_error(caption_with(write("cut", whole.substr(0, whole.size() - 100))), 4, {"cut"});
  expect_error(caption_with(write("head", whole.substr(0, 1000))), 4, {"head"});
  std::string flipped = whole;
  flipped[whole.size() - 1000] ^= 1;
  expect_error(caption_with(write("flipped", flipped)), 4, {"flipped", "checksum"});

  const float number = 1;
  SafetensorsWriter weights;
  weights.add("weight", StoredType::kF32, {1}, &number);
  weights.write(folder_ / "weights.safetensors");
  expect_error(caption_with(folder_ / "weights.safetensors"), 4,
               {"weights.safetensors", "not a model", "best.storyteller"});
  weights.set_metadata("storyteller.format", "2");
  weights.write(folder_ / "newer.storyteller");
  expect_error(caption_with(folder_ / "newer.storyteller"), 4,
               {"newer.storyteller", "format 2", "update"});
  weights.set_metadata("storyteller.format", "1");
  weights.write(folder_ / "hollow.storyteller");
  expect_error(caption_with(folder_ / "hollow.storyteller"), 4, {"hollow.storyteller"});

  // A model in which one tensor is missing, or not a number of words.
  const SafetensorsFile file = SafetensorsFile::open(model());
  SafetensorsWriter broken;
  for (const auto& [key, value] : file.metadata()) broken.set_metadata(key, value);
  for (const std::string& name : file.names()) {
    if (name == "decoder.output.bias") continue;
    const auto tensor = file.find(name);
    broken.add(name, tensor.type, {tensor.shape.begin(), tensor.shape.end()}, tensor.bytes.data());
  }
  broken.write(folder_ / "lacking.storyteller");
  expect_error(caption_with(folder_ / "lacking.storyteller"), 4,
               {"lacking.storyteller", "decoder.output.bias"});
  broken.set_metadata("storyteller.vocabulary", "[\"<pad>\"");
  broken.write(folder_ / "words.storyteller");
  expect_error(caption_with(folder_ / "words.storyteller"), 4, {"words.storyteller", "vocabulary"});
}

TEST_F(BadInput, DataThatIsNone) {
  const std::string out = folder_ / "run";
  const auto train_on = [&](const std::string& data) {
    return run_storyteller({"train", "--data", data, "--out", out});
  };
  expect_error(train_on("flickr8k:" + (folder_ / "missing").string()), 3, {"missing"});
  std::filesystem::create_directories(folder_ / "data/images");
  expect_error(train_on("flickr8k:" + (folder_ / "data").string()), 3,
               {"data", "no captions", "Flickr8k.token.txt"});
  expect_error(train_on("flickr8k"), 2, {"flickr8k:DIR"});
  write("data/Flickr8k.token.txt", "1.jpg#0\tA dog runs .\n");
  expect_error(train_on("flickr8k:" + (folder_ / "data").string()), 3,
               {"no usable picture", "1.jpg"});  // without lists pictures are divided by a rule
  write("data/Flickr_8k.trainImages.txt", "1.jpg\n");
  expect_error(train_on("flickr8k:" + (folder_ / "data").string()), 3,
               {"no usable picture", "1.jpg"});
  expect_error(run_storyteller(
                   {"evaluate", "--model", model(), "--data", "scenes:val=2", "--split", "vall"}),
               2, {"vall", "did you mean 'val'"});
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(BadInput, RunFolders) {
  const std::string file = write("file", "something");
  const auto into = [&](const std::string& out) {
    return run_storyteller(train({"--data", "scenes:train=2,val=2", "--out", out}));
  };
  expect_error(into(file), 5, {"file", "name a folder"});
  EXPECT_EQ(file_text(file), "something");
  write("run/last.storyteller", "a run");
  expect_error(into(folder_ / "run"), 2, {"run", "--resume"});
  EXPECT_EQ(file_text(folder_ / "run/last.storyteller"), "a run");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "run"), {}), 1);
  auto resume = train({"--data", "scenes:train=2,val=2", "--out", folder_ / "run", "--resume"});
  const Ended damaged = run_storyteller(resume);
  EXPECT_EQ(damaged.code, 4) << damaged.err;
  EXPECT_NE(damaged.err.find("last.storyteller"), std::string::npos);
  EXPECT_EQ(file_text(folder_ / "run/last.storyteller"), "a run");
}

TEST_F(BadInput, ResultsThatCannotBeWritten) {
  const auto evaluate = [&](const std::string& option, const std::string& path) {
    return run_storyteller(
        {"evaluate", "--model", model(), "--data", "scenes:val=2", option, path});
  };
  expect_error(evaluate("--results", folder_ / "missing/results.json"), 5,
               {"results.json", "create it first"});
  expect_error(evaluate("--report", folder_.path()), 5, {"--report", "folder"});
  const std::string file = write("file", "something");
  expect_error(caption({"--attention", file, scene()}), 5, {"--attention", "file"});
  EXPECT_EQ(file_text(file), "something");
}

TEST_F(BadInput, StandardOutputOnAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"caption", "--model", model(), scene()},
        {"caption", "--model", model(), "--json", scene(), scene()},
        {"evaluate", "--model", model(), "--data", "scenes:val=2"},
        {"doctor"}}) {
    const Ended ended = run_storyteller(arguments, {.out_file = "/dev/full"});
    EXPECT_EQ(ended.code, 5) << arguments[0] << ended.err;
    EXPECT_NE(ended.err.find("standard output: "), std::string::npos) << ended.err;
  }
}

TEST_F(BadInput, ADiskThatFillsUpWhileSavingLosesNothing) {
  // The limit stands for the disk: config.json fits, a checkpoint does not.
  const std::string out = folder_ / "run";
  auto arguments =
      train({"--data", "scenes:train=2,val=2", "--out", out, "--set", "checkpoint_seconds=0"});
  const Ended full = run_storyteller(arguments, {.file_size = 200'000});
  EXPECT_EQ(full.code, 5) << full.err;
  EXPECT_EQ(full.out, "");
  EXPECT_NE(full.err.find("last.storyteller"), std::string::npos) << full.err;
  EXPECT_NE(full.err.find("bytes needed"), std::string::npos) << full.err;
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(out), {}), 1) << "config.json alone";

  ASSERT_EQ(run_storyteller(arguments).code, 0);  // no last.storyteller: it may begin anew
  const std::string last = file_text(out + "/last.storyteller"),
                    best = file_text(out + "/best.storyteller");
  arguments.insert(arguments.end(), {"--resume", "--set", "epochs=2"});
  const Ended again = run_storyteller(arguments, {.file_size = 200'000});
  EXPECT_EQ(again.code, 5) << again.err;
  EXPECT_EQ(file_text(out + "/last.storyteller"), last);
  EXPECT_EQ(file_text(out + "/best.storyteller"), best);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(out), {}), 4);
  EXPECT_EQ(run_storyteller(arguments).code, 0) << "and the run goes on";

  const Ended strip = caption({"--attention", folder_ / "strips", scene()}, {.file_size = 1000});
  EXPECT_EQ(strip.code, 5);
  EXPECT_NE(strip.err.find("model_v1_scene.png"), std::string::npos) << strip.err;
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "strips"));
}

TEST_F(BadInput, ALimitOfTheFileSizeEndsNoCommandWithoutAWord) {
  const std::string mean = folder_ / "mean.storyteller", results = folder_ / "results.json";
  for (const std::vector<std::string>& arguments :
       {train({"--data", "scenes:train=2,val=2", "--out", folder_ / "run"}),
        {"average", model(), "--out", mean},
        {"evaluate", "--model", model(), "--data", "scenes:val=20", "--results", results}}) {
    const Ended ended = run_storyteller(arguments, {.file_size = 1000});
    EXPECT_FALSE(ended.killed) << arguments[0];
    EXPECT_EQ(ended.code, 5) << arguments[0] << ended.err;
    EXPECT_NE(ended.err.find("raise the file size limit (ulimit -f)"), std::string::npos)
        << ended.err;
  }
}

TEST_F(BadInput, ARunThatDivergesSaysSo) {
  const Ended ended = run_storyteller(
      train({"--data", "scenes:train=12,val=2", "--out", folder_ / "run", "--set", "batch_size=3",
             "--set", "learning_rate=100", "--set", "optimizer=sgd", "--set", "clip_norm=0",
             "--set", "schedule=constant", "--set", "weight_decay=10", "--set", "epochs=4"}));
  EXPECT_EQ(ended.code, 6) << ended.err;
  EXPECT_NE(ended.err.find("not finite"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("learning_rate"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace storyteller::bad_input_test
