#include "core/serialization/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "tests/real_data.h"
#include "tests/temporary_folder.h"

namespace storyteller::safetensors_test {
namespace {

using Shape = std::vector<std::int64_t>;

std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(STORYTELLER_SOURCE_DIR) / "tests/core/serialization/goldens" / name;
}

std::vector<float> floats(const SafetensorsFile& file, const std::string& name) {
  const auto tensor = file.find(name);
  std::vector<float> values(static_cast<std::size_t>(element_count(tensor.shape)));
  file.read_float(name, values);
  return values;
}

std::vector<std::int64_t> integers(const SafetensorsFile& file, const std::string& name) {
  const auto tensor = file.find(name);
  std::vector<std::int64_t> values(static_cast<std::size_t>(element_count(tensor.shape)));
  file.read_int64(name, values);
  return values;
}

TEST(Safetensors, ReadsWhatTheReferenceImplementationWrote) {
  const auto file = SafetensorsFile::open(golden("all_types.safetensors"));
  EXPECT_EQ(file.names().size(), 13U);
  EXPECT_EQ(file.metadata("note"), "a \"quoted\" \u00e9");
  EXPECT_EQ(floats(file, "weight"), (std::vector<float>{-.5F, -.25F, 0, .25F, .5F, .75F}));
  EXPECT_EQ(floats(file, "half"), (std::vector<float>{1.5F, -2, 65504}));
  EXPECT_EQ(floats(file, "brain"), (std::vector<float>{1, -2, 3.140625F}));
  EXPECT_EQ(floats(file, "scalar"), (std::vector<float>{42}));
  EXPECT_EQ(floats(file, "none"), (std::vector<float>{}));
  EXPECT_EQ(floats(file, "hard \"name\"\n\u00e9"), (std::vector<float>{1}));
  EXPECT_EQ(integers(file, "index"), (Shape{-(std::int64_t{1} << 62U), 7}));
  EXPECT_EQ(integers(file, "count"), (Shape{-3}));
  EXPECT_EQ(integers(file, "small"), (Shape{-300}));
  EXPECT_EQ(integers(file, "tiny"), (Shape{-1, 2, 3}));
  EXPECT_EQ(integers(file, "pixels"), (Shape{0, 128, 255}));
  EXPECT_EQ(integers(file, "mask"), (Shape{1, 0}));
  std::vector<double> doubles(2);
  file.read_double("double", doubles);
  EXPECT_EQ(doubles, (std::vector<double>{1.0 / 3, -2.5e300}));
  EXPECT_EQ(file.find("weight").type, StoredType::kF32);
  EXPECT_EQ(shape_text(file.find("weight").shape), "[2, 3]");
  EXPECT_EQ(shape_text(file.find("scalar").shape), "[]");
  EXPECT_EQ(shape_text(file.find("none").shape), "[0, 5]");
}

TEST(Safetensors, NarrowingDoubleToFloatOverflowsToInfinity) {
  const auto file = SafetensorsFile::open(golden("all_types.safetensors"));
  const auto values = floats(file, "double");
  EXPECT_EQ(values[0], static_cast<float>(1.0 / 3));
  EXPECT_EQ(values[1], -std::numeric_limits<float>::infinity());
}

TEST(Safetensors, WritesTheBytesOfTheReferenceImplementation) {
  for (const char* name : {"all_types.safetensors", "empty.safetensors"}) {
    const auto file = SafetensorsFile::open(golden(name));
    SafetensorsWriter writer;
    for (const auto& [key, value] : file.metadata()) writer.set_metadata(key, value);
    for (const std::string& tensor : file.names()) {
      const auto view = file.find(tensor);
      writer.add(tensor, view.type, {view.shape.begin(), view.shape.end()}, view.bytes.data());
    }
    const TemporaryFolder folder;
    writer.write(folder / name, Checksum::kNone);
    EXPECT_EQ(file_text(folder / name), file_text(golden(name))) << name;
    const auto bytes = writer.bytes(Checksum::kNone);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
              file_text(golden(name)));
  }
}

class RoundTrip : public testing::TestWithParam<StoredType> {};

