#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tools/apps/serve/access.h"
#include "tools/apps/serve/caption_model.h"
#include "tools/apps/serve/caption_thread.h"
#include "tools/apps/serve/dialects.h"
#include "tools/apps/serve/limits.h"
#include "tools/apps/serve/metrics.h"
#include "tools/apps/serve/workers.h"

namespace storyteller::serve {

/// Answers requests; knows no sockets.
class Application {
 public:
  struct Options {
    AccessRules access = {};
    Limits limits = {};
    std::size_t workers = 1;
    bool strict_model = false;
  };
  using Done = std::function<void(Response)>;

  /// The model must outlive it.
  Application(CaptionModel& model, Options options);
  ~Application() { stop(); }
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// What a head is answered with at once, its body unread; nothing: the body is wanted.
  std::optional<Response> refuse(const RequestHead& head) const;
  /// Answers a request whose head refuse() let pass. `done` is called once, by any thread, perhaps
  /// before this returns.
  void answer(Request request, Done done);
  /// What goes wrong below HTTP: `problem` in the dialect of the path, "" where none was read.
  static Response error(const RequestHead& head, const Problem& problem);

  /// From now on health says that the server stops.
  void drain() { draining_ = true; }
  /// Waits for what is being computed; what waits is dropped, and no `done` is called any more.
  void stop() { workers_.stop(); }
  /// Once the port is known: before the first request.
  void set_port(int port) { options_.access.port = port; }
  const Limits& limits() const { return options_.limits; }
  Metrics& metrics() { return metrics_; }
  /// The label of a request in counts and logs: a path of the table, or "other".
  static std::string route_label(const RequestHead& head);

 private:
  struct Work;

  /// Throws Problem.
  Response answer_at_once(Route route, Request& request) const;
  void begin_caption(const RouteRow& row, Request request, Done done);
  void prepare(const std::shared_ptr<Work>& work);
  void take(const std::shared_ptr<Work>& work, std::size_t place, CaptionedPicture captioned);
  void finish(Work& work);
  Response rendered(Work& work);
  CaptionRequest read(Work& work) const;
  void check_model(const std::string& asked) const;
  /// Throws Problem where more pictures would wait than may.
  void take_places(std::size_t count);
  void give_places(std::size_t count);

  CaptionModel& model_;
  Options options_;
  Metrics metrics_;
  std::chrono::steady_clock::time_point started_;
  std::atomic<bool> draining_{false};
  std::atomic<std::size_t> places_{0};
  Workers workers_;
  CaptionThread captions_;
};

}  // namespace storyteller::serve
