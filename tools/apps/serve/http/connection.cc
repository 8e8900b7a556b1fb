#include "tools/apps/serve/http/connection.h"

#include <chrono>
#include <cstdint>
#include <ctime>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/system/seconds_since.h"
#include "core/text/ascii.h"
#include "tools/apps/serve/problem.h"
#include "tools/apps/serve/wire.h"

namespace storyteller::serve {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Failure = boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxDiscarded = std::size_t{64} << 20;

RequestHead head_of(const http::request<http::string_body>& request) {
  RequestHead head{.method = std::string(request.method_string()),
                   .target = std::string(request.target())};
  for (const auto& field : request) {
    const auto name = field.name_string(), value = field.value();
    head.fields.emplace_back(lower_case({name.data(), name.size()}),
                             std::string(trimmed({value.data(), value.size()})));
  }
  return head;
}

Problem problem_of_head(const Failure& failure) {
  if (failure == http::error::header_limit) {
    return {431, "header_too_large", "the head of the request is too large"};
  }
  if (failure == http::error::body_limit) {
    return {413, "too_large", "the body is larger than this server takes",
            "send a smaller picture"};
  }
  return {400, "bad_request", "the request is not HTTP as it must be"};
}

class HttpConnection : public Connection, public std::enable_shared_from_this<HttpConnection> {
 public:
  enum class State { kIdle, kHead, kBody, kAnswer, kWrite, kLinger };

  HttpConnection(std::uint64_t id, tcp::socket socket, std::string address, Connections& all)
      : id_(id),
        socket_(std::move(socket)),
        address_(std::move(address)),
        timer_(all.context),
        all_(all) {}
  ~HttpConnection() override { all_.body_bytes -= held_; }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  const std::string& address() const override { return address_; }
  std::optional<double> idleness() const override {
    const double age = seconds_since(since_);
    constexpr double kLong = 1e6;
    switch (state_) {
      case State::kIdle:
      case State::kLinger:
        return age + 2 * kLong;
      case State::kHead:
        return age + kLong;
      case State::kBody:
        if (age * 1000 > static_cast<double>(kBodyGrace.count())) return age;
        return std::nullopt;
      case State::kAnswer:
      case State::kWrite:
        break;
    }
    return std::nullopt;
  }

  void start() override {
    Failure ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    read_head();
  }
  void turn_away() override {
    keep_alive_ = false;
    began_ = Clock::now();
    write(Application::error({}, busy()));
  }
  void close() override {
    Failure ignored;
    timer_.cancel();
    socket_.close(ignored);
    all_.closed(id_);
  }
  void drain() override {
    const bool asks = state_ != State::kIdle && (state_ != State::kHead || parser_->got_some());
    if (!asks || state_ == State::kLinger) close();
  }
  void answer(std::uint64_t request, Response response) override {
    if (state_ == State::kAnswer && request == requests_) write(response);
  }

 private:
  void enter(State state, Clock::time_point deadline) {
    state_ = state;
    if (state != State::kBody || since_of_ != state) since_ = Clock::now();
    since_of_ = state;
    timer_.expires_at(deadline);
    timer_.async_wait([self = weak_from_this(), turn = ++turn_](const Failure& failure) {
      const auto connection = self.lock();
      if (!failure && connection && connection->turn_ == turn) connection->expire();
    });
  }

  void expire() {
    Failure ignored;
    switch (state_) {
      case State::kHead:
      case State::kBody:
        expired_ = true;
        socket_.cancel(ignored);  // its handler answers
        break;
      case State::kAnswer:
        keep_alive_ = false;
        write(Application::error(head_, Problem(503, "deadline", "the answer took too long")));
        break;
      default:
        close();
    }
  }

