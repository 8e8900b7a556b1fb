#include <iostream>

#include <CLI/CLI.hpp>

#include "core/system/wait_passively.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/parse.h"
#include "tools/cli/standard_output.h"
#include "tools/commands/command.h"

int main(int argc, char** argv) {
  storyteller::wait_passively(argv);
  return storyteller::run_reported(
      [&] {
        CLI::App app("Neural Storyteller: a picture goes in, a sentence comes out.", "storyteller");
        app.set_version_flag("--version", "storyteller " STORYTELLER_VERSION);
        app.require_subcommand(1);
        storyteller::Command command;
        storyteller::add_train_command(app, &command);
        storyteller::add_caption_command(app, &command);
        storyteller::add_evaluate_command(app, &command);
        storyteller::add_score_command(app, &command);
        storyteller::add_tokenize_command(app, &command);
        storyteller::add_rate_command(app, &command);
        storyteller::add_average_command(app, &command);
        storyteller::add_weights_command(app, &command);
        storyteller::add_data_command(app, &command);
        storyteller::add_doctor_command(app, &command);
        if (const auto code =
                storyteller::parse_command_line(app, argc, argv, std::cout, std::cerr)) {
          return *code;
        }
        const int code = command();
        storyteller::flush_standard_output();
        return code;
      },
      std::cerr);
}