TEST_P(RoundTrip, KeepsEveryBit) {
  const StoredType type = GetParam();
  const TemporaryFolder folder;
  for (const Shape& shape :
       {Shape{}, Shape{1}, Shape{3}, Shape{0}, Shape{4, 0, 2}, Shape{2, 3, 5}}) {
    const auto size = static_cast<std::size_t>(element_count(shape)) * size_of(type);
    std::vector<unsigned char> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(i * 37 + 5);
    const float neighbour = 7;
    SafetensorsWriter writer;
    writer.add("x", type, shape, bytes.data());
    writer.add("neighbour", StoredType::kF32, {1}, &neighbour);
    writer.add("byte", StoredType::kU8, {size == 0 ? 0 : 1}, bytes.data());
    writer.write(folder / "file");
    const auto file = SafetensorsFile::open(folder / "file");
    const auto view = file.find("x");
    EXPECT_EQ(view.type, type);
    EXPECT_EQ(Shape(view.shape.begin(), view.shape.end()), shape);
    ASSERT_EQ(view.bytes.size(), size);
    EXPECT_TRUE(size == 0 || std::memcmp(view.bytes.data(), bytes.data(), size) == 0);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view.bytes.data()) % size_of(type), 0U);
    EXPECT_EQ(floats(file, "neighbour"), (std::vector<float>{7}));
  }
}

INSTANTIATE_TEST_SUITE_P(AllTypes, RoundTrip,
                         testing::Values(StoredType::kBool, StoredType::kU8, StoredType::kI8,
                                         StoredType::kI16, StoredType::kU16, StoredType::kF16,
                                         StoredType::kBF16, StoredType::kI32, StoredType::kU32,
                                         StoredType::kF32, StoredType::kF64, StoredType::kI64,
                                         StoredType::kU64),
                         [](const auto& info) { return std::string(name_of(info.param)); });

TEST(SafetensorsWriter, RoundsToHalfAndBFloat16) {
  const std::vector<float> values = {1.0F, -0.1F, 1e-7F, 70000.0F, 3.14159F};
  SafetensorsWriter writer;
  writer.add_rounded("h", StoredType::kF16, {5}, values.data());
  writer.add_rounded("b", StoredType::kBF16, {5}, values.data());
  writer.add_rounded("f", StoredType::kF32, {5}, values.data());
  const auto file = SafetensorsFile::parse(writer.bytes(), "memory");
  EXPECT_EQ(floats(file, "f"), values);
  const auto half = floats(file, "h");
  EXPECT_EQ(half[0], 1.0F);
  EXPECT_NEAR(half[1], -0.1F, 0.1 / 2048);
  EXPECT_EQ(half[3], std::numeric_limits<float>::infinity());
  const auto brain = floats(file, "b");
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(brain[i], values[i], std::abs(values[i]) / 256);
  }
}

TEST(SafetensorsWriter, TheOrderOfTheCallsChangesNothing) {
  const float a = 1;
  const double b = 2;
  SafetensorsWriter forward;
  forward.add("a", StoredType::kF32, {1}, &a);
  forward.add("b", StoredType::kF64, {1}, &b);
  forward.set_metadata("x", "1");
  forward.set_metadata("y", "2");
  SafetensorsWriter backward;
  backward.set_metadata("y", "2");
  backward.set_metadata("x", "1");
  backward.add("b", StoredType::kF64, {1}, &b);
  backward.add("a", StoredType::kF32, {1}, &a);
  EXPECT_EQ(forward.bytes(), backward.bytes());
}

TEST(SafetensorsWriter, RefusesMisuse) {
  const float a = 1;
  SafetensorsWriter writer;
  writer.add("a", StoredType::kF32, {1}, &a);
  EXPECT_THROW(writer.add("a", StoredType::kF32, {1}, &a), InternalError);
  EXPECT_THROW(writer.add("b", StoredType::kF32, {1}, nullptr), InternalError);
  EXPECT_THROW(writer.add("c", StoredType::kF32, {-1}, &a), InternalError);
  EXPECT_THROW(writer.add("__metadata__", StoredType::kF32, {1}, &a), InternalError);
  EXPECT_THROW(writer.add_rounded("d", StoredType::kI32, {1}, &a), InternalError);
}