  void wait_for_request() {
    if (all_.draining) return close();
    if (buffer_.size() > 0) return read_head();
    enter(State::kIdle, Clock::now() + kIdleTime);
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const Failure& failure) {
      if (!failure) self->read_head();
    });
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(kMaxHeadBytes);
    parser_->body_limit(all_.application.limits().body_bytes);
    expired_ = false;
    ++requests_;
    enter(State::kHead, Clock::now() + kHeadTime);
    http::async_read_header(socket_, buffer_, *parser_,
                            [self = shared_from_this()](const Failure& failure, std::size_t) {
                              self->on_head(failure);
                            });
  }

  void on_head(const Failure& failure) {
    if (!socket_.is_open()) return;
    began_ = Clock::now();
    keep_alive_ = false;
    head_ = head_of(parser_->get());
    if (expired_) {
      if (!parser_->got_some()) return close();
      return write(Application::error(head_, Problem(408, "timeout", "the head took too long")));
    }
    if (failure == http::error::end_of_stream || failure == asio::error::connection_reset ||
        failure == asio::error::operation_aborted || failure == asio::error::eof) {
      return close();
    }
    if (failure) return write(Application::error(head_, problem_of_head(failure)));
    http_1_0_ = parser_->get().version() < 11;
    if (head_.fields.size() > kMaxFields) {
      return write(Application::error(head_, problem_of_head(http::error::header_limit)));
    }
    auto refusal = all_.application.refuse(head_);
    // Behind what is refused a body may come that nobody reads.
    const bool bare =
        head_.find("content-length") == nullptr && head_.find("transfer-encoding") == nullptr;
    keep_alive_ = parser_->keep_alive() && (!refusal || bare) && !all_.draining;
    if (refusal) return write(*refusal);
    expect_body();
  }

  void expect_body() {
    const std::string* expected = head_.find("expect");
    body_began_ = Clock::now();
    if (expected == nullptr || parser_->is_done()) return read_body();
    if (lower_case(*expected) != "100-continue") {
      keep_alive_ = false;
      return write(
          Application::error(head_, Problem(417, "bad_expectation", "no such expectation is met")));
    }
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    enter(State::kBody, body_began_ + body_time(0));
    asio::async_write(socket_, asio::buffer(out_),
                      [self = shared_from_this()](const Failure& failure, std::size_t) {
                        if (failure) return self->close();
                        self->read_body();
                      });
  }

  void read_body() {
    if (parser_->is_done()) return hand_over();
    enter(State::kBody, body_began_ + body_time(received()));
    http::async_read_some(socket_, buffer_, *parser_,
                          [self = shared_from_this()](const Failure& failure, std::size_t) {
                            self->on_body(failure);
                          });
  }

  std::size_t received() const { return parser_->get().body().size(); }

  void on_body(const Failure& failure) {
    if (!socket_.is_open()) return;
    const auto refuse = [this](const Problem& problem) {
      keep_alive_ = false;
      write(Application::error(head_, problem));
    };
    hold(received());
    if (expired_) return refuse(Problem(408, "timeout", "the body came too slowly"));
    if (failure == http::error::body_limit) return refuse(problem_of_head(failure));
    if (failure == http::error::partial_message || failure == asio::error::connection_reset ||
        failure == asio::error::operation_aborted || failure == asio::error::eof) {
      return close();
    }
    if (failure) return refuse(problem_of_head(failure));
    if (all_.body_bytes > all_.application.limits().bodies_bytes) {
      all_.application.metrics().add_rejected();
      return refuse(busy());
    }
    read_body();
  }

  void hold(std::size_t bytes) {
    all_.body_bytes += bytes - held_;
    held_ = bytes;
  }

  void hand_over() {
    body_size_ = received();
    hold(body_size_);
    all_.application.metrics().add_received(body_size_);
    std::size_t& answering = all_.answering[address_];
    if (answering >= all_.application.limits().connections_per_address) {
      all_.application.metrics().add_rejected();
      return write(Application::error(head_, busy()));
    }
    ++answering;
    enter(State::kAnswer, Clock::now() + kAnswerTime);
    Request request{head_, std::move(parser_->get().body())};
    // The application may outlive this connection, but nothing that belongs to it.
    all_.application.answer(std::move(request), [id = id_, turn = requests_, address = address_,
                                                 &all = all_](Response response) {
      asio::post(all.context, [id, turn, address, &all, answer = std::move(response)]() mutable {
        const auto answering = all.answering.find(address);
        if (--answering->second == 0) all.answering.erase(answering);
        if (const auto connection = all.find(id)) connection->answer(turn, std::move(answer));
      });
    });
  }

  void write(const Response& response) {
    if (all_.draining) keep_alive_ = false;
    if (http_1_0_ && !response.pieces.empty()) keep_alive_ = false;
    status_ = response.status;
    out_ = wire_text(response, {.keep_alive = keep_alive_,
                                .head = head_.method == "HEAD",
                                .http_1_0 = http_1_0_,
                                .date = http_date(std::time(nullptr))});
    parser_.reset();
    hold(0);
    enter(State::kWrite, Clock::now() + kAnswerTime);
    asio::async_write(socket_, asio::buffer(out_),
                      [self = shared_from_this()](const Failure& failure, std::size_t bytes) {
                        self->on_written(failure, bytes);
                      });
  }

  void on_written(const Failure& failure, std::size_t bytes) {
    const double seconds = seconds_since(began_);
    const std::string route = Application::route_label(head_);
    all_.application.metrics().add_request(route, status_, seconds);
    if (!all_.quiet) log(route, bytes, seconds);
    head_ = {};
    out_ = std::string();
    if (failure || !socket_.is_open()) return close();
    if (keep_alive_) return wait_for_request();
    linger();
  }

  /// Time, route, code, bytes in, bytes out, milliseconds: no names, no words.
  void log(const std::string& route, std::size_t bytes, double seconds) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char time[32];
    std::strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &parts);
    std::cerr << time << ' ' << route << ' ' << status_ << ' ' << std::exchange(body_size_, 0)
              << ' ' << bytes << ' ' << static_cast<std::int64_t>(seconds * 1000) << '\n'
              << std::flush;
  }

  /// What is still sent to a connection that is closed would tear the answer from the client's
  /// hands: it is read, for a while, and thrown away.
  void linger() {
    Failure ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    enter(State::kLinger, Clock::now() + kLingerTime);
    discarded_ = 0;
    discard();
  }
  void discard() {
    buffer_.clear();
    constexpr std::size_t kPiece = 65'536;
    socket_.async_read_some(buffer_.prepare(kPiece),
                            [self = shared_from_this()](const Failure& failure, std::size_t bytes) {
                              if (!self->socket_.is_open()) return;
                              self->discarded_ += bytes;
                              if (failure || self->discarded_ > kMaxDiscarded) return self->close();
                              self->discard();
                            });
  }

  std::uint64_t id_;
  tcp::socket socket_;
  std::string address_;
  asio::steady_timer timer_;
  Connections& all_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  RequestHead head_;
  std::string out_;
  State state_ = State::kHead, since_of_ = State::kLinger;
  Clock::time_point since_, began_, body_began_;
  bool expired_ = false, keep_alive_ = false, http_1_0_ = false;
  int status_ = 0;
  std::uint64_t turn_ = 0, requests_ = 0;
  std::size_t held_ = 0, body_size_ = 0, discarded_ = 0;
};

}  // namespace

std::shared_ptr<Connection> make_connection(std::uint64_t id, tcp::socket socket,
                                            std::string address, Connections& all) {
  return std::make_shared<HttpConnection>(id, std::move(socket), std::move(address), all);
}

}  // namespace storyteller::serve
