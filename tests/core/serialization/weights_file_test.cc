#include "core/serialization/weights_file.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "tests/temporary_folder.h"

namespace storyteller::weights_file_test {
namespace {

const std::filesystem::path kFolder =
    std::filesystem::path(STORYTELLER_SOURCE_DIR) / "tests/goldens/weights";

std::vector<std::byte> row_major(const WeightTensor& tensor) {
  std::vector<std::byte> out(static_cast<size_t>(element_count(tensor.shape)) *
                             size_of(tensor.type));
  gather(tensor, out);
  return out;
}

WeightsFile parse(const std::string& text) {
  return WeightsFile::parse(std::as_bytes(std::span(text)), "file");
}

/// Reads everything: the sanitizers watch.
void use(const WeightsFile& file) {
  for (const WeightTensor& tensor : file.tensors()) row_major(tensor);
}

TEST(WeightsFile, EveryFormatGivesTheSameBits) {
  const auto wanted = WeightsFile::open(kFolder / "net.safetensors");
  ASSERT_EQ(wanted.tensors().size(), 11U);
  for (const char* name : {"zip.pth", "legacy.pth", "nested_zip.pth", "nested_legacy.pth",
                           "stored.npz", "deflated.npz"}) {
    SCOPED_TRACE(name);
    for (const bool from_memory : {false, true}) {
      const auto got =
          from_memory ? parse(file_text(kFolder / name)) : WeightsFile::open(kFolder / name);
      ASSERT_EQ(got.names(), wanted.names());
      for (const WeightTensor& tensor : wanted.tensors()) {
        const WeightTensor& other = got.find(tensor.name);
        EXPECT_EQ(other.type, tensor.type) << tensor.name;
        EXPECT_EQ(other.shape, tensor.shape) << tensor.name;
        EXPECT_EQ(row_major(other), row_major(tensor)) << tensor.name;
      }
    }
  }
}

TEST(WeightsFile, SaysHowItFoundTheTensors) {
  const auto file = WeightsFile::open(kFolder / "nested_legacy.pth");
  EXPECT_EQ(file.format(), WeightsFormat::kTorchLegacy);
  EXPECT_EQ(file.notes(), (std::vector<std::string>{"the state dict was found under 'state_dict'",
                                                    "'module.' was taken off the names"}));
  EXPECT_TRUE(WeightsFile::open(kFolder / "zip.pth").notes().empty());
}

TEST(WeightsFile, ModuleIsTakenOffWhereAllNamesHaveIt) {
  const TemporaryFolder folder;
  const float value = 3;
  for (const char* second : {"module.b", "b"}) {
    SafetensorsWriter writer;
    writer.add("module.a", StoredType::kF32, {1}, &value);
    writer.add(second, StoredType::kF32, {1}, &value);
    writer.write(folder / "weights.safetensors");
    const auto file = WeightsFile::open(folder / "weights.safetensors");
    const bool all = std::string(second) == "module.b";
    EXPECT_EQ(file.names(), (std::vector<std::string>{all ? "a" : "b", all ? "b" : "module.a"}));
    EXPECT_EQ(file.notes().size(), all ? 1U : 0U);
  }
}

TEST(WeightsFile, WhatTorchCompilePutsIntoNamesIsTakenOffWhereverItStands) {
  const TemporaryFolder folder;
  const float value = 3;
  SafetensorsWriter writer;
  for (const char* name : {"module._orig_mod.a", "module.b._orig_mod.c", "module.my_orig_mod.d"}) {
    writer.add(name, StoredType::kF32, {1}, &value);
  }
  writer.write(folder / "weights.safetensors");
  const auto file = WeightsFile::open(folder / "weights.safetensors");
  EXPECT_EQ(file.names(), (std::vector<std::string>{"a", "b.c", "my_orig_mod.d"}));
  EXPECT_EQ(file.notes(), (std::vector<std::string>{"'_orig_mod.' was taken off 2 names",
                                                    "'module.' was taken off the names"}));
}

TEST(WeightsFile, TwoTensorsKeepTheirNamesWhereTheyWouldCollide) {
  const TemporaryFolder folder;
  const float value = 3;
  SafetensorsWriter writer;
  for (const char* name : {"a", "_orig_mod.a"}) writer.add(name, StoredType::kF32, {1}, &value);
  writer.write(folder / "weights.safetensors");
  EXPECT_EQ(WeightsFile::open(folder / "weights.safetensors").names(),
            (std::vector<std::string>{"_orig_mod.a", "a"}));
}

TEST(WeightsFile, OfOtherFormatsAKeyIsWhatStandsInFrontOfNames) {
  const TemporaryFolder folder;
  const float value = 3;
  SafetensorsWriter writer;
  for (const char* name : {"q.a", "q.b", "k.a", "qa"})
    writer.add(name, StoredType::kF32, {1}, &value);
  writer.write(folder / "weights.safetensors");
  EXPECT_EQ(WeightsFile::open(folder / "weights.safetensors", "q").names(),
            (std::vector<std::string>{"a", "b"}));
  EXPECT_NE(message_of<ModelError>([&] {
              WeightsFile::open(folder / "weights.safetensors", "x");
            }).find("no names of tensors begin with 'x.'"),
            std::string::npos);
}

TEST(WeightsFile, BigEndianArraysAreTurnedRound) {
  std::vector<float> plain(6), turned(6);
  WeightsFile::open(kFolder / "plain.npy").read_float("plain", plain);
  WeightsFile::open(kFolder / "big_endian.npy").read_float("big_endian", turned);
  EXPECT_EQ(plain, turned);
}

TEST(WeightsFileHostile, EveryCutIsRefused) {
  for (const char* name : {"zip.pth", "legacy.pth", "deflated.npz", "plain.npy"}) {
    const std::string whole = file_text(kFolder / name);
    for (size_t size = 0; size < whole.size(); ++size) {
      EXPECT_THROW(parse(whole.substr(0, size)), ModelError) << name << " " << size;
    }
  }
}

TEST(WeightsFileHostile, EveryChangedByteIsRefusedOrStaysInBounds) {
  for (const char* name : {"zip.pth", "legacy.pth", "deflated.npz", "plain.npy"}) {
    const std::string whole = file_text(kFolder / name);
    for (size_t at = 0; at < whole.size(); ++at) {
      for (const int bit : {1, 128, 255}) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ bit);
        try {
          use(parse(changed));
        } catch (const ModelError&) {
        }
      }
    }
  }
}

