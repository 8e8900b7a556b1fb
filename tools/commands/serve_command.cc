#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/system/signals.h"
#include "core/system/threads.h"
#include "tools/apps/serve/application.h"
#include "tools/apps/serve/byte_count.h"
#include "tools/apps/serve/http/server.h"
#include "tools/apps/serve/serve_built.h"
#include "tools/apps/serve/token_file.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/standard_output.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/model_arguments.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/stopped.h"
#include "tools/commands/style_argument.h"

namespace storyteller {
namespace {

struct ServeArguments {
  std::string host = "127.0.0.1";
  int port = 8765;
  std::filesystem::path token;
  std::vector<std::string> allow_origins, allow_hosts;
  std::string max_body = "16M";
  int workers = 0;
  int queue = 32, connections = 64, connections_per_address = 8;
  bool strict_model = false, quiet = false;
  ModelArguments models;
  std::string style;
  Machine machine;
};

/// Who may ask. Throws UsageError where others than this machine could, and need no token.
serve::AccessRules rules_of(const ServeArguments& arguments) {
  serve::AccessRules rules;
  const bool v6 = arguments.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + arguments.host + "]" : arguments.host;
  const bool everywhere = host == "0.0.0.0" || host == "[::]";
  if (!serve::is_loopback(host) && arguments.token.empty()) {
    throw UsageError("--host " + arguments.host +
                     ": other machines could ask, so a token must guard it: --token FILE (openssl "
                     "rand -hex 32 makes one)");
  }
  if (!serve::is_loopback(host) && !everywhere) rules.hosts.push_back(host);
  for (const std::string& name : arguments.allow_hosts) {
    rules.hosts.push_back(serve::allowed_host(name));
  }
  for (const std::string& origin : arguments.allow_origins) {
    rules.origins.push_back(serve::allowed_origin(origin));
  }
  if (!arguments.token.empty()) rules.token = serve::read_token(arguments.token);
  return rules;
}

serve::Limits limits_of(const ServeArguments& arguments) {
  constexpr std::size_t kLeastBody = 1024, kMostBody = std::size_t{1} << 30;
  serve::Limits limits;
  limits.body_bytes = serve::byte_count("--max-body", arguments.max_body, kLeastBody, kMostBody);
  limits.bodies_bytes = std::max(limits.bodies_bytes, 2 * limits.body_bytes);
  limits.connections = static_cast<std::size_t>(arguments.connections);
  limits.connections_per_address = static_cast<std::size_t>(arguments.connections_per_address);
  limits.waiting_pictures = static_cast<std::size_t>(arguments.queue);
  return limits;
}

/// Loads while the server listens already: health says how far it is.
class LoadedModel {
 public:
  serve::CaptionModel& load(const std::vector<std::string>& files, const Device& device,
                            const std::string& style) {
    models_.emplace(Ensemble::load(files, device));
    speak_style(style, "", *models_);
    if (const std::string warning = uncalibrated_warning(*models_, files); !warning.empty()) {
      report_warning(warning, std::cerr);
    }
    model_.emplace(*models_, files, model_digits(*models_));
    model_->warm_up();
    return *model_;
  }

 private:
  std::optional<Ensemble> models_;
  std::optional<serve::CaptionModel> model_;
};

int serve_pictures(const ServeArguments& arguments) {
  if constexpr (serve::kServeBuilt) {
    catch_stop_signals();
    serve::Application::Options options{.access = rules_of(arguments),
                                        .limits = limits_of(arguments),
                                        .strict_model = arguments.strict_model};
    const std::vector<std::string> files = arguments.models.files();
    const Device device = arguments.machine.start(/*verbose=*/false);
    options.workers =
        static_cast<std::size_t>(arguments.workers > 0 ? arguments.workers : threads_in_force());
    LoadedModel loaded;
    serve::Application application(std::move(options));
    serve::Server server(
        application, {.host = arguments.host, .port = arguments.port, .quiet = arguments.quiet});
    application.set_port(server.port());
    std::cout << "listening on " << server.url() << '\n';
    flush_standard_output();
    std::exception_ptr failure;
    std::jthread loading([&] {
      leave_stop_signals_to_others();
      try {
        application.set_model(loaded.load(files, device, arguments.style));
      } catch (...) {
        failure = std::current_exception();
        server.stop();
      }
    });
    server.run();
    loading.join();
    application.stop();
    if (failure) std::rethrow_exception(failure);
    return stop_exit_code();
  } else {
    throw DeviceError("serve was not built: install libboost-dev and configure again");
  }
}

}  // namespace

void add_serve_command(const Options& program) {
  auto arguments = std::make_shared<ServeArguments>();
  const Options command =
      program.command("serve", "a page and an API that describe pictures, on this machine");
  const Options listening = command.group("Listening");
  listening.text("--host", arguments->host,
                 "address to listen at; one that other machines reach needs --token");
  listening.number("--port", arguments->port, "port to listen at; 0: any that is free", {0, 65535});
  const Options access = command.group("Who may ask");
  access.text("--token", arguments->token,
              "file with a token that requests must carry as Authorization: Bearer");
  access.repeated("--allow-origin", arguments->allow_origins,
                  "origin of pages, or of an extension, that may ask: https://photos.example");
  access.repeated("--allow-host", arguments->allow_hosts,
                  "name by which the server may be asked, beside localhost");
  access.flag("--strict-model", arguments->strict_model,
              "refuse requests for a model of another name");
  const Options limits = command.group("Limits");
  limits.text("--max-body", arguments->max_body, "largest request: bytes, or with K, M, G");
  limits.number("--queue", arguments->queue, "pictures that may wait", {1, 1024});
  limits.number("--connections", arguments->connections, "connections at a time", {1, 4096});
  limits.number("--connections-per-address", arguments->connections_per_address,
                "of these from one address", {1, 4096});
  limits.number("--workers", arguments->workers,
                "threads that read pictures; 0: as many as compute", {0, 64});
  command.flag("--quiet", arguments->quiet, "no line on stderr for each request");
  arguments->models.add_options(command);
  add_style_option(command, arguments->style);
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return serve_pictures(*arguments); });
}

}  // namespace storyteller
