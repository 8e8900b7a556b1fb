// caption MODEL IMAGE: the shortest program that captions an image; docs/library.md shows it.
#include <storyteller/core/system/threads.h>
#include <storyteller/model/captioner.h>
#include <storyteller/model/image/decode.h>

#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  using namespace storyteller;
  if (argc != 3) return 2;
  set_threads(default_threads());
  const auto captioner = Captioner::load(argv[1], Device::parse("auto"));
  const std::vector<Image> images = {read_image(argv[2])};
  for (const Caption& caption : captioner->caption(images, captioner->options().search)) {
    std::puts(captioner->sentence(caption).c_str());
  }
}
