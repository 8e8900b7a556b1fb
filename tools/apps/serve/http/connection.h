#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tools/apps/serve/application.h"

// For the two sources of this folder alone: what includes Boost takes long to compile.

namespace storyteller::serve {

class Connection;

/// What all connections share. It outlives them.
struct Connections {
  Application& application;
  boost::asio::io_context& context;
  bool quiet;
  std::function<void(std::uint64_t)> closed;
  std::function<std::shared_ptr<Connection>(std::uint64_t)> find;  ///< null: it is closed
  bool draining = false;
  std::size_t body_bytes = 0;  ///< of bodies that are being read, or wait to be understood
  /// Requests of each address that are being answered, also those whose connection is gone: who
  /// asks and leaves, again and again, must not take all places.
  std::map<std::string, std::size_t> answering = {};
};

/// One client's connection: requests behind each other, one at a time. Everything happens on the
/// thread that runs the server, but for the answering.
class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The client's.
  virtual const std::string& address() const = 0;
  /// How ready it is to make room for a new one, the greatest first; nothing: it is at work.
  virtual std::optional<double> idleness() const = 0;
  virtual void start() = 0;
  /// An answer without a request: there is no room.
  virtual void turn_away() = 0;
  virtual void close() = 0;
  /// The server stops: what is idle goes.
  virtual void drain() = 0;
  /// The answer to request number `request`; too late, it is dropped.
  virtual void answer(std::uint64_t request, Response response) = 0;
};

std::shared_ptr<Connection> make_connection(std::uint64_t id, boost::asio::ip::tcp::socket socket,
                                            std::string address, Connections& all);

}  // namespace storyteller::serve
