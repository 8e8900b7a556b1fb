#include "core/device_turn.h"

#include "core/system/threads.h"

namespace storyteller {
namespace {

std::recursive_mutex& the_turn() {
  static auto* turn = new std::recursive_mutex;
  return *turn;
}

}  // namespace

DeviceTurn::DeviceTurn() : lock_(the_turn()) { adopt_threads(); }

}  // namespace storyteller
