#include "tools/apps/serve/application.h"

#include <algorithm>
#include <iostream>
#include <new>
#include <utility>

#include "core/error.h"
#include "core/system/seconds_since.h"
#include "tools/apps/serve/page.h"
#include "tools/apps/serve/picture_size.h"
#include "tools/apps/serve/problem.h"
#include "tools/cli/exit_code.h"

namespace storyteller::serve {
namespace {

using Clock = std::chrono::steady_clock;

/// What a client is told of a failure; what is no client's fault goes to the log.
Problem problem_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Problem& problem) {
    return problem;
  } catch (const std::bad_alloc&) {
    return {503, "memory", "not enough memory at the moment", "try again, or a smaller picture"};
  } catch (const UsageError& error) {
    return {400, "bad_value", error.what()};
  } catch (const MemoryError&) {
    return {503, "memory", "not enough memory at the moment", "try again, or a smaller picture"};
  } catch (...) {
    report_exception(std::current_exception(), std::cerr);
    return {500, "internal", "something went wrong here; the server's log says what"};
  }
}

/// The answer to a browser that asks whether a page of another origin may ask.
Response preflight(const RequestHead& head, const std::string& origin) {
  const std::string methods = methods_of(head.path());
  Response response{.status = 204, .type = ""};
  response.fields.emplace_back("Allow", methods + ", OPTIONS");
  if (origin.empty()) return response;
  response.fields.emplace_back("Access-Control-Allow-Methods", methods);
  response.fields.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type");
  response.fields.emplace_back("Access-Control-Max-Age", "600");
  return response;
}

/// What lets a page of an allowed origin read the answer.
void allow(Response& response, const RequestHead& head, const AccessRules& rules) {
  if (rules.origins.empty()) return;
  response.fields.emplace_back("Vary", "Origin");
  const std::string* origin = head.find("origin");
  if (origin == nullptr) return;
  if (std::find(rules.origins.begin(), rules.origins.end(), *origin) == rules.origins.end()) return;
  response.fields.emplace_back("Access-Control-Allow-Origin", *origin);
}

}  // namespace

/// A request whose pictures are being captioned.
struct Application::Work {
  RouteRow row;
  Request request;
  Done done;
  Clock::time_point begin;
  CaptionRequest wanted = {};
  std::vector<CaptionedPicture> captioned = {};
  std::atomic<std::size_t> missing{0};
  std::size_t places = 1;
  bool announced = false, large = false;
  Timing timing = {};
};

Application::Application(Options options)
    : options_(std::move(options)),
      started_(Clock::now()),
      workers_(options_.workers),
      large_workers_(options_.workers, Workers::Priority::kLow),
      captions_([this](auto pictures, const SearchWish& wish,
                       BatchTiming* timing) { return model().describe(pictures, wish, timing); },
                metrics_) {}

const ModelCard* Application::card() const {
  const CaptionModel* const loaded = model_.load();
  return loaded == nullptr ? nullptr : &loaded->card();
}

void Application::set_model(CaptionModel& model) {
  std::vector<std::function<void()>> waiting;
  {
    const std::lock_guard lock(waiting_lock_);
    model_ = &model;
    waiting.swap(waiting_for_model_);
  }
  give_places(waiting.size());
  for (const auto& answer : waiting) answer();
}

void Application::stop() {
  {
    const std::lock_guard lock(waiting_lock_);
    waiting_for_model_.clear();
  }
  workers_.stop();
  large_workers_.stop();
}

Response Application::error(const RequestHead& head, const Problem& problem) {
  return error_answer(dialect_of(head.path()), problem);
}

std::string Application::route_label(const RequestHead& head) {
  return methods_of(head.path()).empty() ? "other" : std::string(head.path());
}

std::optional<Response> Application::refuse(const RequestHead& head) const {
  const AccessRules& access = options_.access;
  Response response;
  try {
    if (!head.target.starts_with('/')) {
      throw Problem(400, "bad_request", "the address must begin with /");
    }
    check_host(head, access);
    const std::string origin = check_origin(head, access);
    if (head.method == "OPTIONS" && !methods_of(head.path()).empty()) {
      response = preflight(head, origin);
    } else {
      const RouteRow& row = find_route(head.method, head.path());
      if (!row.open) check_token(head, access);
      check_body(head);
      return std::nullopt;
    }
  } catch (const Problem& problem) {
    response = error(head, problem);
  }
  allow(response, head, access);
  return response;
}

