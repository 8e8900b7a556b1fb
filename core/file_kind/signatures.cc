#include "core/file_kind/signatures.h"

#include <algorithm>
#include <iterator>

namespace storyteller::file_kind {
namespace {

using namespace std::string_view_literals;
using enum FileFamily;

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  FileKind kind;
};

constexpr auto kRaw = "develop it: darktable-cli FILE OUT.jpg"sv;
constexpr auto kGunzip = "unpack it: gunzip -k FILE"sv;
constexpr auto kUntar = "unpack it: tar -xf FILE"sv;

// From the formats' specifications. The first that fits counts: longer ones come before those that
// they begin with.
constexpr Signature kSignatures[] = {
    {0, "\xff\xd8\xff"sv, {kJpeg, "a JPEG picture"}},
    {12,
     "CgBI"sv,
     {kPicture, "a picture packed for iPhones by Apple's build tools (CgBI)",
      "convert it on a Mac: xcrun -sdk iphoneos pngcrush -revert-iphone-optimizations FILE "
      "OUT.png"}},
    {0, "\x89PNG\r\n\x1a\n"sv, {kPng, "a PNG picture"}},

    {0, "GIF8"sv, {kPicture, "a GIF picture", kMagickFirst}},
    {8, "CR\2\0"sv, {kPicture, "a camera's raw picture (Canon CR2)", kRaw}},
    {0, "II\x1a\0\0\0HEAPCCDR"sv, {kPicture, "a camera's raw picture (Canon CRW)", kRaw}},
    {0, "IIRO"sv, {kPicture, "a camera's raw picture (Olympus ORF)", kRaw}},
    {0, "IIRS"sv, {kPicture, "a camera's raw picture (Olympus ORF)", kRaw}},
    {0, "MMOR"sv, {kPicture, "a camera's raw picture (Olympus ORF)", kRaw}},
    {0, "IIU\0"sv, {kPicture, "a camera's raw picture (Panasonic RW2)", kRaw}},
    {0, "FUJIFILMCCD-RAW"sv, {kPicture, "a camera's raw picture (Fujifilm RAF)", kRaw}},
    {0, "\0MRM"sv, {kPicture, "a camera's raw picture (Minolta MRW)", kRaw}},
    {0, "FOVb"sv, {kPicture, "a camera's raw picture (Sigma X3F)", kRaw}},
    {0, "II*\0"sv, {kPicture, "a TIFF picture", kMagickFirst}},
    {0, "MM\0*"sv, {kPicture, "a TIFF picture", kMagickFirst}},
    {0, "II+\0"sv, {kPicture, "a BigTIFF picture", kMagickFirst}},
    {0, "MM\0+"sv, {kPicture, "a BigTIFF picture", kMagickFirst}},
    {0, "II\xbc\1"sv, {kPicture, "a JPEG XR picture", "convert it: JxrDecApp -i FILE -o OUT.bmp"}},
    {0,
     "\0\0\0\x0cJXL \r\n\x87\n"sv,
     {kPicture, "a JPEG XL picture", "convert it: djxl FILE OUT.jpg"}},
    {0, "\xff\x0a"sv, {kPicture, "a JPEG XL picture", "convert it: djxl FILE OUT.jpg"}},
    {0, "\0\0\0\x0cjP  \r\n\x87\n"sv, {kPicture, "a JPEG 2000 picture", kMagick}},
    {0, "\xff\x4f\xff\x51"sv, {kPicture, "a JPEG 2000 picture", kMagick}},
    {0, "\0\0\1\0"sv, {kPicture, "an icon (ICO)", kMagickFirst}},
    {0, "\0\0\2\0\0\0\0\0\0"sv, {kPicture, "a Targa picture (TGA)", kMagick}},
    {0, "\0\0\x0a\0\0\0\0\0\0"sv, {kPicture, "a Targa picture (TGA)", kMagick}},
    {0, "\0\0\2\0"sv, {kPicture, "a cursor (CUR)", kMagickFirst}},
    {0, "icns"sv, {kPicture, "an icon (ICNS)", kMagickFirst}},
    {0, "8BPS"sv, {kPicture, "a Photoshop document", kMagickFirst}},
    {0, "gimp xcf"sv, {kPicture, "a GIMP document", "convert it: magick FILE -flatten OUT.png"}},
    {0, "\x76\x2f\x31\1"sv, {kPicture, "an OpenEXR picture", kMagick}},
    {0, "qoif"sv, {kPicture, "a QOI picture", kMagick}},
    {0, "DDS "sv, {kPicture, "a DirectDraw texture (DDS)", kMagick}},
    {0, "SDPX"sv, {kPicture, "a DPX picture", kMagick}},
    {0, "XPDS"sv, {kPicture, "a DPX picture", kMagick}},
    {0, "SIMPLE  ="sv, {kPicture, "a FITS picture", kMagick}},
    {0, "BPG\xfb"sv, {kPicture, "a BPG picture", "convert it: bpgdec -o OUT.png FILE"}},
    {0, "FLIF"sv, {kPicture, "a FLIF picture", "convert it: flif -d FILE OUT.png"}},
    {0, "\x8bJNG\r\n\x1a\n"sv, {kPicture, "a JNG picture", kMagick}},
    {0, "\x8aMNG\r\n\x1a\n"sv, {kPicture, "an MNG animation", kMagickFirst}},
    {0, "\x59\xa6\x6a\x95"sv, {kPicture, "a Sun raster picture", kMagick}},
    {0, "\xd7\xcd\xc6\x9a"sv, {kPicture, "a Windows metafile (WMF)", kMagick}},
    {128, "DICM"sv, {kPicture, "a DICOM picture", kMagick}},
    {0,
     "%PDF"sv,
     {kPicture, "a PDF document", "make pictures of its pages: pdftoppm -png FILE OUT"}},
    {0,
     "%!PS"sv,
     {kPicture, "a PostScript document", "convert it: magick -density 150 FILE OUT.png"}},
    {0,
     "AT&TFORM"sv,
     {kPicture, "a DjVu document",
      "convert it: ddjvu -format=ppm -page=1 FILE | magick - OUT.png"}},

    {0, "\x1a\x45\xdf\xa3"sv, {kFilm, "a film (WebM or Matroska)", kFrame}},
    {0, "FLV\1"sv, {kFilm, "a film (Flash)", kFrame}},
    {0, "\0\0\1\xba"sv, {kFilm, "a film (MPEG)", kFrame}},
    {0, "\0\0\1\xb3"sv, {kFilm, "a film (MPEG)", kFrame}},
    {0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"sv, {kFilm, "a film or sound (Windows Media)", kFrame}},
    {4, "moov"sv, {kFilm, "a film (QuickTime)", kFrame}},
    {4, "mdat"sv, {kFilm, "a film (QuickTime)", kFrame}},
    {4, "wide"sv, {kFilm, "a film (QuickTime)", kFrame}},
    {0, "OggS"sv, {kSound, "sound, perhaps a film (Ogg)", kFrame}},
    {0, "ID3\3"sv, {kSound, "a sound recording (MP3)"}},
    {0, "ID3\4"sv, {kSound, "a sound recording (MP3)"}},
    {0, "fLaC"sv, {kSound, "a sound recording (FLAC)"}},
    {0, "MThd"sv, {kSound, "a piece of music (MIDI)"}},
    {0, "#!AMR"sv, {kSound, "a sound recording (AMR)"}},
    {8, "AIFF"sv, {kSound, "a sound recording (AIFF)"}},
    {8, "AIFC"sv, {kSound, "a sound recording (AIFF)"}},

    {0,
     "\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv,
     {kTorch, "weights of PyTorch (before 1.6)"}},
    {0, "\x93NUMPY"sv, {kNumpy, "a NumPy array (.npy)"}},
    {0,
     "\x89HDF\r\n\x1a\n"sv,
     {kOtherWeights, "an HDF5 file (weights of Keras, a table of MATLAB or h5py)", kSaveAs}},
    {0, "GGUF"sv, {kOtherWeights, "weights of llama.cpp (GGUF)", kSaveAs}},
    {0, "lmgg"sv, {kOtherWeights, "weights of llama.cpp (GGML)", kSaveAs}},
    {0, "tjgg"sv, {kOtherWeights, "weights of llama.cpp (GGML)", kSaveAs}},
    {0,
     "\4\0\0\0\1\0\0\0\3\0\0\0V "sv,
     {kOtherWeights, "an object of Lua's Torch7 (.t7)", kSaveAs}},
    {4, "TFL3"sv, {kOtherWeights, "a TensorFlow Lite model", kSaveAs}},
    {0, "\x80\2"sv, {kOtherWeights, "a Python pickle", kSaveAs}},
    {0, "\x80\3"sv, {kOtherWeights, "a Python pickle", kSaveAs}},
    {0, "\x80\4"sv, {kOtherWeights, "a Python pickle", kSaveAs}},
    {0, "\x80\5"sv, {kOtherWeights, "a Python pickle", kSaveAs}},
    {0, "MATLAB "sv, {kOtherWeights, "a MATLAB file (.mat)", kSaveAs}},
    {0, "CDF\1"sv, {kOtherWeights, "a NetCDF file", kSaveAs}},
    {0, "CDF\2"sv, {kOtherWeights, "a NetCDF file", kSaveAs}},
    {0, "PAR1"sv, {kOther, "a Parquet table", "write its pictures or rows out with pandas"}},
    {0, "ARROW1"sv, {kOther, "an Arrow table", "write its pictures or rows out with pandas"}},

    {0, "\x1f\x8b"sv, {kArchive, "a gzip file", kGunzip}},
    {4, "1AY&SY"sv, {kArchive, "a bzip2 file", "unpack it: bunzip2 -k FILE"}},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     {kArchive, "an xz file", "unpack it: unxz -k FILE"}},
    {0, "\x28\xb5\x2f\xfd"sv, {kArchive, "a Zstandard file", "unpack it: unzstd FILE"}},
    {0, "\4\x22\x4d\x18"sv, {kArchive, "an LZ4 file", "unpack it: unlz4 FILE"}},
    {0, "7z\xbc\xaf\x27\x1c"sv, {kArchive, "a 7-Zip archive", "unpack it: 7z x FILE"}},
    {0, "Rar!\x1a\7"sv, {kArchive, "a RAR archive", "unpack it: unrar x FILE"}},
    {257, "ustar"sv, {kArchive, "a tar archive", kUntar}},

    {0,
     "\0\5\x16\7"sv,
     {kOther, "a companion file of macOS", "give the file whose name lacks the '._'"}},
    {0, "\0\0\0\1Bud1"sv, {kOther, "a folder's .DS_Store of macOS"}},
    {0,
     "bplist00"sv,
     {kPointer, "a property list of macOS (a file left in iCloud, a shortcut)",
      "download the file itself"}},
    {0,
     "L\0\0\0\1\x14\2\0"sv,
     {kPointer, "a shortcut of Windows (.lnk)", "give the file that it leads to"}},
    {0,
     "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv,
     {kOther, "an old Office document or Windows' Thumbs.db"}},
    {0, "SQLite format 3"sv, {kOther, "an SQLite database"}},
    {0,
     "\x7f"
     "ELF"sv,
     {kOther, "a program"}},
    {0, "MZ\x90\0"sv, {kOther, "a program of Windows"}},
    {0, "\xcf\xfa\xed\xfe"sv, {kOther, "a program of macOS"}},
    {0, "\xca\xfe\xba\xbe"sv, {kOther, "a program"}},
    {0, "Salted__"sv, {kOther, "an encrypted file", "decrypt it first"}},
    {0, "age-encryption.org"sv, {kOther, "an encrypted file", "decrypt it first"}},
    {0, "wOFF"sv, {kOther, "a font"}},
    {0, "wOF2"sv, {kOther, "a font"}},
    {0, "OTTO"sv, {kOther, "a font"}},
    {0, "\0\1\0\0\0"sv, {kOther, "a font"}},
};

}  // namespace

FileKind kind_by_signature(std::string_view head) {
  const auto* found = std::find_if(
      std::begin(kSignatures), std::end(kSignatures), [head](const Signature& signature) {
        return head.size() >= signature.offset &&
               head.substr(signature.offset).starts_with(signature.bytes);
      });
  return found == std::end(kSignatures) ? FileKind{} : found->kind;
}

}  // namespace storyteller::file_kind
