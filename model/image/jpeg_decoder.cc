#include "model/image/jpeg_decoder.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "model/image/color_profile.h"
#include "model/image/jpeg_errors.h"
#include "model/image/jpeg_layout.h"
#include "model/image/orientation.h"
#include "model/image/size_limits.h"

namespace storyteller {
namespace {

constexpr std::uint8_t kMissing = 128;  // gray, as libjpeg leaves missing blocks
/// A block of 8x8 takes a bit at least, in one component of which the others are smaller copies.
constexpr std::int64_t kMostPixelsAByte = 8 * 64;

std::string as_baseline(const std::string& name) {
  return way_out({.family = FileFamily::kPicture,
                  .remedy = "save it as a baseline JPEG: jpegtran -outfile OUT.jpg FILE"},
                 FileUse::kPicture, name);
}

/// libjpeg's decompressor with its error manager. Immovable: libjpeg keeps pointers into it.
class JpegReader {
 public:
  JpegReader(std::span<const std::byte> bytes, std::string name)
      : bytes_(bytes), name_(std::move(name)) {
    info_.err = install(&errors_);
    errors_.max_scans = kMaxJpegScans;
    if (!run_guarded(&errors_, [this] { jpeg_create_decompress(&info_); })) fail();
    progress_.progress_monitor = enforce_scan_limit;
    info_.progress = &progress_;
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  /// Up to the first scan; everything that limits say is checked here.
  void read_header(const JpegLayout& layout, const DecodeOptions& options) {
    const bool ok = run_guarded(&errors_, [this] {
      jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
      jpeg_read_header(&info_, TRUE);
      several_scans_ = jpeg_has_multiple_scans(&info_) != FALSE;
    });
    if (!ok) fail();
    // Some cameras declare restart markers and write none: the data are those without.
    if (layout.restarts == 0) info_.restart_interval = 0;
    const std::int64_t pixels = std::int64_t{1} * info_.image_width * info_.image_height;
    check_image_size(info_.image_width, info_.image_height, kMaxJpegPixels, "JPEG", name_);
    check_bytes_for_pixels(pixels, static_cast<std::int64_t>(bytes_.size()), kMostPixelsAByte,
                           name_);
    check_coefficients();
    scale_down(options.min_side, pixels);
  }

  /// False where libjpeg gives up before the first row: what is behind decodable_bytes() broke it.
  bool start() {
    const bool cmyk = info_.num_components == 4;
    info_.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    return run_guarded(&errors_, [this] { jpeg_start_decompress(&info_); });
  }

  /// After start() failed: up to the marker that was being read.
  std::size_t decodable_bytes() const {
    std::size_t end = bytes_.size() - std::min(info_.src->bytes_in_buffer, bytes_.size());
    while (end > 0 && bytes_[end - 1] != std::byte{0xff}) --end;
    return end > 0 ? end - 1 : 0;
  }

  Image read_picture() {
    const bool cmyk = info_.num_components == 4;
    std::vector<std::uint8_t> samples(std::size_t{1} * info_.output_width *
                                      info_.output_components);
    if (!read_row(&samples)) fail();  // before the picture is allocated: a header alone fails here
    Image image{.width = static_cast<int>(info_.output_width),
                .height = static_cast<int>(info_.output_height),
                .rgb = {}};
    image.rgb.resize(std::size_t{3} * image.width * image.height);
    for (int y = 0; y < image.height; ++y) {
      if (y > 0 && !read_row(&samples)) {
        std::memset(image.row(y), kMissing, std::size_t{3} * image.width * (image.height - y));
        errors_.ended = {.scan = 1, .row = y, .rows = image.height};
        break;
      }
      if (cmyk) {
        inks_to_light(samples, image.row(y));
      } else {
        std::copy(samples.begin(), samples.end(), image.row(y));
      }
    }
    return image;
  }

  /// What is wrong with the picture that read_picture() returned; "" where nothing is.
  std::string flaw(const JpegLayout& layout) const {
    const JpegErrors::Place& ended = errors_.ended;
    if (ended.scan == 1) return missing(ended);
    const bool cut = ended.scan > 1 || errors_.no_end_marker;
    if (layout.progressive() && (ended.scan > 1 || (cut && !all_detail()))) {
      return "the JPEG ends early (truncated): only a coarse version of the picture arrived";
    }
    if (ended.scan > 1 || (cut && several_scans_ && !layout.progressive() &&
                           info_.input_scan_number < info_.num_components)) {
      return "the JPEG ends early (truncated): some of its colours are missing";
    }
    if (errors_.damaged.scan > 0) return damaged();
    if (errors_.extraneous_scan > 0 && errors_.extraneous_scan < info_.input_scan_number) {
      return "the JPEG is damaged (bytes between its scans belong to none); parts of it may look "
             "wrong";
    }
    if (info_.arith_code != FALSE && errors_.no_end_marker) {
      return "the JPEG has no end marker; if it is truncated, its lower part looks wrong";
    }
    return "";
  }

  [[noreturn]] void fail() const {
    if (errors_.ended.scan > 0) {
      throw InputError(name_ + ": the JPEG ends before the picture begins (truncated); copy or " +
                       "download it again");
    }
    throw InputError(name_ + ": damaged JPEG (" + errors_.message +
                     "); open and save it again in a picture editor");
  }

 private:
  /// A JPEG of several scans is kept as coefficients, two bytes each, until the last has come.
  void check_coefficients() {
    if (!several_scans_) return;
    std::int64_t bytes = 0;
    for (int c = 0; c < info_.num_components; ++c) {
      const jpeg_component_info& component = info_.comp_info[c];
      bytes += std::int64_t{1} * component.width_in_blocks * component.height_in_blocks *
               static_cast<std::int64_t>(sizeof(JBLOCK));
    }
    if (bytes <= kMaxJpegCoefficientBytes) return;
    throw InputError(name_ + ": a progressive JPEG of " + std::to_string(info_.image_width) + "x" +
                     std::to_string(info_.image_height) + " pixels would take " +
                     std::to_string(bytes / 1'000'000) + " MB of memory; " + as_baseline(name_));
  }

  /// The smallest of 1/8, 1/4, 1/2 (those that libjpeg-turbo vectorises) that keeps `min_side`; a
  /// smaller one where more than kMaxImagePixels would be left.
  void scale_down(int min_side, std::int64_t pixels) {
    const auto side = static_cast<int>(std::min(info_.image_width, info_.image_height));
    int scale = 1;
    for (const int divisor : {8, 4, 2}) {
      if (min_side <= 0 || (side + divisor - 1) / divisor < min_side) continue;
      scale = divisor;
      break;
    }
    while (scale < 8 && pixels > kMaxImagePixels * scale * scale) scale *= 2;
    info_.scale_num = 1;
    info_.scale_denom = static_cast<unsigned>(scale);
  }

  bool read_row(std::vector<std::uint8_t>* samples) {
    JSAMPROW row = samples->data();
    return run_guarded(&errors_, [&] { jpeg_read_scanlines(&info_, &row, 1); });
  }

  /// r = (255 - c)(255 - k) / 255 and so on. Adobe's programs store the inks inverted.
  void inks_to_light(const std::vector<std::uint8_t>& inks, std::uint8_t* out) const {
    const std::uint8_t invert = info_.saw_Adobe_marker != FALSE ? 0 : 255;
    for (std::size_t i = 0; i < inks.size(); i += 4) {
      const int k = inks[i + 3] ^ invert;
      for (std::size_t c = 0; c < 3; ++c) {
        *out++ = static_cast<std::uint8_t>(((inks[i + c] ^ invert) * k + 127) / 255);
      }
    }
  }

  /// Whether every coefficient of a progressive picture has come to its last bit.
  bool all_detail() const {
    if (info_.coef_bits == nullptr) return true;
    for (int c = 0; c < info_.num_components; ++c) {
      const int* bits = info_.coef_bits[c];
      if (std::any_of(bits, bits + DCTSIZE2, [](int left) { return left != 0; })) return false;
    }
    return true;
  }

  static long percent_from(const JpegErrors::Place& place) {
    return std::clamp(std::lround(100.0 * (place.rows - place.row) / std::max(place.rows, 1)), 1L,
                      100L);
  }

  static std::string missing(const JpegErrors::Place& place) {
    if (place.rows - place.row <= 1) {
      return "the JPEG ends early (truncated): its last row of blocks is incomplete";
    }
    return "the JPEG ends early (truncated): its lower " + std::to_string(percent_from(place)) +
           " % is gray";
  }

  std::string damaged() const {
    return "the JPEG is damaged (" + std::string(errors_.message) + "): " +
           (several_scans_ ? "parts of it"
                           : "its lower " + std::to_string(percent_from(errors_.damaged)) + " %") +
           " may look wrong";
  }

  std::span<const std::byte> bytes_;
  std::string name_;
  bool several_scans_ = false;
  JpegErrors errors_{};
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct info_{};
};

/// Kinds of JPEG that libjpeg does not decode, though nothing is wrong with them.
void check_process(const JpegLayout& layout, const std::string& name) {
  if (layout.process == 0) return;  // no frame: damaged, which the decoder says
  constexpr std::string_view kByFfmpeg = "convert it: ffmpeg -i FILE OUT.png";
  FileKind kind{.family = FileFamily::kPicture, .what = {}, .remedy = kByFfmpeg};
  if (layout.process == 0xf7) {
    kind.what = "a JPEG-LS picture";
  } else if (layout.process == 0xc3 || layout.process == 0xcb) {
    kind.what = "a lossless JPEG";
  } else if (layout.process > 0xca || (layout.process >= 0xc5 && layout.process <= 0xc8)) {
    kind.what = "a hierarchical JPEG";
  } else if (layout.precision == 12) {
    kind.what = "a JPEG of 12 bits a sample";
    kind.remedy = "convert it: gdal_translate -of PNG -ot Byte -scale FILE OUT.png";
  } else {
    return;
  }
  throw InputError(name + ": " + std::string(kind.what) +
                   ", which is not read (8 bits, baseline or progressive, are); " +
                   way_out(kind, FileUse::kPicture, name));
}

void check_scans(const JpegLayout& layout, const std::string& name) {
  if (layout.progressive() && layout.scans > kMaxJpegScans) {
    throw InputError(name + ": JPEG with " + std::to_string(layout.scans) + " scans, more than " +
                     std::to_string(kMaxJpegScans) + " allowed; " + as_baseline(name));
  }
  if (layout.scans == 0) {
    throw InputError(name +
                     ": JPEG without picture data (truncated or damaged); copy or download "
                     "it again");
  }
}

Image decoded(std::span<const std::byte> bytes, const JpegLayout& layout, const std::string& name,
              ImageWarnings* warnings, const DecodeOptions& options, bool again) {
  JpegReader reader(bytes, name);
  reader.read_header(layout, options);
  if (!reader.start()) {
    // What follows the picture is taken for a part of it where its end marker was left out.
    const std::size_t end = reader.decodable_bytes();
    if (again || end == 0 || end >= bytes.size()) reader.fail();
    return decoded(bytes.first(end), layout, name, warnings, options, /*again=*/true);
  }
  Image image = reader.read_picture();
  const std::string flaw = reader.flaw(layout);
  if (warnings != nullptr && !flaw.empty()) warnings->push_back(name + ": " + flaw);
  return image;
}

}  // namespace

Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name,
                  ImageWarnings* warnings, const DecodeOptions& options) {
  const JpegLayout layout = jpeg_layout(bytes);
  check_process(layout, name);
  check_scans(layout, name);
  Image image = decoded(bytes.first(layout.complete_bytes), layout, name, warnings, options,
                        /*again=*/false);
  // A profile of RGB left in a file that was made gray or CMYK says nothing about it.
  const std::string_view profile =
      layout.components == 3 ? std::string_view(layout.metadata.color_profile) : "";
  if (const auto to_srgb = ColorTransform::to_srgb(profile)) to_srgb->apply(&image);
  return upright(std::move(image), orientation_of(layout.metadata));
}

}  // namespace storyteller
