// Sidecars in a program that was built without Exempi.
#include "core/error.h"
#include "tools/apps/album/xmp.h"

namespace storyteller::album {

std::optional<std::string> updated_packet(const std::string& /*packet*/,
                                          const SidecarContent& /*content*/, bool /*overwrite*/) {
  throw DeviceError("XMP was not built: install libexempi-dev and configure again");
}

std::optional<SidecarContent> own_content(const std::string& /*packet*/) {
  throw DeviceError("XMP was not built: install libexempi-dev and configure again");
}

std::string exempi_version() { return ""; }

}  // namespace storyteller::album
