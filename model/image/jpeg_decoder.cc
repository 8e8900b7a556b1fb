#include "model/image/jpeg_decoder.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/error.h"
#include "model/image/jpeg_errors.h"
#include "model/image/jpeg_layout.h"
#include "model/image/orientation.h"
#include "model/image/size_limits.h"

namespace storyteller {
namespace {

/// libjpeg's decompressor with its error manager. Immovable: libjpeg keeps pointers into it.
class JpegReader {
 public:
  explicit JpegReader(std::string name) : name_(std::move(name)) {
    info_.err = install(&errors_);
    errors_.max_scans = kMaxJpegScans;
    guarded([this] { jpeg_create_decompress(&info_); });
    progress_.progress_monitor = enforce_scan_limit;
    info_.progress = &progress_;
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  void read_header(std::span<const std::byte> bytes) {
    guarded([&] {
      jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
      jpeg_read_header(&info_, TRUE);
    });
    check_image_size(info_.image_width, info_.image_height, name_);
  }

  Image read_picture(int min_side) {
    scale_down_to(min_side);
    const bool cmyk = info_.num_components == 4;
    info_.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    guarded([this] { jpeg_start_decompress(&info_); });
    std::vector<std::uint8_t> samples(std::size_t{1} * info_.output_width *
                                      info_.output_components);
    read_row(&samples);  // before the picture is allocated: a header alone fails here
    Image image{.width = static_cast<int>(info_.output_width),
                .height = static_cast<int>(info_.output_height),
                .rgb = {}};
    image.rgb.resize(std::size_t{3} * image.width * image.height);
    for (int y = 0; y < image.height; ++y) {
      if (y > 0) read_row(&samples);
      if (cmyk) {
        inks_to_light(samples, image.row(y));
      } else {
        std::copy(samples.begin(), samples.end(), image.row(y));
      }
    }
    return image;
  }

  const JpegErrors& errors() const { return errors_; }

 private:
  template <class Step>
  void guarded(const Step& step) {
    if (run_guarded(&errors_, step)) return;
    if (errors_.ended_early) {
      throw InputError(name_ + ": the JPEG ends before the picture begins (truncated); copy or " +
                       "download it again");
    }
    throw InputError(name_ + ": damaged JPEG (" + errors_.message +
                     "); open and save it again in a picture editor");
  }

  /// The smallest of 1/8, 1/4, 1/2 (those that libjpeg-turbo vectorises) that keeps `min_side`.
  void scale_down_to(int min_side) {
    if (min_side <= 0) return;
    const auto side = static_cast<int>(std::min(info_.image_width, info_.image_height));
    for (const int divisor : {8, 4, 2}) {
      if ((side + divisor - 1) / divisor < min_side) continue;
      info_.scale_num = 1;
      info_.scale_denom = static_cast<unsigned>(divisor);
      return;
    }
  }

  void read_row(std::vector<std::uint8_t>* samples) {
    JSAMPROW row = samples->data();
    guarded([&] { jpeg_read_scanlines(&info_, &row, 1); });
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

  std::string name_;
  JpegErrors errors_{};
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct info_{};
};

}  // namespace

Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name,
                  ImageWarnings* warnings, const DecodeOptions& options) {
  const JpegLayout layout = jpeg_layout(bytes);
  if (layout.scans > kMaxJpegScans) {
    throw InputError(name + ": JPEG with " + std::to_string(layout.scans) + " scans, more than " +
                     std::to_string(kMaxJpegScans) + " allowed; save it as a baseline JPEG");
  }
  if (layout.scans == 0) {
    throw InputError(name +
                     ": JPEG without picture data (truncated or damaged); copy or download " +
                     "it again");
  }
  JpegReader reader(name);
  reader.read_header(bytes.first(layout.complete_bytes));
  Image image = reader.read_picture(options.min_side);
  if (warnings != nullptr && reader.errors().warnings > 0) {
    warnings->push_back(reader.errors().ended_early
                            ? name + ": the JPEG ends early (truncated); its missing part is gray"
                            : name + ": the JPEG is damaged (" + reader.errors().message +
                                  "); decoded as far as "
                                  "possible");
  }
  return upright(std::move(image), exif_orientation(layout.exif));
}

}  // namespace storyteller
