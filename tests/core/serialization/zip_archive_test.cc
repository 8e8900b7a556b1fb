#include "core/serialization/zip_archive.h"

#include <zlib.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::zip_archive_test {
namespace {

struct TestEntry {
  std::string name, data;
  unsigned flags = 0, method = 0;
  std::uint32_t checksum_change = 0;
  std::uint32_t claimed = 0;  ///< unpacked bytes, where not those of the data
};

std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value >>= 8) out += static_cast<char>(value & 255U);
  return out;
}

/// An archive byte by byte (PKWARE's APPNOTE 6.3).
std::string archive(const std::vector<TestEntry>& entries) {
  std::string out, central;
  for (const TestEntry& entry : entries) {
    const auto* data = reinterpret_cast<const Bytef*>(entry.data.data());
    const std::uint64_t sum = crc32(0, data, static_cast<uInt>(entry.data.size()));
    const std::uint64_t size = entry.claimed != 0 ? entry.claimed : entry.data.size();
    const std::string both = number(20, 2) + number(entry.flags, 2) + number(entry.method, 2) +
                             number(0x21, 4) + number(sum ^ entry.checksum_change, 4) +
                             number(entry.data.size(), 4) + number(size, 4) +
                             number(entry.name.size(), 2) + number(0, 2);
    central +=
        "PK\x01\x02" + number(20, 2) + both + number(0, 10) + number(out.size(), 4) + entry.name;
    out += "PK\x03\x04" + both + entry.name + entry.data;
  }
  return out + central + "PK\x05\x06" + number(0, 4) + number(entries.size(), 2) +
         number(entries.size(), 2) + number(central.size(), 4) + number(out.size(), 4) +
         number(0, 2);
}

/// One entry 'a' whose sizes stand in the fields of ZIP64 (APPNOTE 4.5.3).
std::string archive64(const std::string& data, std::uint64_t stored, std::uint64_t unpacked,
                      unsigned method) {
  const auto* bytes = reinterpret_cast<const Bytef*>(data.data());
  const std::uint64_t sum = crc32(0, bytes, static_cast<uInt>(data.size()));
  const std::string extra = number(1, 2) + number(16, 2) + number(unpacked, 8) + number(stored, 8);
  const std::string both = number(45, 2) + number(0, 2) + number(method, 2) + number(0x21, 4) +
                           number(sum, 4) + number(0xFFFFFFFF, 4) + number(0xFFFFFFFF, 4) +
                           number(1, 2) + number(extra.size(), 2);
  const std::string local = "PK\x03\x04" + both + "a" + extra + data;
  const std::string central =
      "PK\x01\x02" + number(45, 2) + both + number(0, 10) + number(0, 4) + "a" + extra;
  return local + central + "PK\x05\x06" + number(0, 4) + number(1, 2) + number(1, 2) +
         number(central.size(), 4) + number(local.size(), 4) + number(0, 2);
}

void read_all(const std::string& bytes) {
  const ZipArchive zip(std::as_bytes(std::span(bytes)), "file.zip");
  for (const ZipArchive::Entry& entry : zip.entries()) zip.read(entry);
}

TEST(ZipArchive, ReadsStoredEntries) {
  const std::string bytes = archive({{.name = "b", .data = "two"}, {.name = "a/c", .data = "one"}});
  const ZipArchive zip(std::as_bytes(std::span(bytes)), "file.zip");
  ASSERT_EQ(zip.entries().size(), 2U);
  EXPECT_EQ(zip.entries()[0].name, "a/c");
  ASSERT_NE(zip.find("b"), nullptr);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(zip.read(*zip.find("b")).get()), 3), "two");
  EXPECT_EQ(zip.find("c"), nullptr);
}

TEST(ZipArchive, HostileEntriesAreRefused) {
  struct Case {
    TestEntry entry;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{.name = "/a", .data = "x"}, "leaves the archive"},
      {{.name = "a/../../b", .data = "x"}, "leaves the archive"},
      {{.name = "..\\b", .data = "x"}, "leaves the archive"},
      {{.name = "a", .data = std::string(20, 'x'), .flags = 1}, "is encrypted"},
      {{.name = "a", .data = "x", .method = 12}, "by method 12"},
      {{.name = "a", .data = "x", .checksum_change = 1}, "entry 'a': CRC"},
      {{.name = "a", .data = "xyz", .method = 8, .claimed = 5}, "entry 'a': "},
      {{.name = "a", .data = "x", .method = 8, .claimed = 0x7FFFFFFF}, "would unpack to more than"},
  };
  for (const Case& one : cases) {
    const auto message = message_of<ModelError>([&] { read_all(archive({one.entry})); });
    EXPECT_NE(message.find(one.message), std::string::npos) << message;
    EXPECT_EQ(message.find("file.zip: "), 0U) << message;
  }
}

TEST(ZipArchive, SizesOfZip64AreReadAndBelievedNoMoreThanOthers) {
  const std::string good = archive64("data", 4, 4, 0);
  const ZipArchive zip(std::as_bytes(std::span(good)), "file.zip");
  EXPECT_EQ(zip.entries().at(0).size, 4U);
  read_all(good);
  for (const std::uint64_t claimed :
       {std::uint64_t{1} << 33U, std::uint64_t{1} << 42U, std::uint64_t{1} << 62U,
        (std::uint64_t{1} << 63U) - 1, ~std::uint64_t{0}}) {
    EXPECT_THROW(read_all(archive64("data", 4, claimed, 8)), ModelError) << claimed;
    EXPECT_THROW(read_all(archive64("data", claimed, claimed, 0)), ModelError) << claimed;
    EXPECT_THROW(read_all(archive64("data", claimed, 4, 8)), ModelError) << claimed;
  }
}

TEST(ZipArchive, ANameTwiceIsRefused) {
  const std::string bytes = archive({{.name = "a", .data = "1"}, {.name = "a", .data = "2"}});
  const auto message = message_of<ModelError>([&] { read_all(bytes); });
  EXPECT_EQ(message.find("file.zip: not a valid ZIP archive: File already exists"), 0U) << message;
}

}  // namespace
}  // namespace storyteller::zip_archive_test
