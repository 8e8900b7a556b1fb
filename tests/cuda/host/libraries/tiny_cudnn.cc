// A cuDNN that begins, or does not, and computes nothing: VERSION, CREATE_STATUS, and how often it
// begins nevertheless, FINE_TIMES.
#include <cstddef>

#ifndef FINE_TIMES
#define FINE_TIMES 0
#endif

extern "C" {
// NOLINTBEGIN(readability-identifier-naming): the names are those of NVIDIA's documentation.
size_t cudnnGetVersion() { return VERSION; }
int cudnnCreate(void** handle) {
  static int context, times;
  *handle = &context;
  return times++ < FINE_TIMES ? 0 : CREATE_STATUS;
}
int cudnnDestroy(void*) { return 0; }
int cudnnSetStream(void*, void*) { return 0; }
const char* cudnnGetErrorString(int status) {
  return status == 1008 ? "CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED" : "CUDNN_STATUS_SUCCESS";
}
void cudnnGetLastErrorString(char* message, size_t) {
  static int times;
  message[0] = times++ == 0 ? '?' : '\0';
  message[1] = '\0';
}
int cudnnCreateTensorDescriptor() { return 3000; }
int cudnnDestroyTensorDescriptor() { return 3000; }
int cudnnSetTensor4dDescriptor() { return 3000; }
int cudnnCreateFilterDescriptor() { return 3000; }
int cudnnDestroyFilterDescriptor() { return 3000; }
int cudnnSetFilter4dDescriptor() { return 3000; }
int cudnnCreateActivationDescriptor() { return 3000; }
int cudnnDestroyActivationDescriptor() { return 3000; }
int cudnnSetActivationDescriptor() { return 3000; }
int cudnnCreateConvolutionDescriptor() { return 3000; }
int cudnnDestroyConvolutionDescriptor() { return 3000; }
int cudnnSetConvolution2dDescriptor() { return 3000; }
int cudnnSetConvolutionMathType() { return 3000; }
int cudnnSetConvolutionGroupCount() { return 3000; }
int cudnnGetConvolutionForwardWorkspaceSize() { return 3000; }
int cudnnGetConvolutionBackwardDataWorkspaceSize() { return 3000; }
int cudnnGetConvolutionBackwardFilterWorkspaceSize() { return 3000; }
int cudnnConvolutionForward() { return 3000; }
int cudnnConvolutionBiasActivationForward() { return 3000; }
int cudnnConvolutionBackwardData() { return 3000; }
int cudnnConvolutionBackwardFilter() { return 3000; }
// NOLINTEND(readability-identifier-naming)
}
