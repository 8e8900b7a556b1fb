#pragma once

#include <memory>
#include <string>

#include "tools/apps/serve/application.h"

namespace storyteller::serve {

/// Listens, and hands requests to an application (Boost.Beast, in server.cc alone).
class Server {
 public:
  struct Options {
    std::string host = "127.0.0.1";  ///< an address of this machine, or localhost
    int port = 8765;                 ///< 0: any that is free
    bool quiet = false;              ///< no line for each request
  };
  /// Listens from here on. Throws UsageError for a host that is no address, IoError where the port
  /// cannot be had. The application must outlive it, and be stopped before it ends.
  Server(Application& application, const Options& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  /// "http://127.0.0.1:8765".
  std::string url() const;
  /// Until a signal asks to stop (StopSignals): then nothing new is taken, and what was begun has
  /// ten seconds.
  void run();
  /// Ends run() at once, by any thread.
  void stop();

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

/// The version of Boost that was built with: "1.74.0".
std::string boost_version();

}  // namespace storyteller::serve
