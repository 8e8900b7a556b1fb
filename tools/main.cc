#include <iostream>
#include <memory>
#include <new>
#include <string>

#include "core/error.h"
#include "core/system/memory_reserve.h"
#include "core/system/signals.h"
#include "core/system/standard_streams.h"
#include "core/system/wait_passively.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/memory_advice.h"
#include "tools/cli/options.h"
#include "tools/cli/standard_output.h"
#include "tools/commands/album.h"
#include "tools/commands/command.h"
#include "tools/commands/review.h"
#include "tools/commands/unknown_variables.h"

namespace {

/// Null where nothing is left to run, as after --help; `code` is the exit status then.
std::unique_ptr<storyteller::CommandLine> read_command_line(int argc, char** argv, int& code) {
  using storyteller::CommandLine;
  auto line = std::make_unique<CommandLine>(
      "storyteller", "Neural Storyteller: a picture goes in, a sentence comes out.",
      "storyteller " STORYTELLER_VERSION);
  const storyteller::Options program = line->options();
  storyteller::add_train_command(program);
  storyteller::add_caption_command(program);
  storyteller::add_speak_command(program);
  storyteller::add_ask_command(program);
  storyteller::add_explain_command(program);
  storyteller::add_book_command(program);
  storyteller::add_evaluate_command(program);
  storyteller::add_album_command(program);
  storyteller::add_review_command(program);
  storyteller::add_score_command(program);
  storyteller::add_tokenize_command(program);
  storyteller::add_rate_command(program);
  storyteller::add_average_command(program);
  storyteller::add_calibrate_command(program);
  storyteller::add_weights_command(program);
  storyteller::add_data_command(program);
  storyteller::add_serve_command(program);
  storyteller::add_doctor_command(program);
  const auto ended = line->parse(argc, argv, std::cout);
  if (!ended) return line;
  code = *ended;
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  storyteller::ignore_file_size_signal();
  storyteller::occupy_closed_standard_streams();
  storyteller::wait_passively(argv);
  storyteller::hold_memory_in_reserve();
  return storyteller::run_reported(
      [&] {
        int code = 0;
        std::unique_ptr<storyteller::CommandLine> line;
        try {
          line = read_command_line(argc, argv, code);
        } catch (const std::bad_alloc&) {
          throw storyteller::MemoryError(std::string("out of memory; ") +
                                         storyteller::memory_advice(argc > 1 ? argv[1] : ""));
        }
        if (line != nullptr) {
          storyteller::warn_of_unknown_variables(std::cerr);
          code = line->run();
        }
        storyteller::flush_standard_output();
        return code;
      },
      std::cerr);
}
