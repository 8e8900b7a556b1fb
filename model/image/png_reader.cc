#include "model/image/png_reader.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "model/image/box_reducer.h"
#include "model/image/png_chunks.h"
#include "model/image/size_limits.h"

namespace storyteller {
namespace {

// A text or colour profile chunk may unpack to a thousand times its size: bound both.
constexpr png_uint_32 kMaxAncillaryChunks = 256;
constexpr png_alloc_size_t kMaxChunkBytes = png_alloc_size_t{8} << 20;
constexpr std::size_t kChunkHeaderBytes = 8;  // length and type
constexpr std::uint8_t kMissingGray = 128;    // as libjpeg leaves missing blocks
/// Deflate makes 1032 bytes of one at best, each eight pixels of a bit.
constexpr std::int64_t kMostPixelsAPngByte = 8 * 1032;

/// The smallest factor that leaves at most kMaxImagePixels; a greater one as long as the shorter
/// side keeps `min_side`. 1 for a picture that need not be reduced.
int reduction(std::int64_t width, std::int64_t height, int min_side) {
  if (width * height <= kMaxImagePixels) return 1;
  std::int64_t factor = 2;
  while (width * height > kMaxImagePixels * factor * factor) ++factor;
  if (min_side > 0) factor = std::max(factor, std::min(width, height) / min_side);
  return static_cast<int>(std::min<std::int64_t>(factor, 16));
}

/// libpng's reader over bytes in memory. Immovable: libpng keeps pointers into it.
class PngReader {
 public:
  PngReader(std::span<const std::byte> bytes, std::string name, const PngReading& reading)
      : bytes_(bytes), name_(std::move(name)), reading_(reading) {
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
      if (reading_.lenient) {
        png_set_crc_action(png_, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
        png_set_option(png_, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
      }
      set_transformations();
    });
    if (!ok) fail_png(name_, errors_.message);
  }

  /// After read_header(), before anything of the picture's size is allocated.
  void check_size() {
    const std::int64_t w = png_get_image_width(png_, info_);
    const std::int64_t h = png_get_image_height(png_, info_);
    if (passes_ > 1 && w * h > kMaxImagePixels && w * h <= kMaxPngPixels) {
      throw InputError(name_ + ": an interlaced PNG of " + std::to_string(w) + "x" +
                       std::to_string(h) + " pixels; of those at most " +
                       std::to_string(kMaxImagePixels / 1'000'000) + " megapixels are read; " +
                       way_out({.family = FileFamily::kPicture,
                                .remedy = "save it without: magick FILE -interlace none OUT.png"},
                               FileUse::kPicture, name_));
    }
    check_image_size(w, h, kMaxPngPixels, "PNG", name_);
    check_bytes_for_pixels(w * h, static_cast<std::int64_t>(bytes_.size()), kMostPixelsAPngByte,
                           name_);
    const bool ok = run_guarded(&errors_, [this] {
      png_read_update_info(png_, info_);
      if (png_get_rowbytes(png_, info_) != std::size_t{3} * png_get_image_width(png_, info_)) {
        png_error(png_, "unexpected row format");
      }
    });
    if (!ok) fail_png(name_, errors_.message);
  }

  PngPicture read_picture() {
    PngPicture picture{.image = {},
                       .transparent = transparent_,
                       .passes = passes_,
                       .rows = height(),
                       .message = {},
                       .metadata = {}};
    const int factor = reduction(width(), height(), reading_.min_side);
    if (passes_ == 1) {
      read_rows(factor, &picture);
    } else {
      read_passes(&picture);
    }
    read_rest(&picture);
    return picture;
  }

 private:
  int width() const { return static_cast<int>(png_get_image_width(png_, info_)); }
  int height() const { return static_cast<int>(png_get_image_height(png_, info_)); }

  /// Reads the first row, before the picture is allocated: a header alone fails here.
  bool read_first_row(std::vector<std::uint8_t>* row, PngPicture* picture) {
    row->assign(std::size_t{3} * width(), kMissingGray);
    // Interlaced: what a pass gives is widened into blocks until a later one refines.
    const bool done = run_guarded(&errors_, [&] {
      png_read_row(png_, passes_ == 1 ? row->data() : nullptr,
                   passes_ == 1 ? nullptr : row->data());
    });
    if (!done) picture->message = errors_.message;
    return done;
  }

  void read_rows(int factor, PngPicture* picture) {
    std::vector<std::uint8_t> row;
    if (!read_first_row(&row, picture)) return;
    picture->rows_done = 1;
    BoxReducer reducer(width(), height(), factor, kMissingGray);
    reducer.add_row(0, row.data());
    const bool whole = run_guarded(&errors_, [&] {
      for (int y = 1; y < picture->rows; ++y) {
        png_read_row(png_, row.data(), nullptr);
        reducer.add_row(y, row.data());
        picture->rows_done = y + 1;
      }
    });
    picture->passes_done = whole ? 1 : 0;
    if (!whole) picture->message = errors_.message;
    picture->image = std::move(reducer.image());
  }