TEST(SafetensorsWriter, CopiesAFileButForSomeTensorsAndItsChecksum) {
  const float a = 1, b = 2;
  SafetensorsWriter first;
  first.add("net.a", StoredType::kF32, {1}, &a);
  first.add("confidence.b", StoredType::kF32, {1}, &b);
  first.set_metadata("task", "caption");
  const auto file = SafetensorsFile::parse(first.bytes(), "memory");
  SafetensorsWriter all, some;
  all.add_all(file);
  EXPECT_EQ(all.bytes(), first.bytes());
  EXPECT_FALSE(SafetensorsFile::parse(all.bytes(Checksum::kNone), "memory")
                   .metadata()
                   .contains(std::string(kChecksumKey)));
  some.add_all(file, "confidence.");
  const auto copy = SafetensorsFile::parse(some.bytes(), "memory");
  EXPECT_EQ(copy.names(), (std::vector<std::string>{"net.a"}));
  EXPECT_EQ(copy.metadata("task"), "caption");
}

TEST(SafetensorsWriter, MetadataThatIsNotUtf8StillGivesAReadableFile) {
  SafetensorsWriter writer;
  writer.set_metadata("key", "bad \xFF byte");
  const auto file = SafetensorsFile::parse(writer.bytes(), "memory");
  EXPECT_EQ(file.metadata("key"), "bad \xEF\xBF\xBD byte");
}

TEST(SafetensorsChecksum, FindsEveryFlippedBit) {
  const std::vector<float> values = {1, 2, 3};
  SafetensorsWriter writer;
  writer.add("w", StoredType::kF32, {3}, values.data());
  writer.set_metadata("vocabulary", "a dog on the beach");
  const auto good = writer.bytes();
  EXPECT_NO_THROW(SafetensorsFile::parse(good, "good"));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    // One flip in the key of the checksum itself makes it a key like any other: the file is then
    // one without a checksum.
    try {
      const auto file = SafetensorsFile::parse(bad, "bad");
      EXPECT_FALSE(file.metadata().contains(std::string(kChecksumKey))) << "bit " << bit;
      EXPECT_EQ(floats(file, "w"), values) << "bit " << bit;
    } catch (const ModelError&) {
    }
  }
}

TEST(Safetensors, SaysWhatIsMissingOrOfAnotherKind) {
  const auto file = SafetensorsFile::open(golden("all_types.safetensors"));
  std::vector<float> out(6);
  EXPECT_NE(message_of<ModelError>([&] {
              file.read_float("wieght", out);
            }).find("all_types.safetensors: has no tensor 'wieght'; did you mean 'weight'?"),
            std::string::npos);
  EXPECT_NE(message_of<ModelError>([&] {
              file.read_float("half", out);
            }).find("tensor 'half' has shape [3], but 6 elements were expected"),
            std::string::npos);
  EXPECT_NE(message_of<ModelError>([&] {
              file.require_shape("weight", Shape{3, 2});
            }).find("tensor 'weight' has shape [2, 3], but [3, 2] was expected"),
            std::string::npos);
  EXPECT_NO_THROW(file.require_shape("weight", Shape{2, 3}));
  std::vector<float> two(2);
  EXPECT_NE(message_of<ModelError>([&] {
              file.read_float("index", two);
            }).find("tensor 'index' has type I64, but floating-point numbers were expected"),
            std::string::npos);
  std::vector<std::int64_t> six(6);
  EXPECT_THROW(file.read_int64("weight", six), ModelError);
  EXPECT_THROW(file.metadata("nothing"), ModelError);
  EXPECT_FALSE(file.contains("wieght"));
  EXPECT_TRUE(file.contains("weight"));
}

TEST(Safetensors, ReadsTheRealEncoders) {
  STORYTELLER_REQUIRE_DATA(folder, "encoders");
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".safetensors") continue;
    const auto file = SafetensorsFile::open(entry.path());
    EXPECT_FALSE(file.names().empty()) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 3);
}

}  // namespace
}  // namespace storyteller::safetensors_test
