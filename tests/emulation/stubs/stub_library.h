#pragma once

#include <cstdlib>
#include <string>

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "tests/emulation/stubs/control.h"

namespace stubs {

/// A stub library as a test sees it, which is the one that the engine loaded, or will load.
class StubLibrary {
 public:
  static StubLibrary& cublaslt() {
    static StubLibrary library("libcublasLt.so.13");
    return library;
  }
  static StubLibrary& cudnn() {
    static StubLibrary library("libcudnn.so.9");
    return library;
  }

  /// Sets a pointer to the function of that name.
  template <class F>
  void load(const char* symbol, F** function) const {
    *function = reinterpret_cast<F*>(dlsym(handle_, symbol));
    EXPECT_NE(*function, nullptr) << symbol;
  }
  uint64_t calls(const char* function) const { return calls_(function); }
  /// What was misused since the last call, a line each.
  std::string violations() const {
    char lines[4096] = "";
    violations_(lines, sizeof lines);
    return lines;
  }

 private:
  explicit StubLibrary(const std::string& file)
      : handle_(
            dlopen((std::string(std::getenv("STORYTELLER_CUDA_LIBRARIES")) + "/" + file).c_str(),
                   RTLD_NOW | RTLD_LOCAL)) {
    EXPECT_NE(handle_, nullptr) << dlerror();
    load("stub_calls", &calls_);
    load("stub_violations", &violations_);
  }

  void* handle_;
  decltype(&stub_calls) calls_ = nullptr;
  decltype(&stub_violations) violations_ = nullptr;
};

/// What the libraries are told to answer, while it lives.
class Script {
 public:
  explicit Script(const std::string& rules) { setenv("STORYTELLER_STUBS", rules.c_str(), 1); }
  ~Script() { unsetenv("STORYTELLER_STUBS"); }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
};

}  // namespace stubs
