#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

  /// Without a model: until set_model(), health says so, and requests that need it wait for it, as
  /// many as pictures may.
  explicit Application(Options options);
  /// The model must outlive it.
  Application(CaptionModel& model, Options options) : Application(std::move(options)) {
    set_model(model);
  }
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

  /// Once, by any thread: what waits for it is answered. The model must outlive the application.
  void set_model(CaptionModel& model);
  /// From now on health says that the server stops.
  void drain() { draining_ = true; }
  /// Waits for what is being computed; what waits is dropped, and no `done` is called any more.
  void stop();
  /// Once the port is known: before the first request.
  void set_port(int port) { options_.access.port = port; }
  const Limits& limits() const { return options_.limits; }
  Metrics& metrics() { return metrics_; }
  /// The label of a request in counts and logs: a path of the table, or "other".
  static std::string route_label(const RequestHead& head);

 private:
  struct Work;
  using Step = void (Application::*)(const std::shared_ptr<Work>&);

  CaptionModel& model() const { return *model_.load(); }
  /// Null: it is not loaded yet.
  const ModelCard* card() const;
  void answer_with_model(const RouteRow& row, Request request, Done done);
  /// What needs no model. Nothing: the route needs it.
  std::optional<Response> answer_without_model(Route route) const;
  /// Whether the request waits for the model now. Throws Problem where too many do.
  bool wait_for_model(const RouteRow& row, Request& request, const Done& done);
  /// Throws Problem.
  Response answer_at_once(Route route, Request& request) const;
  void begin_caption(const RouteRow& row, Request request, Done done);
  void post(const std::shared_ptr<Work>& work, Step step);
  /// No batch waits for it any more.
  void settle(Work& work);
  void read_request(const std::shared_ptr<Work>& work);
  void prepare(const std::shared_ptr<Work>& work);
  void take(const std::shared_ptr<Work>& work, std::size_t place, CaptionedPicture captioned);
  void finish(Work& work);
  Response rendered(Work& work);
  CaptionRequest read(Work& work) const;
  void check_model(const std::string& asked) const;
  /// Throws Problem where more pictures would wait than may.
  void take_places(std::size_t count);
  void give_places(std::size_t count);

  std::atomic<CaptionModel*> model_{nullptr};
  std::mutex waiting_lock_;
  std::vector<std::function<void()>> waiting_for_model_;
  Options options_;
  Metrics metrics_;
  std::chrono::steady_clock::time_point started_;
  std::atomic<bool> draining_{false};
  std::atomic<std::size_t> places_{0};
  Workers workers_, large_workers_;
  CaptionThread captions_;
};

}  // namespace storyteller::serve
