#include <iostream>

#include "core/system/memory_reserve.h"
#include "core/system/signals.h"
#include "core/system/standard_streams.h"
#include "core/system/wait_passively.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/options.h"
#include "tools/cli/standard_output.h"
#include "tools/commands/album.h"
#include "tools/commands/command.h"
#include "tools/commands/unknown_variables.h"

int main(int argc, char** argv) {
  storyteller::ignore_file_size_signal();
  storyteller::occupy_closed_standard_streams();
  storyteller::wait_passively(argv);
  storyteller::hold_memory_in_reserve();
  return storyteller::run_reported(
      [&] {
        storyteller::CommandLine line(
            "storyteller", "Neural Storyteller: a picture goes in, a sentence comes out.",
            "storyteller " STORYTELLER_VERSION);
        const storyteller::Options program = line.options();
        storyteller::add_train_command(program);
        storyteller::add_caption_command(program);
        storyteller::add_speak_command(program);
        storyteller::add_evaluate_command(program);
        storyteller::add_album_command(program);
        storyteller::add_score_command(program);
        storyteller::add_tokenize_command(program);
        storyteller::add_rate_command(program);
        storyteller::add_average_command(program);
        storyteller::add_calibrate_command(program);
        storyteller::add_weights_command(program);
        storyteller::add_data_command(program);
        storyteller::add_serve_command(program);
        storyteller::add_doctor_command(program);
        if (const auto code = line.parse(argc, argv, std::cout)) {
          storyteller::flush_standard_output();
          return *code;
        }
        storyteller::warn_of_unknown_variables(std::cerr);
        const int code = line.run();
        storyteller::flush_standard_output();
        return code;
      },
      std::cerr);
}
