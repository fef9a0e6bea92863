#include <wslay/wslay.h>

#include <algorithm>

#include "harness/base/check.hpp"
#include "harness/base/random.hpp"
#include "harness/bench/codec.hpp"

namespace wsproof::bench {

namespace {

class Wslay : public Codec {
 public:
  Wslay() {
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = take;
    callbacks.send_callback = put;
    callbacks.genmask_callback = new_key;
    callbacks.on_msg_recv_callback = count;
    CHECK(wslay_event_context_server_init(&server_, &callbacks, this) == 0);
    CHECK(wslay_event_context_client_init(&client_, &callbacks, this) == 0);
  }
  ~Wslay() override {
    wslay_event_context_free(server_);
    wslay_event_context_free(client_);
  }
  Wslay(const Wslay&) = delete;
  Wslay& operator=(const Wslay&) = delete;

  Messages decode(const Stream& stream) override {
    messages_ = {};
    left_ = stream.octets;
    CHECK(wslay_event_recv(server_) == 0);
    return messages_;
  }

  std::size_t encode(std::uint8_t opcode, base::OctetView payload) override {
    const wslay_event_msg message{opcode, payload.data(), payload.size()};
    written_ = 0;
    CHECK(wslay_event_queue_msg(client_, &message) == 0);
    CHECK(wslay_event_send(client_) == 0);
    return written_;
  }

 private:
  static ssize_t take(wslay_event_context_ptr context, std::uint8_t* into, std::size_t size, int,
                      void* self) {
    const std::size_t taken = receive(static_cast<Wslay*>(self)->left_, {into, size});
    if (taken > 0) return static_cast<ssize_t>(taken);
    wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
    return -1;
  }

  static ssize_t put(wslay_event_context_ptr, const std::uint8_t* octets, std::size_t size, int,
                     void* self) {
    auto& wslay = *static_cast<Wslay*>(self);
    if (wslay.output_.size() < size) wslay.output_.resize(size);
    std::copy_n(octets, size, wslay.output_.begin());
    wslay.written_ += size;
    return static_cast<ssize_t>(size);
  }

  static int new_key(wslay_event_context_ptr, std::uint8_t* key, std::size_t size, void* self) {
    const std::uint64_t random = static_cast<Wslay*>(self)->keys_.next();
    std::memcpy(key, &random, std::min(size, sizeof random));
    return 0;
  }

  static void count(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message,
                    void* self) {
    Messages& messages = static_cast<Wslay*>(self)->messages_;
    ++messages.count;
    messages.octets += message->msg_length;
  }

  wslay_event_context_ptr server_ = nullptr;
  wslay_event_context_ptr client_ = nullptr;
  base::OctetView left_;
  Messages messages_;
  base::Random keys_{1};
  base::Octets output_;
  std::size_t written_ = 0;
};

}  // namespace

std::unique_ptr<Codec> wslay_codec() { return std::make_unique<Wslay>(); }

}  // namespace wsproof::bench
