#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// x[i] = value, i < n.
template <class T>
struct Fill {
  T* x;  ///< (n) out
  Wide<T> value;
  int64_t n;
};

/// y[i] += scale * x[i].
template <class T>
struct AddScaled {
  const T* x;  ///< (n); may not overlap y
  T* y;        ///< (n) ACCUMULATED
  Wide<T> scale;
  int64_t n;
};

/// y[i] = scale * x[i].
template <class T>
struct Scale {
  const T* x;  ///< (n)
  T* y;        ///< (n) out; may be x
  Wide<T> scale;
  int64_t n;
};

/// out[i] = a[i] + b[i].
template <class T>
struct Add {
  const T* a;  ///< (n)
  const T* b;  ///< (n)
  T* out;      ///< (n) out; may be a or b
  int64_t n;
};

/// out[i] = a[i] * b[i].
template <class T>
struct Multiply {
  const T* a;  ///< (n)
  const T* b;  ///< (n)
  T* out;      ///< (n) out; may be a or b
  int64_t n;
};

/// da[i] += dout[i] * b[i], db[i] += dout[i] * a[i].
template <class T>
struct MultiplyBackward {
  const T* a;     ///< (n)
  const T* b;     ///< (n)
  const T* dout;  ///< (n)
  T* da;          ///< (n) ACCUMULATED; null: not wanted
  T* db;          ///< (n) ACCUMULATED; null: not wanted
  int64_t n;
};

template <class T>
void fill(Cpu, const Fill<T>&);
template <class T>
void add_scaled(Cpu, const AddScaled<T>&);
template <class T>
void scale(Cpu, const Scale<T>&);
template <class T>
void add(Cpu, const Add<T>&);
template <class T>
void multiply(Cpu, const Multiply<T>&);
template <class T>
void multiply_backward(Cpu, const MultiplyBackward<T>&);

template <class T>
void fill(Cuda, const Fill<T>&);
template <class T>
void add_scaled(Cuda, const AddScaled<T>&);
template <class T>
void scale(Cuda, const Scale<T>&);
template <class T>
void add(Cuda, const Add<T>&);
template <class T>
void multiply(Cuda, const Multiply<T>&);
template <class T>
void multiply_backward(Cuda, const MultiplyBackward<T>&);

}  // namespace storyteller