void Application::check_model(const std::string& asked) const {
  if (!options_.strict_model || asked.empty() || is_name_of(asked, model().card())) return;
  throw Problem(404, "model_not_found", "no such model is loaded", "ask for " + model().card().name)
      .about("model");
}

std::optional<Response> Application::answer_without_model(Route route) const {
  switch (route) {
    case Route::kPage:
      return page_answer();
    case Route::kAsk:
      throw Problem(501, "no_vqa_model", "no model that answers questions is loaded",
                    "POST /v1/caption describes a picture");
    case Route::kHealth:
      return health_answer(card(), seconds_since(started_), draining_);
    case Route::kMetrics:
      return Response{.type = "text/plain; version=0.0.4; charset=utf-8",
                      .body = metrics_.text(card())};
    default:
      return std::nullopt;
  }
}

Response Application::answer_at_once(Route route, Request& request) const {
  switch (route) {
    case Route::kTags:
      return ollama_tags(model().card());
    case Route::kShow:
      check_model(ollama_shown(std::move(request.body)));
      return ollama_show(model().card());
    case Route::kVersion:
      return ollama_version(model().card());
    case Route::kRunning:
      return ollama_running(model().card());
    case Route::kModels:
      return openai_models(model().card());
    default:
      break;
  }
  throw InternalError("serve: a route without an answer");
}

void Application::answer(Request request, Done done) {
  const RequestHead head = request.head;
  const auto reply = [this, head, done = std::move(done)](Response response) {
    allow(response, head, options_.access);
    done(std::move(response));
  };
  try {
    const RouteRow& row = find_route(head.method, head.path());
    if (auto response = answer_without_model(row.route)) {
      reply(std::move(*response));
    } else if (!wait_for_model(row, request, reply)) {
      answer_with_model(row, std::move(request), reply);
    }
  } catch (...) {
    reply(error(head, problem_of(std::current_exception())));
  }
}

bool Application::wait_for_model(const RouteRow& row, Request& request, const Done& done) {
  const std::lock_guard lock(waiting_lock_);
  if (model_.load() != nullptr) return false;
  take_places(1);
  auto waiting = std::make_shared<Request>(std::move(request));
  waiting_for_model_.push_back([this, &row, waiting, done] {
    const RequestHead head = waiting->head;
    try {
      answer_with_model(row, std::move(*waiting), done);
    } catch (...) {
      done(error(head, problem_of(std::current_exception())));
    }
  });
  return true;
}

void Application::answer_with_model(const RouteRow& row, Request request, Done done) {
  const bool captions = row.route == Route::kCaption || row.route == Route::kGenerate ||
                        row.route == Route::kChat || row.route == Route::kCompletions;
  if (captions) {
    begin_caption(row, std::move(request), std::move(done));
  } else {
    done(answer_at_once(row.route, request));
  }
}

void Application::take_places(std::size_t count) {
  std::size_t taken = places_.load();
  do {
    if (taken + count > options_.limits.waiting_pictures) {
      metrics_.add_rejected();
      throw busy();
    }
  } while (!places_.compare_exchange_weak(taken, taken + count));
  metrics_.set_waiting(taken + count);
}

void Application::give_places(std::size_t count) {
  metrics_.set_waiting(places_.fetch_sub(count) - count);
}

void Application::begin_caption(const RouteRow& row, Request request, Done done) {
  take_places(1);
  auto work = std::make_shared<Work>();
  work->row = row;
  work->request = std::move(request);
  work->done = std::move(done);
  work->begin = Clock::now();
  work->large = work->request.body.size() > kLargeBody;
  if (!work->large) {
    captions_.announce();
    work->announced = true;
  }
  post(work, &Application::read_request);
}

/// By threads for what is small, or others for what is large. A failure is the answer.
void Application::post(const std::shared_ptr<Work>& work, Step step) {
  (work->large ? large_workers_ : workers_).post([this, work, step] {
    try {
      (this->*step)(work);
    } catch (...) {
      settle(*work);
      give_places(work->places);
      work->done(error(work->request.head, problem_of(std::current_exception())));
    }
  });
}

void Application::settle(Work& work) {
  if (std::exchange(work.announced, false)) captions_.settle();
}

