// float: oneDNN's direct convolutions, activations fixed to nhwc, weights in the layout that oneDNN
// asks for, but for the gradient of 1 x 1 filters, a product, and that of 5 x 5 depthwise ones.
// Inference packs a weight once; training, where weights change at every step, packs it into
// scratch, which costs little beside a batch. double: naive, for gradient checks.
#include "kernels/conv2d.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "kernels/arithmetic.h"
#include "kernels/cpu/depthwise_weight_gradient.h"
#include "kernels/cpu/onednn.h"
#include "kernels/gemm.h"

namespace storyteller {
namespace {

using dnnl::memory;

constexpr int64_t kForwardKey = 101, kInputGradientKey = 102, kWeightGradientKey = 103;
constexpr int64_t kPackKey = 104, kUnpackKey = 105;

constexpr int64_t kBias = 1, kResidual = 2;  // what follows the product

OneDnnKey key_of(int64_t kind, const Conv2dSizes& s, int64_t epilogue = 0,
                 Activation activation = Activation::kNone) {
  const Window& w = s.window;
  return {{kind, s.I, s.H, s.W, s.C, s.O, s.groups, w.height, w.width, w.stride, w.padding.top,
           w.padding.left, w.padding.bottom, w.padding.right, epilogue,
           static_cast<int64_t>(activation)}};
}

/// The descriptors of a convolution as oneDNN takes them: sizes in the order NCHW, memory nhwc.
struct Layouts {
  memory::desc x, weight, bias, y;
  memory::dims strides, before, after;

