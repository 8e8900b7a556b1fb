// Programs on the emulated device find the stub libraries by themselves; whoever sets the variable
// chooses others, or none.
#include <cstdlib>

extern "C" void emulation_stub_folder() {
  setenv("STORYTELLER_CUDA_LIBRARIES", STUB_FOLDER, /*overwrite=*/0);
  // They refuse what the libraries are known to refuse: nobody is to need that.
  setenv("STORYTELLER_STUBS_STRICT", "1", /*overwrite=*/0);
}

namespace {
[[maybe_unused]] const bool kNamed = (emulation_stub_folder(), true);
}  // namespace
