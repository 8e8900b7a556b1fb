#pragma once

#include <concepts>
#include <cstddef>

// Atomic operations on whole numbers. There are none on floating point: the order of their sums
// would differ from run to run, and this project's results do not.
namespace emulation {

void atomic_access(const void* at, size_t bytes, const void* caller);

/// *p = update(*p), by one thread at a time; gives the old value.
template <std::integral T, class Update>
__attribute__((no_sanitize("thread"), noinline)) T atomic_update(T* p, Update update) {
  static_assert(sizeof(T) >= 4);
  atomic_access(p, sizeof(T), __builtin_return_address(0));
  const T old = *p;
  *p = update(old);
  return old;
}

}  // namespace emulation

template <std::integral T>
T atomicAdd(T* p, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T old) { return static_cast<T>(old + value); });
}
template <std::integral T>
T atomicSub(T* p, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T old) { return static_cast<T>(old - value); });
}
template <std::integral T>
T atomicExch(T* p, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T) { return value; });
}
template <std::integral T>
T atomicMin(T* p, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T old) { return value < old ? value : old; });
}
template <std::integral T>
T atomicMax(T* p, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T old) { return old < value ? value : old; });
}
template <std::integral T>
T atomicAnd(T* p, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T old) { return static_cast<T>(old & value); });
}
template <std::integral T>
T atomicOr(T* p, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T old) { return static_cast<T>(old | value); });
}
template <std::integral T>
T atomicXor(T* p, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T old) { return static_cast<T>(old ^ value); });
}
template <std::integral T>
T atomicCAS(T* p, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return emulation::atomic_update(p, [=](T old) { return old == expected ? value : old; });
}