CaptionRequest Application::read(Work& work) const {
  std::string body = std::move(work.request.body);
  switch (work.row.route) {
    case Route::kGenerate:
      return ollama_request(OllamaCall::kGenerate, std::move(body));
    case Route::kChat:
      return ollama_request(OllamaCall::kChat, std::move(body));
    case Route::kCompletions:
      return openai_request(std::move(body));
    default:
      return own_request(work.request.head, std::move(body));
  }
}

void Application::read_request(const std::shared_ptr<Work>& work) {
  work->wanted = read(*work);
  check_model(work->wanted.model);
  const std::vector<std::string>& pictures = work->wanted.pictures;
  if (pictures.size() > 1) {
    take_places(pictures.size() - 1);
    work->places = pictures.size();
  }
  const bool large = std::any_of(pictures.begin(), pictures.end(), [](const std::string& bytes) {
    const auto size = picture_size(bytes);
    return size && size->has_more_than(kManyPixels);
  });
  if (large && !work->large) {
    work->large = true;
    settle(*work);
    return post(work, &Application::prepare);
  }
  prepare(work);
}

void Application::prepare(const std::shared_ptr<Work>& work) {
  const std::size_t count = work->wanted.pictures.size();
  work->captioned.resize(count);
  std::vector<PreparedPicture> prepared;
  const auto begin = Clock::now();
  for (std::string& bytes : work->wanted.pictures) {
    const auto one = Clock::now();
    try {
      prepared.push_back(model().prepare(bytes, work->wanted.maps));
    } catch (...) {
      metrics_.add_picture(PictureResult::kBad);
      throw;
    }
    metrics_.add_stage(Stage::kDecode, seconds_since(one));
    bytes = std::string();
  }
  work->timing.decode = seconds_since(begin);
  if (count == 0) {
    settle(*work);
    finish(*work);
    return;
  }
  work->missing = count;
  for (std::size_t i = 0; i < count; ++i) {
    captions_.add(
        std::move(prepared[i]), work->wanted.search,
        [this, work, i](CaptionedPicture captioned) { take(work, i, std::move(captioned)); });
  }
  settle(*work);
}

void Application::take(const std::shared_ptr<Work>& work, std::size_t place,
                       CaptionedPicture captioned) {
  work->captioned[place] = std::move(captioned);
  if (--work->missing > 0) return;
  // Drawing and wording need not hold up the next batch.
  workers_.post([this, work] { finish(*work); });
}

void Application::finish(Work& work) {
  give_places(work.places);
  Response response;
  try {
    response = rendered(work);
  } catch (...) {
    response = error(work.request.head, problem_of(std::current_exception()));
  }
  work.done(std::move(response));
}

Response Application::rendered(Work& work) {
  const ModelCard& card = model().card();
  const CaptionRequest& wanted = work.wanted;
  std::vector<PictureAnswer> answers;
  for (CaptionedPicture& captioned : work.captioned) {
    if (captioned.failure) std::rethrow_exception(captioned.failure);
    work.timing.encode = std::max(work.timing.encode, captioned.timing.encode);
    work.timing.search = std::max(work.timing.search, captioned.timing.search);
    answers.push_back(
        model().answer(wanted, std::move(captioned.picture), std::move(captioned.description)));
    const Assessment& assessment = answers.back().assessment;
    metrics_.add_picture(assessment.is_photograph() ? PictureResult::kOk
                                                    : PictureResult::kNotPhoto);
    metrics_.add_caption(assessment.grade);
  }
  work.timing.total = seconds_since(work.begin);
  Response response;
  const OllamaCall call =
      work.row.route == Route::kChat ? OllamaCall::kChat : OllamaCall::kGenerate;
  if (work.row.dialect == Dialect::kOwn) {
    response = own_answer(wanted, answers, work.timing, card);
  } else if (work.row.dialect == Dialect::kOpenAi) {
    response = openai_answer(wanted, answers.at(0), card);
  } else if (wanted.only_loads) {
    response = ollama_loaded(call, card);
  } else {
    response = ollama_answer(call, wanted, answers.at(0), work.timing, card);
  }
  if (!wanted.model.empty() && !is_name_of(wanted.model, card)) {
    response.fields.emplace_back(
        "Warning", "299 - \"another model was asked for; this is " + card.name + "\"");
  }
  return response;
}

}  // namespace storyteller::serve
