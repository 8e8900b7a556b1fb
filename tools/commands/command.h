#pragma once

#include <functional>
#include <string>

#include "core/device.h"

namespace CLI {
class App;
}

namespace storyteller {

/// What a subcommand does once the command line is parsed; returns the exit code.
using Command = std::function<int()>;

/// Each adds one subcommand to `app` and sets `*chosen` when it is called for.
void add_train_command(CLI::App& app, Command* chosen);
void add_caption_command(CLI::App& app, Command* chosen);
void add_evaluate_command(CLI::App& app, Command* chosen);
void add_score_command(CLI::App& app, Command* chosen);
void add_tokenize_command(CLI::App& app, Command* chosen);
void add_rate_command(CLI::App& app, Command* chosen);
void add_average_command(CLI::App& app, Command* chosen);
void add_weights_command(CLI::App& app, Command* chosen);
void add_data_command(CLI::App& app, Command* chosen);
void add_doctor_command(CLI::App& app, Command* chosen);

/// --threads and --device, alike for all commands that compute.
struct Machine {
  int threads = 0;  ///< 0: one per physical core
  std::string device = "auto";
  bool device_named = false;  ///< --device was given

  void add_options(CLI::App& command);
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