  Layouts(const Conv2dSizes& s, const memory::desc& weight_layout)
      : x({s.I, s.C, s.H, s.W}, memory::data_type::f32, memory::format_tag::nhwc),
        weight(weight_layout),
        bias({s.O}, memory::data_type::f32, memory::format_tag::x),
        y({s.I, s.O, s.out_height(), s.out_width()}, memory::data_type::f32,
          memory::format_tag::nhwc),
        strides{s.window.stride, s.window.stride},
        before{s.window.padding.top, s.window.padding.left},
        after{s.window.padding.bottom, s.window.padding.right} {}
};

memory::desc weight_of(const Conv2dSizes& s, bool any) {
  const Window& w = s.window;
  const auto f32 = memory::data_type::f32;
  if (s.groups == 1) {
    return {{s.O, s.C, w.height, w.width},
            f32,
            any ? memory::format_tag::any : memory::format_tag::oihw};
  }
  return {{s.groups, s.O / s.groups, s.C / s.groups, w.height, w.width},
          f32,
          any ? memory::format_tag::any : memory::format_tag::goihw};
}

dnnl::primitive_attr attributes_of(const Layouts& l, int64_t epilogue, Activation activation) {
  dnnl::post_ops after;
  if ((epilogue & kResidual) != 0) after.append_binary(dnnl::algorithm::binary_add, l.y);
  if (activation == Activation::kRelu) {
    after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
  } else if (activation == Activation::kRelu6) {
    after.append_eltwise(1.0F, dnnl::algorithm::eltwise_clip, 0.0F, 6.0F);
  }
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  return attributes;
}

using ForwardDescriptor = dnnl::convolution_forward::primitive_desc;

ForwardDescriptor forward_descriptor(CpuContext::OneDnn& onednn, const Layouts& l,
                                     int64_t epilogue = 0,
                                     Activation activation = Activation::kNone) {
  const auto kind = dnnl::prop_kind::forward_training;
  const auto direct = dnnl::algorithm::convolution_direct;
  const auto attributes = attributes_of(l, epilogue, activation);
  if ((epilogue & kBias) != 0) {
    return {{kind, direct, l.x, l.weight, l.bias, l.y, l.strides, l.before, l.after},
            attributes,
            onednn.engine};
  }
  return {
      {kind, direct, l.x, l.weight, l.y, l.strides, l.before, l.after}, attributes, onednn.engine};
}

dnnl::convolution_backward_data::primitive_desc input_gradient_descriptor(
    CpuContext::OneDnn& onednn, const Layouts& l) {
  return {{dnnl::algorithm::convolution_direct, l.x, l.weight, l.y, l.strides, l.before, l.after},
          onednn.engine,
          forward_descriptor(onednn, l)};
}

dnnl::convolution_backward_weights::primitive_desc weight_gradient_descriptor(
    CpuContext::OneDnn& onednn, const Layouts& l) {
  return {{dnnl::algorithm::convolution_direct, l.x, l.weight, l.y, l.strides, l.before, l.after},
          onednn.engine,
          forward_descriptor(onednn, l)};
}

/// The weight's layout for `key`, found by `choose` at first use.
template <class F>
const memory::desc& layout(CpuContext::OneDnn& onednn, const OneDnnKey& key, F&& choose) {
  if (auto found = onednn.layouts.find(key); found != onednn.layouts.end()) return found->second;
  return onednn.layouts.emplace(key, choose()).first->second;
}

/// What oneDNN is asked for. Its convolutions in groups add a residual to the wrong outputs (2.6):
/// they leave it, and the activation behind it, to add_residual.
Conv2dForward<float> for_onednn(Conv2dForward<float> p) {
  if (p.sizes.groups > 1 && p.residual != nullptr) {
    p.residual = nullptr;
    p.activation = Activation::kNone;
  }
  return p;
}

void add_residual(Cpu backend, const Conv2dForward<float>& p) {
  const int64_t n = p.sizes.outputs();
  add_scaled(backend, AddScaled<float>{.x = p.residual, .y = p.y, .scale = 1, .n = n});
  if (p.activation == Activation::kNone) return;
  activation_forward(
      backend, ActivationForward<float>{.x = p.y, .y = p.y, .n = n, .activation = p.activation});
}

int64_t epilogue_of(const Conv2dForward<float>& p) {
  return (p.bias != nullptr ? kBias : 0) | (p.residual != nullptr ? kResidual : 0);
}

OneDnnKey key_of(const Conv2dForward<float>& p) {
  return key_of(kForwardKey, p.sizes, epilogue_of(p), p.activation);
}

const memory::desc& forward_layout(CpuContext::OneDnn& onednn, const Conv2dForward<float>& p) {
  return layout(onednn, key_of(p), [&] {
    const Layouts any(p.sizes, weight_of(p.sizes, true));
    return forward_descriptor(onednn, any, epilogue_of(p), p.activation).weights_desc();
  });
}

/// Equal for equal layouts (and, but for chance, only for those).
uint64_t identity_of(const memory::desc& desc) {
  uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
  const auto* bytes = static_cast<const unsigned char*>(static_cast<const void*>(&desc.data));
  for (size_t i = 0; i < sizeof(desc.data); ++i) hash = (hash ^ bytes[i]) * 0x100000001B3U;
  return hash;
}

/// Copies a weight between the plain layout and `blocked`.
void reorder(CpuContext::OneDnn& onednn, OneDnnKey key, bool pack, const Conv2dSizes& sizes,
             const memory::desc& blocked, const void* from, void* to) {
  key.words[18] = pack ? kPackKey : kUnpackKey;
  auto& primitive = onednn.primitive(key, [&] {
    memory plain(weight_of(sizes, false), onednn.engine, nullptr);
    memory packed(blocked, onednn.engine, nullptr);
    const memory& source = pack ? plain : packed;
    const memory& destination = pack ? packed : plain;
    return OneDnnPrimitive(dnnl::reorder(source, destination),
                           {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, destination}});
  });
  const void* pointers[] = {from, to};
  primitive.run(onednn.stream, pointers, 2);
}

size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }

void input_gradient(Cpu backend, const Conv2dBackward<float>& p) {
  auto& onednn = backend.context->onednn();
  const OneDnnKey key = key_of(kInputGradientKey, p.sizes);
  const memory::desc& blocked = layout(onednn, key, [&] {
    return input_gradient_descriptor(onednn, Layouts(p.sizes, weight_of(p.sizes, true)))
        .weights_desc();
  });
  const size_t weight_bytes = rounded(blocked.get_size());
  const size_t sum_bytes = p.accumulate_dx ? sizeof(float) * p.sizes.inputs() : 0;
  auto* scratch = static_cast<std::byte*>(backend.context->scratch(weight_bytes + sum_bytes));
  reorder(onednn, key, true, p.sizes, blocked, p.weight, scratch);
  auto* dx =
      p.accumulate_dx ? static_cast<float*>(static_cast<void*>(scratch + weight_bytes)) : p.dx;
  auto& primitive = onednn.primitive(key, [&] {
    const auto chosen = input_gradient_descriptor(onednn, Layouts(p.sizes, blocked));
    return OneDnnPrimitive(
        dnnl::convolution_backward_data(chosen),
        {{DNNL_ARG_DIFF_DST, memory(chosen.diff_dst_desc(), onednn.engine, nullptr)},
         {DNNL_ARG_WEIGHTS, memory(chosen.weights_desc(), onednn.engine, nullptr)},
         {DNNL_ARG_DIFF_SRC, memory(chosen.diff_src_desc(), onednn.engine, nullptr)}});
  });
  const void* pointers[] = {p.dy, scratch, dx};
  primitive.run(onednn.stream, pointers, 3);
  if (p.accumulate_dx) {
    add_scaled(backend, AddScaled<float>{.x = dx, .y = p.dx, .scale = 1, .n = p.sizes.inputs()});
  }
}

