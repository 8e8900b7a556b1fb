#pragma once

#include <string>

#include "core/device.h"
#include "tools/cli/options.h"

namespace storyteller {

/// Each adds one command to the program's.
void add_train_command(const Options& program);
void add_caption_command(const Options& program);
void add_speak_command(const Options& program);
void add_ask_command(const Options& program);
void add_explain_command(const Options& program);
void add_book_command(const Options& program);
void add_evaluate_command(const Options& program);
void add_score_command(const Options& program);
void add_tokenize_command(const Options& program);
void add_rate_command(const Options& program);
void add_average_command(const Options& program);
void add_calibrate_command(const Options& program);
void add_weights_command(const Options& program);
void add_data_command(const Options& program);
void add_serve_command(const Options& program);
void add_doctor_command(const Options& program);

/// --threads and --device, alike for all commands that compute.
struct Machine {
  int threads = 0;     ///< 0: one per physical core
  std::string device;  ///< empty: auto

  void add_options(const Options& command);
  /// Puts the threads in force and returns the device. With `verbose`, or where --device was given,
  /// stderr names the GPU that is used, or why `auto` goes on without one where there might be one.
  Device start(bool verbose) const;
};

/// Whether this machine shows an NVIDIA GPU to programs, usable or not.
bool machine_has_gpu();

/// Where features of frozen encoders are kept by default: STORYTELLER_CACHE, else
/// XDG_CACHE_HOME/storyteller, else ~/.cache/storyteller.
std::string default_cache_folder();

}  // namespace storyteller
