#pragma once

namespace storyteller {

/// Holds back some memory that is set free when operator new fails, just before std::bad_alloc is
/// thrown: what happens on the way to the message, such as emptying a tree of JSON, needs memory
/// itself, and without any the program would be ended by std::terminate. Once, early in main.
void hold_memory_in_reserve();

}  // namespace storyteller
