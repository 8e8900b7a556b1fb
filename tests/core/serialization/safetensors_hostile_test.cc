// Promise 1: no model file crashes the reader or makes it read out of bounds.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstring>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "kernels/philox.h"
#include "tests/temporary_folder.h"

namespace storyteller::safetensors_hostile_test {
namespace {

std::string length_of(std::uint64_t length) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes;
}

std::string file_of(const std::string& header, std::size_t data_bytes) {
  return length_of(header.size()) + header + std::string(data_bytes, '\x01');
}

SafetensorsFile parse(const std::string& bytes) {
  return SafetensorsFile::parse(std::as_bytes(std::span(bytes)), "model.safetensors");
}

struct Hostile {
  const char* name;
  std::string file;
  const char* message;  ///< what the error must contain
};

std::vector<Hostile> hostile_files() {
  const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const auto one = [](const std::string& type, const std::string& shape, const std::string& range) {
    return R"({"a":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + range +
           "}}";
  };
  const auto two = [](const std::string& first, const std::string& second) {
    return R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + first +
           R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}";
  };
  std::string ones;
  for (int i = 0; i < 64; ++i) ones += ",1";
  return {
      {"Empty", "", "it is empty"},
      {"SevenBytes", std::string(7, '\x01'), "fewer than 8 bytes"},
      {"HeaderAbove100MB", length_of(100'000'001) + "{}", "header of 100000001 bytes (at most"},
      {"LengthOf2To64", length_of(~std::uint64_t{0}) + "\x01{}", "header of 18446744073709551615"},
      {"HeaderLargerThanFile", length_of(50) + "{}", "in a file of 10 bytes; it is cut short"},
      {"GitLfsPointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"},
      {"ZipArchive", std::string("PK\x03\x04\x14\x00\x00\x08 archive", 16), "is a ZIP archive"},
      {"JpegPicture", "\xFF\xD8\xFF\xE0 and so on", "is a JPEG picture, not a model"},
      {"WebPage", "<!DOCTYPE html><html></html>", "is a web page, not a model"},
      {"NoHeader", length_of(0), "does not begin with '{'"},
      {"LeadingSpace", file_of(" " + good, 8), "does not begin with '{'"},
      {"Array", file_of("[]", 0), "does not begin with '{'"},
      {"InvalidJson", file_of("{\"a\":", 0), "not valid JSON at byte"},
      {"InvalidUtf8", file_of("{\"a\xFF\":1}", 0), "not valid JSON at byte"},
      {"TwoDocuments", file_of("{}{}", 0), "not valid JSON at byte"},
      {"ZeroByteHidesTheRest", file_of("{}" + std::string(1, '\0') + "x", 0), "has a zero byte"},
      {"DeepNesting", file_of(R"({"a":{"shape":)" + std::string(100'000, '['), 0),
       "has an array where the format allows none, at key 'shape'"},
      {"DeepObjects", file_of(R"({"a":{"a":{"a":)", 0), "unknown key 'a'"},
      {"DuplicateTensor",
       file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
               2),
       "key 'a' appears twice"},
      {"DuplicateByEscape",
       file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
               2),
       "key 'a' appears twice"},
      {"DuplicateField",
       file_of(R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1),
       "key 'dtype' appears twice"},
      {"DuplicateMetadata", file_of(R"({"__metadata__":{"k":"1","k":"2"}})", 0),
       "key 'k' appears twice"},
      {"MetadataTwice", file_of(R"({"__metadata__":{},"__metadata__":{}})", 0),
       "key '__metadata__' appears twice"},
      {"MetadataNumber", file_of(R"({"__metadata__":{"k":1}})", 0), "has a number where"},
      {"MetadataText", file_of(R"({"__metadata__":"k"})", 0), "has a string where"},
      {"TensorIsNumber", file_of(R"({"a":1})", 0), "has a number where the format allows none, at"},
      {"TensorIsNull", file_of(R"({"a":null})", 0), "has null where"},
      {"NoType", file_of(R"({"a":{"shape":[1],"data_offsets":[0,1]}})", 1), "'a' has no \"dtype\""},
      {"NoShape", file_of(R"({"a":{"dtype":"U8","data_offsets":[0,1]}})", 1), "no \"shape\""},
      {"NoOffsets", file_of(R"({"a":{"dtype":"U8","shape":[1]}})", 1), "no \"data_offsets\""},
      {"UnknownField", file_of(R"({"a":{"stride":[1]}})", 0), "unknown key 'stride'"},
      {"UnknownTypeOutside", file_of(one("F31", "[1]", "[0,5]"), 4), "lie outside the 4 bytes"},
      {"UnknownTypeOfTooManyElements", file_of(one("F31", "[1099511627776]", "[0,4]"), 4),
       "do not have a bit for each of 1099511627776 elements"},
      {"UnknownTypeOverflow", file_of(one("F31", "[4398046511104,4398046511104]", "[0,0]"), 0),
       "shape overflows"},
      {"TypeIsNumber", file_of(R"({"a":{"dtype":4}})", 0), "has a number where"},
      {"NegativeAxis", file_of(one("U8", "[-1]", "[0,1]"), 1), "has a negative number where"},
      {"FractionalAxis", file_of(one("U8", "[1.0]", "[0,1]"), 1), "not a whole number below 2^64"},
      {"AxisBeyond64Bits", file_of(one("U8", "[18446744073709551616]", "[0,1]"), 1),
       "whole number"},
      {"AxisBeyond63Bits", file_of(one("U8", "[9223372036854775808]", "[0,1]"), 1), "an axis of"},
      {"TwoTo42DimensionsOverflow",
       file_of(one("F32", "[4398046511104,4398046511104]", "[0,0]"), 0), "shape overflows"},
      {"OverflowToExactlyZero", file_of(one("F32", "[4611686018427387904,4]", "[0,0]"), 0),
       "product of its shape overflows"},
      {"OverflowBehindAZeroAxis", file_of(one("U8", "[0,4398046511104,4398046511104]", "[0,0]"), 0),
       "shape overflows"},
      {"SixtyFiveAxes", file_of(one("U8", "[1" + ones + "]", "[0,1]"), 1), "more than 64 axes"},
      {"OneOffset", file_of(one("U8", "[1]", "[0]"), 1), "data_offsets must be two numbers"},
      {"ThreeOffsets", file_of(one("U8", "[1]", "[0,1,2]"), 1), "data_offsets must be two numbers"},
      {"NegativeOffset", file_of(one("U8", "[1]", "[-1,0]"), 1), "has a negative number where"},
      {"EndsBeforeItBegins", file_of(one("U8", "[1]", "[1,0]"), 1), "ends before it begins"},
      {"Outside", file_of(one("U8", "[9]", "[0,9]"), 8), "lie outside the 8 bytes of data"},
      {"FarOutside", file_of(one("U8", "[1]", "[18446744073709551614,18446744073709551615]"), 8),
       "lie outside the 8 bytes of data"},
      {"TooFewBytes", file_of(one("F32", "[2]", "[0,7]"), 7), "do not match its type and shape (8"},
      {"TooManyBytes", file_of(one("F32", "[2]", "[0,9]"), 9),
       "do not match its type and shape (8"},
      {"Overlap", file_of(two("[0,4]", "[3,7]"), 7), "'b' (bytes 3 to 7) overlaps another tensor"},
      {"SameBytesTwice", file_of(two("[0,4]", "[0,4]"), 4), "overlaps another tensor"},
      {"Hole", file_of(two("[0,4]", "[5,9]"), 9), "a hole before it, from byte 4"},
      {"HoleAtTheFront", file_of(one("U8", "[4]", "[1,5]"), 5), "a hole before it, from byte 0"},
      {"TrailingBytes", file_of(good, 9), "1 bytes at its end belong to no tensor"},
      {"DataWithoutTensors", file_of("{}", 3), "3 bytes at its end belong to no tensor"},
      {"WrongChecksum", file_of(R"({"__metadata__":{"storyteller.xxh3":"0123456789abcdef"}})", 0),
       "checksum does not match"},
      {"ShortChecksum", file_of(R"({"__metadata__":{"storyteller.xxh3":""}})", 0),
       "checksum does not match"},
      {"TerminalEscapeInName", file_of("{\"a\\u001b[2J\\n\":1}", 0), "'a\\x1b[2J\\x0a'"},
  };
}

TEST(SafetensorsHostile, EachCaseIsRefusedWithItsCause) {
  for (const Hostile& hostile : hostile_files()) {
    SCOPED_TRACE(hostile.name);
    const auto message = message_of<ModelError>([&] { parse(hostile.file); });
    EXPECT_EQ(message.find("model.safetensors: "), 0U) << message;
    EXPECT_NE(message.find(hostile.message), std::string::npos) << message;
    for (const char c : message) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << message;
  }
}

TEST(SafetensorsHostile, EachCaseIsRefusedFromDiskToo) {
  const TemporaryFolder folder;
  for (const Hostile& hostile : hostile_files()) {
    SCOPED_TRACE(hostile.name);
    write_text(folder / "file", hostile.file);
    const auto message = message_of<ModelError>([&] { SafetensorsFile::open(folder / "file"); });
    EXPECT_NE(message.find(hostile.message), std::string::npos) << message;
  }
}

TEST(SafetensorsHostile, UnusualButValidFilesAreRead) {
  const std::string zero_sized = R"({"z":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"
                                 R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                                 R"("y":{"dtype":"F32","shape":[3,0],"data_offsets":[4,4]}})";
  EXPECT_EQ(parse(file_of(zero_sized, 4)).names().size(), 3U);
  EXPECT_TRUE(parse(file_of("{}", 0)).names().empty());
  EXPECT_TRUE(parse(file_of("{ }     ", 0)).names().empty());
  const std::string blank_name = R"({"":{"dtype":"U8","shape":[],"data_offsets":[0,1]}})";
  EXPECT_TRUE(parse(file_of(blank_name, 1)).contains(""));
}

// Only what is read has to be understood: a type that nobody needs harms nobody.
TEST(SafetensorsHostile, AnUnknownTypeIsRefusedWhenItIsRead) {
  const std::string header = R"({"a":{"dtype":"F31","shape":[4],"data_offsets":[0,2]},)"
                             R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})";
  const auto file = parse(file_of(header, 3));
  EXPECT_EQ(file.find("a").type, StoredType::kOther);
  EXPECT_EQ(file.find("a").other_type, "F31");
  std::vector<std::int64_t> integers(1);
  file.read_int64("b", integers);
  EXPECT_EQ(integers[0], 1);
  std::vector<float> values(4);
  EXPECT_NE(message_of<ModelError>([&] {
              file.read_float("a", values);
            }).find("tensor 'a' has the type F31, which is not read"),
            std::string::npos);
}