/// Whether the window is one pixel, so that the convolution is a product of matrices.
bool pointwise(const Conv2dSizes& s) {
  const Window& w = s.window;
  return s.groups == 1 && w.height == 1 && w.width == 1 && w.stride == 1 && s.out_height() == s.H &&
         s.out_width() == s.W;
}

void weight_gradient(Cpu backend, const Conv2dBackward<float>& p) {
  if (pointwise(p.sizes)) {  // half the time of oneDNN's 1 x 1 kernel, which transposes x first
    gemm(backend, Gemm<float>{.a = p.dy,
                              .b = p.x,
                              .c = p.dweight,
                              .M = p.sizes.O,
                              .N = p.sizes.C,
                              .K = p.sizes.I * p.sizes.H * p.sizes.W,
                              .transpose_a = true,
                              .accumulate = true});
    return;
  }
  if (has_depthwise_weight_gradient(p.sizes)) return depthwise_weight_gradient(p);
  auto& onednn = backend.context->onednn();
  const OneDnnKey key = key_of(kWeightGradientKey, p.sizes);
  const memory::desc& blocked = layout(onednn, key, [&] {
    return weight_gradient_descriptor(onednn, Layouts(p.sizes, weight_of(p.sizes, true)))
        .diff_weights_desc();
  });
  const size_t blocked_bytes = rounded(blocked.get_size());
  auto* scratch = static_cast<std::byte*>(
      backend.context->scratch(blocked_bytes + sizeof(float) * p.sizes.weights()));
  auto& primitive = onednn.primitive(key, [&] {
    const auto chosen = weight_gradient_descriptor(onednn, Layouts(p.sizes, blocked));
    return OneDnnPrimitive(
        dnnl::convolution_backward_weights(chosen),
        {{DNNL_ARG_SRC, memory(chosen.src_desc(), onednn.engine, nullptr)},
         {DNNL_ARG_DIFF_DST, memory(chosen.diff_dst_desc(), onednn.engine, nullptr)},
         {DNNL_ARG_DIFF_WEIGHTS, memory(chosen.diff_weights_desc(), onednn.engine, nullptr)}});
  });
  const void* pointers[] = {p.x, p.dy, scratch};
  primitive.run(onednn.stream, pointers, 3);
  auto* plain = static_cast<float*>(static_cast<void*>(scratch + blocked_bytes));
  reorder(onednn, key, false, p.sizes, blocked, scratch, plain);
  add_scaled(backend,
             AddScaled<float>{.x = plain, .y = p.dweight, .scale = 1, .n = p.sizes.weights()});
}

/// Calls f(output, input, weight) with the offsets of every product of a convolution.
template <class F>
void for_each_product(const Conv2dSizes& s, F&& f) {
  const Window& window = s.window;
  const int64_t OH = s.out_height(), OW = s.out_width(), group_c = s.C / s.groups;
  for (int64_t y = 0; y < s.outputs(); ++y) {
    const int64_t o = y % s.O, q = y / s.O % OW, p = y / s.O / OW % OH, i = y / s.O / OW / OH;
    for (int64_t c = 0; c < group_c; ++c) {
      for (int64_t r = 0; r < window.height; ++r) {
        for (int64_t t = 0; t < window.width; ++t) {
          const int64_t h = p * window.stride + r - window.padding.top;
          const int64_t w = q * window.stride + t - window.padding.left;
          if (h < 0 || h >= s.H || w < 0 || w >= s.W) continue;
          const int64_t channel = o / (s.O / s.groups) * group_c + c;
          f(y, ((i * s.H + h) * s.W + w) * s.C + channel,
            ((o * group_c + c) * window.height + r) * window.width + t);
        }
      }
    }
  }
}

}  // namespace

