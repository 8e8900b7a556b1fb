#include "tools/apps/serve/http/server.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/version.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "tools/apps/serve/http/connection.h"

namespace storyteller::serve {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

}  // namespace

class Server::Listener {
 public:
  Listener(Application& application, const Options& options)
      : all_{.application = application,
             .context = context_,
             .quiet = options.quiet,
             .closed = [this](std::uint64_t id) { remove(id); },
             .find = [this](std::uint64_t id) { return connection(id); }},
        acceptor_(context_),
        stop_(context_),
        timer_(context_) {
    listen(options);
  }

  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

  void run() {
    if (const int descriptor = stop_descriptor(); descriptor >= 0) {
      stop_.assign(::dup(descriptor));
      stop_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const Failure& failure) {
        if (!failure) drain();
      });
    }
    accept();
    context_.run();
    connections_.clear();
  }

  void stop() { context_.stop(); }

 private:
  void listen(const Options& options) {
    const std::string name = "--host " + printable(options.host);
    Failure failure;
    const auto address =
        asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, failure);
    if (failure) throw UsageError(name + ": not an address of this machine, such as 127.0.0.1");
    const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(options.port));
    acceptor_.open(endpoint.protocol(), failure);
    if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor_.bind(endpoint, failure);
    if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
    if (!failure) return;
    throw IoError(name + " --port " + std::to_string(options.port) + ": cannot listen: " +
                  failure.message() + "; another program may: choose another --port");
  }

  void accept() {
    acceptor_.async_accept([this](const Failure& failure, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!failure) {
        take(std::move(socket));
        return accept();
      }
      // Too many files are open, for example: some will close.
      timer_.expires_after(std::chrono::milliseconds(100));
      timer_.async_wait([this](const Failure& cancelled) {
        if (!cancelled && acceptor_.is_open()) accept();
      });
    });
  }

  void take(tcp::socket socket) {
    Failure failure;
    const auto peer = socket.remote_endpoint(failure);
    if (failure) return;
    const std::string address = peer.address().to_string();
    const Limits& limits = all_.application.limits();
    const auto alike = static_cast<std::size_t>(
        std::count_if(connections_.begin(), connections_.end(),
                      [&](const auto& entry) { return entry.second->address() == address; }));
    bool room = true;
    if (alike >= limits.connections_per_address) {
      room = make_room(address);
    } else if (connections_.size() >= limits.connections) {
      room = make_room("");
    }
    const std::uint64_t id = ++last_id_;
    const auto connection = make_connection(id, std::move(socket), address, all_);
    // Those who are turned away are few: what is above the limit by as much again is just closed.
    if (!room && connections_.size() >= 2 * limits.connections) return;
    connections_.emplace(id, connection);
    all_.application.metrics().set_connections(connections_.size());
    if (room) {
      connection->start();
    } else {
      connection->turn_away();
    }
  }

  /// Closes the connection that has done nothing for the longest, of an address or of all.
  bool make_room(const std::string& address) {
    std::shared_ptr<Connection> chosen;
    double most = 0;
    for (const auto& [id, connection] : connections_) {
      if (!address.empty() && connection->address() != address) continue;
      const auto idleness = connection->idleness();
      if (!idleness || *idleness < most) continue;
      most = *idleness;
      chosen = connection;
    }
    if (chosen) chosen->close();
    return chosen != nullptr;
  }

  void remove(std::uint64_t id) {
    connections_.erase(id);
    all_.application.metrics().set_connections(connections_.size());
    if (all_.draining && connections_.empty()) context_.stop();
  }

  std::shared_ptr<Connection> connection(std::uint64_t id) const {
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : found->second;
  }

  void drain() {
    all_.draining = true;
    all_.application.drain();
    Failure ignored;
    acceptor_.close(ignored);
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [id, connection] : connections_) all.push_back(connection);
    for (const auto& connection : all) connection->drain();
    if (connections_.empty()) return context_.stop();
    timer_.expires_after(kDrainTime);
    timer_.async_wait([this](const Failure& cancelled) {
      if (!cancelled) context_.stop();
    });
  }

  Connections all_;  // declared first: connections end with the context at the latest
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::posix::stream_descriptor stop_;
  asio::steady_timer timer_;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::uint64_t last_id_ = 0;
};

Server::Server(Application& application, const Options& options)
    : listener_(std::make_unique<Listener>(application, options)) {}
Server::~Server() = default;

int Server::port() const { return listener_->endpoint().port(); }

std::string Server::url() const {
  const auto address = listener_->endpoint().address();
  const std::string text = address.to_string();
  return "http://" + (address.is_v6() ? "[" + text + "]" : text) + ":" + std::to_string(port());
}

void Server::run() { listener_->run(); }

void Server::stop() { listener_->stop(); }

std::string boost_version() {
  return std::to_string(BOOST_VERSION / 100'000) + "." +
         std::to_string(BOOST_VERSION / 100 % 1'000) + "." + std::to_string(BOOST_VERSION % 100);
}

}  // namespace storyteller::serve