TEST(SafetensorsHostile, ATensorMayBeginAtAnyByte) {
  std::string bytes = file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                              R"("b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})",
                              5);
  const float value = 3.5F;
  std::memcpy(bytes.data() + bytes.size() - 4, &value, 4);
  std::vector<float> values(1);
  parse(bytes).read_float("b", values);
  EXPECT_EQ(values[0], value);
}

TEST(SafetensorsHostile, PathsThatAreNoFileAreRefused) {
  const TemporaryFolder folder;
  EXPECT_NE(message_of<ModelError>([&] {
              SafetensorsFile::open(folder / "missing");
            }).find("no such file"),
            std::string::npos);
  EXPECT_NE(
      message_of<ModelError>([&] { SafetensorsFile::open(folder.path()); }).find("is a folder"),
      std::string::npos);
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);  // must not wait for a writer
  EXPECT_NE(message_of<ModelError>([&] {
              SafetensorsFile::open(folder / "pipe");
            }).find("not a regular file"),
            std::string::npos);
  EXPECT_THROW(SafetensorsFile::open("/dev/zero"), ModelError);
}

TEST(SafetensorsHostile, AHugeSparseFileWithAHugeHeaderLengthCostsNothing) {
  const TemporaryFolder folder;
  write_text(folder / "file", length_of(kMaxHeaderBytes + 1));
  std::filesystem::resize_file(folder / "file", std::uintmax_t{1} << 36U);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THROW(SafetensorsFile::open(folder / "file"), ModelError);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(100));
}