template <>
Conv2dPacking conv2d_packing(Cpu backend, const Conv2dForward<float>& asked) {
  const memory::desc& blocked = forward_layout(backend.context->onednn(), for_onednn(asked));
  return {blocked.get_size(), identity_of(blocked)};
}
template <>
Conv2dPacking conv2d_packing(Cpu, const Conv2dForward<double>& p) {
  return {sizeof(double) * static_cast<size_t>(p.sizes.weights()), 1};
}

template <>
void pack_conv2d_weight(Cpu backend, const Conv2dForward<float>& asked, void* packed) {
  const Conv2dForward<float> p = for_onednn(asked);
  auto& onednn = backend.context->onednn();
  reorder(onednn, key_of(p), true, p.sizes, forward_layout(onednn, p), p.weight, packed);
}
template <>
void pack_conv2d_weight(Cpu, const Conv2dForward<double>& p, void* packed) {
  std::memcpy(packed, p.weight, sizeof(double) * static_cast<size_t>(p.sizes.weights()));
}

template <>
void conv2d_forward(Cpu backend, const Conv2dForward<float>& asked) {
  const Conv2dForward<float> p = for_onednn(asked);
  if (p.sizes.outputs() == 0) return;
  auto& onednn = backend.context->onednn();
  const memory::desc& blocked = forward_layout(onednn, p);
  const void* packed = p.packed;
  if (packed == nullptr) {
    void* scratch = backend.context->scratch(blocked.get_size());
    pack_conv2d_weight(backend, p, scratch);
    packed = scratch;
  }
  auto& primitive = onednn.primitive(key_of(p), [&] {
    const Layouts l(p.sizes, blocked);
    const auto chosen = forward_descriptor(onednn, l, epilogue_of(p), p.activation);
    const auto bound = [&](const memory::desc& desc) {
      return memory(desc, onednn.engine, nullptr);
    };
    std::vector<OneDnnPrimitive::Binding> bindings = {
        {DNNL_ARG_SRC, bound(l.x)}, {DNNL_ARG_WEIGHTS, bound(blocked)}, {DNNL_ARG_DST, bound(l.y)}};
    if (p.bias != nullptr) bindings.push_back({DNNL_ARG_BIAS, bound(l.bias)});
    if (p.residual != nullptr) {
      bindings.push_back({DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, bound(l.y)});
    }
    return OneDnnPrimitive(dnnl::convolution_forward(chosen), std::move(bindings));
  });
  const void* pointers[5] = {p.x, packed, p.y};
  size_t count = 3;
  if (p.bias != nullptr) pointers[count++] = p.bias;
  if (p.residual != nullptr) pointers[count++] = p.residual;
  primitive.run(onednn.stream, pointers, count);
  if (asked.residual != p.residual) add_residual(backend, asked);
}

template <>
void conv2d_forward(Cpu backend, const Conv2dForward<double>& p) {
  const auto* weight = p.packed != nullptr ? static_cast<const double*>(p.packed) : p.weight;
  for (int64_t y = 0; y < p.sizes.outputs(); ++y) {
    p.y[y] = (p.bias != nullptr ? p.bias[y % p.sizes.O] : 0) +
             (p.residual != nullptr ? p.residual[y] : 0);
  }
  for_each_product(p.sizes, [&](int64_t y, int64_t x, int64_t w) { p.y[y] += p.x[x] * weight[w]; });
  activation_forward(backend,
                     ActivationForward<double>{
                         .x = p.y, .y = p.y, .n = p.sizes.outputs(), .activation = p.activation});
}

template <>
void conv2d_backward(Cpu backend, const Conv2dBackward<float>& p) {
  if (p.sizes.outputs() == 0) return;
  if (p.dx != nullptr) input_gradient(backend, p);
  if (p.dweight != nullptr) weight_gradient(backend, p);
}

template <>
void conv2d_backward(Cpu, const Conv2dBackward<double>& p) {
  if (p.dx != nullptr) {
    if (!p.accumulate_dx) std::fill_n(p.dx, p.sizes.inputs(), 0.0);
    for_each_product(p.sizes,
                     [&](int64_t y, int64_t x, int64_t w) { p.dx[x] += p.dy[y] * p.weight[w]; });
  }
  if (p.dweight != nullptr) {
    for_each_product(p.sizes,
                     [&](int64_t y, int64_t x, int64_t w) { p.dweight[w] += p.dy[y] * p.x[x]; });
  }
}

}  // namespace storyteller