  void read_passes(PngPicture* picture) {
    std::vector<std::uint8_t> first;
    if (!read_first_row(&first, picture)) return;
    picture->rows_done = 1;
    Image& image = picture->image;
    image.width = width();
    image.height = height();
    image.rgb.assign(std::size_t{3} * image.width * image.height, kMissingGray);
    std::copy(first.begin(), first.end(), image.row(0));
    const bool whole = run_guarded(&errors_, [&] {
      for (int pass = 0; pass < passes_; ++pass) {
        for (int y = pass == 0 ? 1 : 0; y < image.height; ++y) {
          png_read_row(png_, nullptr, image.row(y));
          picture->rows_done = y + 1;
        }
        picture->passes_done = pass + 1;
        if (pass + 1 < passes_) picture->rows_done = 0;
      }
    });
    if (!whole) picture->message = errors_.message;
  }

  /// Chunks behind the pixels, then what all of them say. Nothing of it is worth an error.
  void read_rest(PngPicture* picture) {
    if (picture->complete()) {
      (void)run_guarded(&errors_, [this] { png_read_end(png_, info_); });
    }
    png_textp texts = nullptr;
    int count = 0;
    png_charp profile_name = nullptr;
    int compression = 0;
    png_bytep profile = nullptr;
    png_uint_32 profile_bytes = 0;
    (void)run_guarded(&errors_, [&] {
      png_get_text(png_, info_, &texts, &count);
      png_get_iCCP(png_, info_, &profile_name, &compression, &profile, &profile_bytes);
    });
    for (int i = 0; i < count; ++i) add_text(texts[i], &picture->metadata);
    const bool colored = (png_get_color_type(png_, info_) & PNG_COLOR_MASK_COLOR) != 0;
    if (profile != nullptr && colored) {
      picture->metadata.color_profile.assign(reinterpret_cast<const char*>(profile), profile_bytes);
    }
    add_exif_chunks(&picture->metadata);
  }

  static void add_text(const png_text& text, PictureMetadata* metadata) {
    if (text.key == nullptr || text.text == nullptr) return;
    const std::string_view key(text.key);
    const std::string_view value(text.text,
                                 text.compression > 0 ? text.itxt_length : text.text_length);
    if (key == "XML:com.adobe.xmp") {
      metadata->xmp.emplace_back(value);
    } else if (key == "Raw profile type exif") {
      metadata->exif.emplace_back(without_exif_header(raw_profile(value)));
    } else if (key == "Raw profile type APP1") {
      add_app1(raw_profile(value), metadata);
    } else if (key == "Raw profile type xmp") {
      metadata->xmp.emplace_back(raw_profile(value));
    }
  }

  /// libpng drops an eXIf chunk that begins with the header that it has in a JPEG, and a second.
  void add_exif_chunks(PictureMetadata* metadata) const {
    std::vector<std::string> found;
    PngChunks chunks({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
    for (auto chunk = chunks.next(); chunk; chunk = chunks.next()) {
      if (chunk->type != "eXIf" || found.size() >= kMaxAncillaryChunks) continue;
      found.emplace_back(without_exif_header(chunk->data));
    }
    metadata->exif.insert(metadata->exif.begin(), found.begin(), found.end());
  }

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

  /// Whatever the file has becomes 8-bit RGB over the background.
  void set_transformations() {
    png_set_scale_16(png_);
    png_set_expand(png_);
    png_set_gray_to_rgb(png_);
    transparent_ = (png_get_color_type(png_, info_) & PNG_COLOR_MASK_ALPHA) != 0 ||
                   png_get_valid(png_, info_, PNG_INFO_tRNS) != 0;
    if (transparent_) {
      const bool deep = png_get_bit_depth(png_, info_) == 16;
      const auto level = static_cast<png_uint_16>(reading_.background * (deep ? 257 : 1));
      const png_color_16 under{
          .index = 0, .red = level, .green = level, .blue = level, .gray = level};
      png_set_background(png_, &under, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    }
    passes_ = png_set_interlace_handling(png_);
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
  std::string name_;
  PngReading reading_;
  PngErrors errors_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int passes_ = 1;
  bool transparent_ = false;
};

}  // namespace

PngPicture read_png(std::span<const std::byte> bytes, const std::string& name,
                    const PngReading& reading) {
  PngReader reader(bytes, name, reading);
  reader.read_header();
  reader.check_size();
  return reader.read_picture();
}

void fail_png(const std::string& name, const std::string& message) {
  throw InputError(name + ": undecodable PNG (" + message +
                   "); copy it again, or save it again in a picture editor");
}

}  // namespace storyteller
