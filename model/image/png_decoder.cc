#include "model/image/png_decoder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "model/image/orientation.h"
#include "model/image/png_errors.h"
#include "model/image/size_limits.h"

namespace storyteller {
namespace {

// A text or colour profile chunk may unpack to a thousand times its size: bound both.
constexpr png_uint_32 kMaxAncillaryChunks = 256;
constexpr png_alloc_size_t kMaxChunkBytes = png_alloc_size_t{8} << 20;
constexpr std::size_t kChunkHeaderBytes = 8;  // length and type
constexpr std::uint8_t kMissing = 128;        // gray, as libjpeg leaves missing blocks

/// libpng's reader over bytes in memory. Immovable: libpng keeps pointers into it.
class PngReader {
 public:
  PngReader(std::span<const std::byte> bytes, std::string name)
      : bytes_(bytes), name_(std::move(name)) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &errors_, give_up_png, keep_png_warning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw MemoryError(name_ + ": libpng could not be started; free some memory");
    }
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  void read_header() {
    const bool ok = run_guarded(&errors_, [this] {
      png_set_read_fn(png_, this, [](png_structp png, png_bytep out, std::size_t size) {
        static_cast<PngReader*>(png_get_io_ptr(png))->take(png, out, size);
      });
      png_set_chunk_cache_max(png_, kMaxAncillaryChunks);
      png_set_chunk_malloc_max(png_, kMaxChunkBytes);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // ours has the better message
      png_set_crc_action(png_, PNG_CRC_DEFAULT, PNG_CRC_WARN_DISCARD);
      png_read_info(png_, info_);
    });
    if (!ok) fail();
    check_image_size(png_get_image_width(png_, info_), png_get_image_height(png_, info_), name_);
  }

  /// Fills `image`; false if the data ended or broke after the first row.
  bool read_picture(Image* image) {
    if (!run_guarded(&errors_, [this] { set_transformations(); })) fail();
    image->width = static_cast<int>(png_get_image_width(png_, info_));
    image->height = static_cast<int>(png_get_image_height(png_, info_));
    image->rgb.assign(std::size_t{3} * image->width * image->height, kMissing);
    const bool complete = run_guarded(&errors_, [&] {
      for (int pass = 0; pass < passes_; ++pass) {
        for (int y = 0; y < image->height; ++y) {
          // Interlaced: what earlier passes gave is widened into blocks until a later one refines.
          png_read_row(png_, nullptr, image->row(y));
          started_ = true;
        }
      }
      png_read_end(png_, info_);
    });
    if (!complete && !started_) fail();
    return complete;
  }

  /// From the eXIf chunk; 1 without.
  int orientation() {
    png_bytep exif = nullptr;
    png_uint_32 size = 0;
    if (!run_guarded(&errors_, [&] { png_get_eXIf_1(png_, info_, &size, &exif); })) return 1;
    return exif == nullptr ? 1 : exif_orientation({reinterpret_cast<std::byte*>(exif), size});
  }

  const PngErrors& errors() const { return errors_; }

 private:
  /// libpng's read callback.
  void take(png_structp png, png_bytep out, std::size_t size) {
    if (size > bytes_.size() - position_) png_error(png, "the file ends early");
    std::memcpy(out, bytes_.data() + position_, size);
    position_ += size;
    if (size == kChunkHeaderBytes) shorten_cut_data(out);
  }

  /// libpng takes picture data in pieces of 8 KiB, all or nothing. A data chunk that the end of the
  /// file cuts off is declared as long as it is, so that what there is of it gets decoded.
  void shorten_cut_data(png_bytep header) const {
    const std::size_t rest = bytes_.size() - position_;
    if (std::memcmp(header + 4, "IDAT", 4) == 0 && png_get_uint_32(header) > rest) {
      png_save_uint_32(header, static_cast<png_uint_32>(rest));
    }
  }

  /// Whatever the file has becomes 8-bit RGB over white.
  void set_transformations() {
    png_set_scale_16(png_);
    png_set_expand(png_);
    png_set_gray_to_rgb(png_);
    const bool transparent = (png_get_color_type(png_, info_) & PNG_COLOR_MASK_ALPHA) != 0 ||
                             png_get_valid(png_, info_, PNG_INFO_tRNS) != 0;
    if (transparent) {
      const bool deep = png_get_bit_depth(png_, info_) == 16;
      const png_uint_16 full = deep ? 65535 : 255;
      const png_color_16 white{.index = 0, .red = full, .green = full, .blue = full, .gray = full};
      png_set_background(png_, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    }
    passes_ = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    if (png_get_rowbytes(png_, info_) != std::size_t{3} * png_get_image_width(png_, info_)) {
      png_error(png_, "unexpected row format");
    }
  }

  [[noreturn]] void fail() {
    throw InputError(name_ + ": undecodable PNG (" + errors_.message +
                     "); copy it again, or save it again in a picture editor");
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
  std::string name_;
  PngErrors errors_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int passes_ = 1;
  bool started_ = false;
};

}  // namespace

Image decode_png(std::span<const std::byte> bytes, const std::string& name,
                 ImageWarnings* warnings) {
  PngReader reader(bytes, name);
  reader.read_header();
  Image image;
  const bool complete = reader.read_picture(&image);
  if (!complete && warnings != nullptr) {
    warnings->push_back(name + ": the PNG is truncated or damaged (" + reader.errors().message +
                        "); its missing part is gray");
  }
  return upright(std::move(image), reader.orientation());
}

}  // namespace storyteller