std::string legacy_with(const std::string& object) {
  const std::string magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15);
  return magic + "\x80\x02M\xe9\x03." +
         std::string("\x80\x02}X\x0d\x00\x00\x00little_endian\x88s.", 24) + object;
}

TEST(WeightsFileHostile, AGlobalThatIsNoTensorIsNamedAndNotRun) {
  const TemporaryFolder folder;
  const std::string command = "touch " + (folder / "run").string();
  const std::string object =
      "\x80\x02"
      "cos\nsystem\nU" +
      std::string(1, char(command.size())) + command + "\x85R.";
  const auto message = message_of<ModelError>([&] { parse(legacy_with(object)); });
  EXPECT_NE(message.find("'os.system'"), std::string::npos) << message;
  EXPECT_EQ(folder.files(), 0);
}

std::string repeated(const std::string& text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string globals(size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += "cm\nn" + std::to_string(i) + "\n0";
  return all;
}

TEST(WeightsFileHostile, PicklesThatBuildTooMuchAreRefused) {
  struct Case {
    std::string object, message;
  };
  const std::string start = "\x80\x02";
  const std::vector<Case> cases = {
      {start + std::string(2'000'000, ']') + ".", "more than 1048576 values"},
      {start + std::string(500'000, '(') + ".", "its stack is empty"},
      {start + "h\x05.", "did not remember"},
      {start + "X\xff\xff\xff\x7f.", "ends too early"},
      {start + "K\x01K\x02R.", "calls what cannot be called"},
      {start + "].", "no state dict of tensors was found"},
      {start + "\x97.", "opcode 0x97"},
      {"\x80\x07.", "protocol 7"},
      // A memo that is used again and again, marks without end, values taken twice: each has a cap.
      {start + "]" + std::string(2'000'000, '2') + ".", "too many values on its stack"},
      {start + "]q\x01" + repeated("h\x01", 2'000'000) + ".", "too many values on its stack"},
      {start + std::string(2'000'000, '(') + ".", "too many marks on its stack"},
      {start + "]" + repeated("\x94", 2'000'000) + ".", "remembers too many values"},
      // Tuples of calls, one in the other, a million deep: nothing recurses.
      {start + "cos\nsystem\n)R" + repeated("\x85", 1'000'000) + ".", "no state dict of tensors"},
      {start + "cos\nsystem\nq\x01" + repeated(")R", 600'000) + ".", "more than 1048576 values"},
      // A list of pairs that hundreds of dictionaries are made of.
      {start + "](" + repeated("K\x01K\x02\x86", 100'000) +
           "eq\x01"
           "ccollections\nOrderedDict\nq\x02" +
           repeated("h\x02h\x01\x85R", 100) + ".",
       "dictionaries of too many pairs"},
      {start + globals(20'000) + ".", "asks for too many globals"},
  };
  for (const Case& one : cases) {
    const auto message = message_of<ModelError>([&] { parse(legacy_with(one.object)); });
    EXPECT_NE(message.find(one.message), std::string::npos) << message;
  }
}

std::string npy(const std::string& header, size_t data) {
  return std::string("\x93NUMPY\x01\x00", 8) + char(header.size() % 256) +
         char(header.size() / 256) + header + std::string(data, '\0');
}

TEST(WeightsFileHostile, ArraysThatAreNoNumbersOrDoNotFitAreRefused) {
  const auto header = [](const std::string& type, const std::string& shape) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
  };
  EXPECT_EQ(parse(npy(header("<f4", "2, 3"), 24)).tensors().size(), 1U);
  struct Case {
    std::string file, message;
  };
  const std::vector<Case> cases = {
      {npy(header("|O", "1,"), 8), "pickle of objects"},
      {npy(header("<c8", "1,"), 8), "no plain number"},
      {npy(header("<f4", "-1,"), 4), "negative axis"},
      {npy(header("<f4", "4611686018427387904, 4"), 0), "overflows"},
      {npy(header("<f4", "99999999999999999999,"), 0), "too long"},
      {npy(header("<f4", "3,"), 8), "reach outside"},
      {npy(header("<f4", "1,"), 8), "belong to no element"},
      {npy("{'shape': (1,), }", 4), "lacks 'descr'"},
      {npy("{'descr': [('a', '<f4')]}", 4), "records"},
  };
  for (const Case& one : cases) {
    const auto message = message_of<ModelError>([&] { parse(one.file); });
    EXPECT_NE(message.find(one.message), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace storyteller::weights_file_test
