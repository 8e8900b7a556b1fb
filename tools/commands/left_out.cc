#include "tools/commands/left_out.h"

#include <memory>
#include <vector>

#include "core/error.h"
#include "tools/cli/not_built.h"

namespace storyteller {

void add_left_out_command(const Options& program, const std::string& name, const std::string& help,
                          const std::string& package) {
  const std::string why = "not built: install " + package + " and configure again";
  const Options command = program.command(name, help + std::string(kNotBuilt));
  auto words = std::make_shared<std::vector<std::string>>();
  command.several("words", *words, why);
  command.runs([words, message = name + " was " + why]() -> int { throw DeviceError(message); });
}

}  // namespace storyteller