TEST(SafetensorsHostile, EveryCutOfAFileIsRefused) {
  const std::vector<float> values = {1, 2, 3};
  SafetensorsWriter writer;
  writer.add("a", StoredType::kF32, {3}, values.data());
  const auto whole = writer.bytes(Checksum::kNone);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(SafetensorsFile::parse(std::span(whole).first(size), "cut"), ModelError) << size;
  }
}

/// Reads every byte of every tensor, in every way: the sanitizers watch.
std::uint64_t use(const SafetensorsFile& file) {
  std::uint64_t sum = 0;
  for (const std::string& name : file.names()) {
    const auto view = file.find(name);
    for (const std::byte byte : view.bytes) sum += std::to_integer<std::uint64_t>(byte);
    const auto count = static_cast<std::size_t>(element_count(view.shape));
    if (view.type != StoredType::kOther && count * size_of(view.type) != view.bytes.size()) {
      ADD_FAILURE() << "shape against bytes";
    }
    std::vector<double> values(count);
    try {
      file.read_double(name, values);
    } catch (const ModelError&) {
    }
  }
  return sum;
}

// A fixed slice of random mutations for every run; tests/fuzz/safetensors_fuzz.cc goes further.
TEST(SafetensorsHostile, RandomMutationsNeverEscape) {
  constexpr int kRounds = 100'000;
  constexpr std::size_t kDataBytes = 6 * 8 + 4 * 2;
  const std::vector<double> values = {1, 2, 3, 4, 5, 6};
  SafetensorsWriter writer;
  writer.add("weight", StoredType::kF64, {2, 3}, values.data());
  writer.add("half", StoredType::kF16, {4}, values.data());
  writer.add("none", StoredType::kU8, {0}, nullptr);
  writer.set_metadata("format", "1");
  const auto bytes = writer.bytes(Checksum::kNone);
  const std::string seed(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::vector<std::string> pieces = {"[",
                                           "]",
                                           "{",
                                           "}",
                                           "\"",
                                           ",",
                                           ":",
                                           "0",
                                           "-1",
                                           "9223372036854775807",
                                           "18446744073709551615",
                                           "1e3",
                                           "null",
                                           "[0,0]",
                                           "\"F64\"",
                                           "\"BF16\"",
                                           "__metadata__",
                                           "\\u0000",
                                           "\xFF",
                                           "\\ud800"};
  int accepted = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::string file = seed;
    const auto random = philox(2024, 0, static_cast<std::uint64_t>(round));
    const unsigned mutations = 1 + random[0] % 4;
    for (unsigned i = 0; i < mutations; ++i) {
      const auto draw = philox(2024, i + 1, static_cast<std::uint64_t>(round));
      const std::size_t at = draw[0] % file.size();
      const std::string& piece = pieces[draw[1] % pieces.size()];
      switch (draw[2] % 6) {
        case 0:
          file[at] = static_cast<char>(draw[3]);
          break;
        case 1:
          file[at] = static_cast<char>(file[at] ^ (1 << draw[3] % 8));
          break;
        case 2:
          file.insert(at, piece);
          break;
        case 3:
          file.replace(at, std::min(piece.size(), file.size() - at), piece);
          break;
        case 4:
          file.erase(at, 1 + draw[3] % 8);
          break;
        default:
          file[at] = static_cast<char>('0' + draw[3] % 10);
          break;
      }
      if (file.empty()) file = "x";
    }
    // Mostly let the length agree with what is there, so that mutations reach what lies behind it.
    if (random[1] % 8 != 0 && file.size() >= 8 + kDataBytes) {
      file.replace(0, 8, length_of(file.size() - 8 - kDataBytes));
    }
    try {
      use(parse(file));
      ++accepted;
    } catch (const ModelError&) {
    }
  }
  EXPECT_GT(accepted, kRounds / 100);  // else the mutations never get past the front door
  EXPECT_LT(accepted, kRounds);
}

}  // namespace
}  // namespace storyteller::safetensors_hostile_test
