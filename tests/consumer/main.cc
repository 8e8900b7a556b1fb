#include <cstdio>

#include "core/error.h"
#include "kernels/philox.h"

int main() {
  const auto block = storyteller::philox(1, 2, 3);
  std::printf("first random word %u\n", block[0]);
  return 0;
}
