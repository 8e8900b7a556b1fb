#include "tools/apps/album/xmp.h"

namespace storyteller::album {
namespace {

std::filesystem::path full_name(const std::filesystem::path& picture) {
  return picture.string() + ".xmp";
}

std::filesystem::path stem_name(std::filesystem::path picture) {
  return picture.replace_extension(".xmp");
}

}  // namespace

std::filesystem::path existing_sidecar(const std::filesystem::path& picture) {
  std::error_code failure;
  for (const std::filesystem::path& name : {full_name(picture), stem_name(picture)}) {
    if (std::filesystem::is_regular_file(name, failure)) return name;
  }
  return {};
}

std::filesystem::path sidecar_of(const std::filesystem::path& picture,
                                 const std::optional<SidecarNaming>& naming) {
  if (naming == SidecarNaming::kStem) return stem_name(picture);
  if (naming == SidecarNaming::kFull) return full_name(picture);
  const std::filesystem::path there = existing_sidecar(picture);
  return there.empty() ? full_name(picture) : there;
}

}  // namespace storyteller::album
