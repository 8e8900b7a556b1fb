#pragma once

#include <cstddef>
#include <type_traits>

// Types of a C interface without their names, so that two declarations of it can be compared: an
// enumeration is its size, a structure behind a pointer is void.
namespace storyteller {

template <size_t kBytes>
struct ErasedEnumeration;

/// sizeof, only where T is an enumeration: structures may be incomplete.
template <class T, bool = std::is_enum_v<T>>
struct ErasedValue {
  using type = T;
};
template <class T>
struct ErasedValue<T, true> {
  using type = ErasedEnumeration<sizeof(T)>;
};

template <class T>
struct Erased : ErasedValue<std::remove_cv_t<T>> {};
template <class T>
struct Erased<T*> {
  using To = std::conditional_t<std::is_class_v<T>, void, typename Erased<T>::type>;
  using type = std::conditional_t<std::is_const_v<T>, const To, To>*;
};
template <class Result, class... Arguments>
struct Erased<Result (*)(Arguments...)> {
  using type = typename Erased<Result>::type (*)(typename Erased<Arguments>::type...);
};

/// Whether both are called alike.
template <class A, class B>
inline constexpr bool same_interface =
    std::is_same_v<typename Erased<A>::type, typename Erased<B>::type>;

// That it can tell: a comparison in which everything is equal would find nothing.
struct ErasedOne;
struct ErasedOther;
enum ErasedSmall : char {};
enum ErasedInt : int {};
enum ErasedUnsigned : unsigned {};
static_assert(
    same_interface<int (*)(ErasedOne**, ErasedInt), int (*)(ErasedOther**, ErasedUnsigned)>);
static_assert(!same_interface<int (*)(ErasedOne**), int (*)(ErasedOne*)>);
static_assert(!same_interface<int (*)(ErasedInt), int (*)(ErasedSmall)>);
static_assert(!same_interface<int (*)(const void*), int (*)(void*)>);
static_assert(!same_interface<int (*)(int), int (*)(long)>);
static_assert(!same_interface<int (*)(int), int (*)(int, int)>);

}  // namespace storyteller
