#include "model/image/encode.h"

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "model/image/jpeg_errors.h"
#include "model/image/png_errors.h"

namespace storyteller {
namespace {

void check_not_empty(const Image& image, const char* function) {
  if (image.width > 0 && image.height > 0 &&
      image.rgb.size() == std::size_t{3} * image.width * image.height) {
    return;
  }
  throw InternalError(std::string(function) + ": " + std::to_string(image.width) + "x" +
                      std::to_string(image.height) + " picture with " +
                      std::to_string(image.rgb.size()) + " bytes");
}

/// libpng's write callback. An exception must not cross libpng's frames: it becomes an error.
void append(png_structp png, png_bytep data, std::size_t size) {
  auto* out = static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
  bool appended = true;
  try {
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    out->insert(out->end(), bytes, bytes + size);
  } catch (const std::exception&) {
    appended = false;
  }
  if (!appended) png_error(png, "out of memory");
}

struct PngWriter {
  PngWriter()
      : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors, give_up_png,
                                    keep_png_warning)) {
    if (png != nullptr) info = png_create_info_struct(png);
    if (info != nullptr) return;
    png_destroy_write_struct(&png, nullptr);
    throw MemoryError("encode_png: libpng could not be started; free some memory");
  }
  ~PngWriter() { png_destroy_write_struct(&png, &info); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  PngErrors errors;
  png_structp png = nullptr;
  png_infop info = nullptr;
};

struct JpegWriter {
  JpegWriter() {
    info.err = install(&errors);
    if (!run_guarded(&errors, [this] { jpeg_create_compress(&info); })) {
      throw MemoryError(std::string("encode_jpeg: ") + errors.message);
    }
  }
  ~JpegWriter() {
    jpeg_destroy_compress(&info);
    std::free(bytes);  // jpeg_mem_dest allocates with malloc
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  JpegErrors errors{};
  jpeg_compress_struct info{};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's type
};

}  // namespace

std::vector<std::byte> encode_png(const Image& image, const PngText& text) {
  check_not_empty(image, "encode_png");
  std::vector<std::byte> out;
  PngWriter writer;
  const bool ok = run_guarded(&writer.errors, [&] {
    png_set_write_fn(writer.png, &out, append, [](png_structp) {});
    // Of photographs, in 40 % of the time of zlib's default; the file is 3 % larger.
    png_set_compression_level(writer.png, 4);
    png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(image.width),
                 static_cast<png_uint_32>(image.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (!text.keyword.empty()) {
      png_text_struct chunk{};
      chunk.compression = PNG_TEXT_COMPRESSION_NONE;
      chunk.key = const_cast<char*>(text.keyword.c_str());
      chunk.text = const_cast<char*>(text.text.c_str());
      png_set_text(writer.png, writer.info, &chunk, 1);
    }
    png_write_info(writer.png, writer.info);
    for (int y = 0; y < image.height; ++y) png_write_row(writer.png, image.row(y));
    png_write_end(writer.png, writer.info);
  });
  if (!ok) throw InternalError(std::string("encode_png: ") + writer.errors.message);
  return out;
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  check_not_empty(image, "encode_jpeg");
  JpegWriter writer;
  const bool ok = run_guarded(&writer.errors, [&] {
    jpeg_mem_dest(&writer.info, &writer.bytes, &writer.size);
    writer.info.image_width = static_cast<JDIMENSION>(image.width);
    writer.info.image_height = static_cast<JDIMENSION>(image.height);
    writer.info.input_components = 3;
    writer.info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&writer.info);
    jpeg_set_quality(&writer.info, quality, TRUE);
    if (quality >= 90) {
      writer.info.comp_info[0].h_samp_factor = 1;
      writer.info.comp_info[0].v_samp_factor = 1;
    }
    writer.info.optimize_coding = TRUE;
    jpeg_start_compress(&writer.info, TRUE);
    while (writer.info.next_scanline < writer.info.image_height) {
      // libjpeg only reads the row; its interface predates const.
      auto* row = const_cast<JSAMPROW>(image.row(static_cast<int>(writer.info.next_scanline)));
      jpeg_write_scanlines(&writer.info, &row, 1);
    }
    jpeg_finish_compress(&writer.info);
  });
  if (!ok) throw InternalError(std::string("encode_jpeg: ") + writer.errors.message);
  const auto* begin = reinterpret_cast<const std::byte*>(writer.bytes);
  return {begin, begin + writer.size};
}

void write_png(const std::filesystem::path& path, const Image& image, const PngText& text) {
  write_file_atomically(path, std::span<const std::byte>(encode_png(image, text)));
}

}  // namespace storyteller
