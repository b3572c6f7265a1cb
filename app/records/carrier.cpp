#include "records/carrier.hpp"

#include <chrono>

#include "wall_clock.hpp"

namespace snmpgate::app {

bool drain(std::span<stages::BlockExchange* const> exchanges, RecordWriter& writer, EveLog& eve) {
    constexpr int kTurn = 64;  // blocks of one worker before the next has its turn
    bool any = false;
    for (stages::BlockExchange* exchange : exchanges) {
        for (int i = 0; i < kTurn; ++i) {
            record::Block* block = exchange->full();
            if (block == nullptr) break;
            any = true;
            writer.write(*block);
            eve.write(*block);
            exchange->done(block);
        }
    }
    return any;
}

Carrier::Carrier(std::vector<stages::BlockExchange*> exchanges, RecordWriter& writer, EveLog& eve)
    : exchanges_(std::move(exchanges)),
      writer_(writer),
      eve_(eve),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Carrier::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    while (drain(exchanges_, writer_, eve_)) {
    }
    eve_.close();
    writer_.close();
    tell();
}

void Carrier::work(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds kTick{5};
    while (!stop.stop_requested()) {
        hear();
        const bool busy = drain(exchanges_, writer_, eve_);
        eve_.tick(wall_clock());
        tell();
        if (!busy) std::this_thread::sleep_for(kTick);
    }
}

void Carrier::adopt(std::vector<std::string> realms, AlertLimit limit) {
    const std::scoped_lock lock{mutex_};
    to_adopt_.emplace(std::move(realms), limit);
}

void Carrier::hear() {
    if (reopen_.exchange(false, std::memory_order_relaxed)) eve_.reopen();
    const std::scoped_lock lock{mutex_};
    if (!to_adopt_) return;
    eve_.adopt(std::move(to_adopt_->first), to_adopt_->second);
    to_adopt_.reset();
}

void Carrier::tell() {
    const std::scoped_lock lock{mutex_};
    told_.records = writer_.counters();
    told_.alerts = eve_.counters();
    if (told_.file != writer_.path()) told_.file = writer_.path();
}

Carrier::Counters Carrier::counters() const {
    const std::scoped_lock lock{mutex_};
    return told_;
}

}  // namespace snmpgate::app
