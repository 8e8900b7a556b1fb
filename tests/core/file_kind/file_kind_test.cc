#include "core/file_kind/file_kind.h"

#include <gtest/gtest.h>

#include <string>

namespace storyteller::file_kind_test {
namespace {

using namespace std::string_view_literals;
using enum FileFamily;

FileKind kind_of(std::string_view text) { return identify_file(std::as_bytes(std::span(text))); }

std::string padded(std::string_view head, char with = '\0') {
  return std::string(head) + std::string(300, with);
}

struct Row {
  std::string_view bytes;
  FileFamily family;
  std::string_view what;
};

TEST(FileKind, TellsWhatBytesAre) {
  const Row rows[] = {
      {"\xff\xd8\xff\xe0"sv, kJpeg, "a JPEG picture"},
      {"\x89PNG\r\n\x1a\n"sv, kPng, "a PNG picture"},
      {"GIF89a"sv, kPicture, "a GIF picture"},
      {"RIFF\0\1\0\0WEBPVP8 "sv, kPicture, "a WebP picture"},
      {"\0\0\0\x18"
       "ftypheic"sv,
       kPicture, "a HEIC picture"},
      {"\0\0\0\x18"
       "ftyphevc"sv,
       kPicture, "a HEIC picture"},
      {"\0\0\0\x18"
       "ftypmsf1"sv,
       kPicture, "a HEIC picture"},
      {"\0\0\0\x18"
       "ftypmif1\0\0\0\0mif1heic"sv,
       kPicture, "a HEIC picture"},
      {"\0\0\0\x18"
       "ftypmif1\0\0\0\0mif1avif"sv,
       kPicture, "an AVIF picture"},
      {"\0\0\0\x18"
       "ftypavis"sv,
       kPicture, "an AVIF picture"},
      {"\0\0\0\x18"
       "ftypcrx "sv,
       kPicture, "a camera's raw picture (Canon CR3)"},
      {"II*\0\x10\0\0\0CR\2\0"sv, kPicture, "a camera's raw picture (Canon CR2)"},
      {"II*\0\x10\0\0\0"sv, kPicture, "a TIFF picture"},
      {"\0\0\0\x18"
       "ftypisom"sv,
       kFilm, "a film (MP4)"},
      {"\0\0\0\x18"
       "ftypM4A "sv,
       kSound, "a sound recording (M4A)"},
      {"RIFF\0\1\0\0AVI LIST"sv, kFilm, "a film (AVI)"},
      {"RIFF\0\1\0\0WAVEfmt "sv, kSound, "a sound recording (WAV)"},
      {"\x89HDF\r\n\x1a\n"sv, kOtherWeights,
       "an HDF5 file (weights of Keras, a table of MATLAB or h5py)"},
      {"\x08\x07\x12\x07pytorch\x1a\x05"
       "2.0.0"sv,
       kOtherWeights, "an ONNX model"},
      {"\x08\x01\x12\x00"sv, kOtherWeights, "a saved model of TensorFlow (protobuf)"},
      {"\x0a\x10\x0a\x05input\x12\x0bPlaceholder"sv, kOtherWeights,
       "a graph of TensorFlow (protobuf)"},
      {"\x04\0\0\0\x01\0\0\0\x03\0\0\0V 1"sv, kOtherWeights, "an object of Lua's Torch7 (.t7)"},
      {"\x20\0\0\0\0\0\0\0{\"__metadata__\""sv, kSafetensors, "weights as safetensors"},
      {"PK\3\4"sv, kArchive, "a ZIP archive"},
      {"\x1f\x8b\x08\0"sv, kArchive, "a gzip file"},
  };
  for (const Row& row : rows) {
    const FileKind kind = kind_of(padded(row.bytes));
    EXPECT_EQ(kind.what, row.what);
    EXPECT_EQ(kind.family, row.family) << row.what;
  }
}

TEST(FileKind, ReadsTextsFromTheirBeginning) {
  const Row rows[] = {
      {"Dear diary,\n"sv, kText, "text"},
      {"BMI tables, a text that begins like a bitmap\n"sv, kText, "text"},
      {"\xff\xfe"
       "D\0e\0"sv,
       kText, "text (UTF-16)"},
      {"Datei gel\xf6scht\n"sv, kText, "text"},
      {"\n<!DOCTYPE html>\n<html>"sv, kFailedDownload, "a web page"},
      {"<?xml version='1.0'?><!DOCTYPE html><html>"sv, kFailedDownload, "a web page"},
      {"<html><body><svg xmlns="sv, kFailedDownload, "a web page"},
      {"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'/>"sv, kPicture, "an SVG drawing"},
      {"<?xml version='1.0'?><Error><Code>AccessDenied"sv, kFailedDownload,
       "a server's error message (XML)"},
      {"{\"error\": \"Forbidden\", \"code\": 403}"sv, kFailedDownload,
       "a server's error message (JSON)"},
      {"{\"model_type\": \"blip\"}\n"sv, kText, "JSON text"},
      {"Entry not found"sv, kFailedDownload, "a server's error message"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"sv, kPointer,
       "a Git LFS pointer"},
      {"/annex/objects/SHA256E-s123--0.jpg\n"sv, kPointer, "a git-annex pointer"},
      {"data:image/jpeg;base64,/9j/4AAQSkZJRg==\n"sv, kSpoilt, "a picture as base64 text"},
      {"[InternetShortcut]\r\nURL=http://example.org/a.jpg\r\n"sv, kPointer,
       "a shortcut to a web address"},
      {"P6\n2 2\n255\n\x80\x90"sv, kPicture, "a Netpbm picture (PPM, PGM, PBM)"},
      {"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n"sv, kPicture, "a Radiance picture (HDR)"},
  };
  for (const Row& row : rows) {
    const FileKind kind = kind_of(row.bytes);
    EXPECT_EQ(kind.what, row.what);
    EXPECT_EQ(kind.family, row.family) << row.what;
  }
}

TEST(FileKind, FindsAPictureBehindOtherBytes) {
  EXPECT_EQ(kind_of("\x89PNG\n\x1a\n").what, "a PNG picture damaged by a transfer as text");
  const FileKind kind = kind_of("HTTP/1.1 200 OK\r\n\r\n\xff\xd8\xff\xe0"sv);
  EXPECT_EQ(kind.family, kSpoilt);
  EXPECT_EQ(way_out(kind, FileUse::kPicture, "a.jpg"),
            "cut them off: tail -c +20 a.jpg > a-converted.jpg");
}

TEST(FileKind, KnowsWeightsOfPyTorchAndNumpyByTheFirstNameInTheArchive) {
  const auto zip = [](std::string name) {
    std::string head = "PK\3\4" + std::string(22, '\0');
    head += static_cast<char>(name.size());
    return head + std::string(3, '\0') + name;
  };
  EXPECT_EQ(kind_of(zip("archive/data.pkl")).family, kTorch);
  EXPECT_EQ(kind_of(zip("conv1.weight.npy")).family, kNumpy);
  EXPECT_EQ(kind_of(zip("resnet18.pth")).family, kArchive);
}

TEST(FileKind, DoesNotKnowEverything) {
  EXPECT_EQ(kind_of("").what, "unknown content");
  EXPECT_EQ(kind_of("\x01\x02\x00\xfe"sv).family, kUnknown);
  EXPECT_EQ(kind_of(std::string(5000, '\0')).what, "zero bytes, of an unfinished copy");
  // Heads that end anywhere.
  for (const std::string_view head : {"\0\0\0\x18"
                                      "ftypmif1\0\0\0\0mif1avif"sv,
                                      "PK\3\4\0\0\0\0"sv, "\x0a\x10\x0a\x05input\x12\x0bP"sv,
                                      "RIFF\0\1\0\0WEBP"sv, "\x08\x07\x12\x07pytorch"sv}) {
    for (std::size_t size = 0; size <= head.size(); ++size) {
      EXPECT_FALSE(kind_of(head.substr(0, size)).what.empty());
    }
  }
}

TEST(WayOut, IsACommandThatTheShellTakes) {
  const FileKind heic =
      kind_of(padded("\0\0\0\x18"
                     "ftypheic"sv));
  EXPECT_EQ(way_out(heic, FileUse::kPicture, "a/IMG_1.HEIC"),
            "convert it: heif-convert a/IMG_1.HEIC a/IMG_1.jpg");
  EXPECT_EQ(way_out(heic, FileUse::kPicture, "it's.jpg"),
            "convert it: heif-convert 'it'\\''s.jpg' 'it'\\''s-converted.jpg'");
  EXPECT_EQ(way_out(heic, FileUse::kPicture, "-a.heic"),
            "convert it: heif-convert ./-a.heic ./-a.jpg");
  EXPECT_EQ(way_out(heic, FileUse::kPicture, ""), "convert it: heif-convert FILE FILE.jpg");
  EXPECT_EQ(way_out(heic, FileUse::kPicture, std::string(5000, 'x')),
            "convert it: heif-convert FILE FILE.jpg");
  EXPECT_EQ(way_out(kind_of("GIF89a"), FileUse::kPicture, "a b.gif"),
            "convert it: magick 'a b.gif[0]' 'a b.png'");
}

TEST(WayOut, DependsOnWhatIsWanted) {
  const FileKind jpeg = kind_of("\xff\xd8\xff\xe0");
  EXPECT_EQ(way_out(jpeg, FileUse::kWeights, "a.jpg"), "give a file of weights");
  const FileKind gzip = kind_of(padded("\x1f\x8b\x08\0"sv));
  EXPECT_EQ(way_out(gzip, FileUse::kWeights, "m.gz"), "unpack it: gunzip -k m.gz");
  EXPECT_EQ(way_out(gzip, FileUse::kPicture, "m.gz"), "unpack it: gunzip -k m.gz");
  EXPECT_EQ(way_out(kind_of("notes"), FileUse::kPicture, "a.txt"), "give a .jpg or .png file");
  EXPECT_EQ(way_out(kind_of("notes"), FileUse::kWeights, "a.txt"),
            "safetensors, PyTorch's .pth and NumPy's .npz and .npy are read");
}

}  // namespace
}  // namespace storyteller::file_kind_test
