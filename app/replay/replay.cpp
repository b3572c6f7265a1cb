#include "replay/replay.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

#include <rte_mbuf.h>

#include "alerts/eve.hpp"
#include "compile.hpp"
#include "config/realms.hpp"
#include "eal.hpp"
#include "records/carrier.hpp"
#include "replay/capture.hpp"
#include "stages/steer.hpp"
#include "stages/worker.hpp"
#include "stats.hpp"

namespace snmpgate::app {
namespace {

using stages::kBurst;

constexpr unsigned kBlocks = 8;  // a worker: the writer empties them after every step

// The two inputs as one: by timestamp, ties external first; within a file in its order.
class Inputs {
 public:
    explicit Inputs(const ReplayOptions& options) {
        if (options.external) readers_[index(Side::external)].emplace(*options.external);
        if (options.internal) readers_[index(Side::internal)].emplace(*options.internal);
    }

    // The next frame and the side it enters by, not consumed; null at the end of both.
    const CapturedFrame* peek(Side& side) {
        const CapturedFrame* heads[kSides] = {};
        for (uint8_t i = 0; i < kSides; ++i) heads[i] = readers_[i] ? readers_[i]->peek() : nullptr;
        const bool external = heads[0] != nullptr && (heads[1] == nullptr || heads[0]->time <= heads[1]->time);
        side = external ? Side::external : Side::internal;
        return heads[index(side)];
    }
    void pop(Side side) { readers_[index(side)]->pop(); }

 private:
    std::array<std::optional<CaptureReader>, kSides> readers_;
};

// One worker and what the lockstep keeps for it.
struct Lane {
    std::unique_ptr<stages::WorkerState> state;
    stages::Egress out;
    std::array<rte_mbuf*, kBurst> in;
    size_t count = 0;
};

class Replay {
 public:
    Replay(const Config& config, const ReplayOptions& options)
        : policy_(compile(config, {}, memory_)),
          pool_(make_pool("frames", 8191, SOCKET_ID_ANY)),
          inputs_(options),
          writer_({.directory = options.out / "records",
                   .names = RecordFiles::Names::numbered,
                   .rotate_bytes = config.records.rotate_bytes,
                   .rotate_seconds = config.records.rotate_seconds}),
          eve_(options.out / "eve.json", EveLog::Existing::replace, names_of(config.realms),
               {config.alerts.limit_count, config.alerts.limit_seconds}),
          outputs_{CaptureWriter{options.out / "external.pcap"}, CaptureWriter{options.out / "internal.pcap"}} {
        if (!stages::register_capture_info()) throw std::runtime_error("mbufs have no room for capture lengths");
        for (uint16_t i = 0; i < options.workers; ++i) {
            lanes_.push_back(
                {std::make_unique<stages::WorkerState>(i, kBlocks, 0, *std::pmr::get_default_resource()), {}, {}, 0});
            exchanges_.push_back(&lanes_.back().state->exchange);
        }
    }

    // Frames of one instant make a burst, so that each has its own time; that is what a live burst has, too.
    void run() {
        Side side{};
        while (const CapturedFrame* frame = inputs_.peek(side)) {
            now_ = std::max(now_, frame->time);
            order_ = 0;
            do {
                times_[order_] = frame->time;
                steer(load(*frame, side));
                inputs_.pop(side);
                frame = inputs_.peek(side);
            } while (frame != nullptr && frame->time <= now_ && order_ < kBurst);
            step();
        }
        for (Lane& lane : lanes_) lane.state->worker.drain();
        carry();
        const bool told = eve_.close();
        writer_.close();
        for (CaptureWriter& output : outputs_) output.close();
        if (!told || writer_.counters().records_lost_writing + eve_.counters().lost != 0)
            throw std::runtime_error("not all records and alerts could be written; is the disk full?");
    }

    [[nodiscard]] nlohmann::ordered_json stats() const {
        Stages all{.rx = {&received_}, .tx = {&sent_}, .workers = {}, .rings = {}};
        for (const Lane& lane : lanes_) all.workers.push_back(&lane.state->worker.counters());
        auto json = app::stats(all);
        json["records"]["lost_writing"] = writer_.counters().records_lost_writing;
        json["alerts"] = to_json(eve_.counters());
        return json;
    }

 private:
    rte_mbuf* load(const CapturedFrame& frame, Side side) {
        rte_mbuf* first = nullptr;
        rte_mbuf* last = nullptr;
        std::span<const uint8_t> rest = frame.bytes;
        do {
            rte_mbuf* segment = rte_pktmbuf_alloc(pool_.get());
            if (segment == nullptr)
                throw std::runtime_error("no memory for a frame of " + std::to_string(frame.bytes.size()) + " bytes");
            const auto size = static_cast<uint16_t>(std::min<size_t>(rest.size(), rte_pktmbuf_tailroom(segment)));
            std::memcpy(rte_pktmbuf_append(segment, size), rest.data(), size);
            rest = rest.subspan(size);
            if (first == nullptr) {
                first = segment;
            } else {
                last->next = segment;
                first->nb_segs++;
                first->pkt_len += size;
            }
            last = segment;
        } while (!rest.empty());
        first->port = index(side);
        stages::mark_captured(*first, {frame.wire_length, order_++});
        return first;
    }

    void steer(rte_mbuf* mbuf) {
        const uint32_t hash = stages::steering_hash(*mbuf, policy_->realms);
        received_[mbuf->port].received.add();
        Lane& lane = lanes_[stages::worker_for(hash, static_cast<unsigned>(lanes_.size()))];
        lane.in[lane.count++] = mbuf;
    }

    void step() {
        for (Lane& lane : lanes_) {
            lane.state->worker.step({lane.in.data(), lane.count}, now_, *policy_, lane.out);
            lane.count = 0;
        }
        for (const Side side : {Side::external, Side::internal}) write_out(side);
        carry();
    }

    void carry() {
        while (drain(exchanges_, writer_, eve_)) {
        }
    }

    // In the order the frames were read, whichever worker had them.
    void write_out(Side side) {
        std::vector<std::pair<rte_mbuf*, Lane*>> leaving;
        for (Lane& lane : lanes_)
            for (rte_mbuf* mbuf : lane.out.leaving(side)) leaving.emplace_back(mbuf, &lane);
        std::sort(leaving.begin(), leaving.end(), [](const auto& a, const auto& b) {
            return stages::capture_info(*a.first).order < stages::capture_info(*b.first).order;
        });
        for (auto& [mbuf, lane] : leaving) {
            const stages::CaptureInfo& info = stages::capture_info(*mbuf);
            bytes_.resize(mbuf->pkt_len);
            outputs_[index(side)].write({times_[info.order], info.wire_length, stages::gather_head(*mbuf, bytes_)});
            lane->state->worker.counters().sides[index(opposite(side))].sent.add();
            sent_[index(opposite(side))].sent.add();
            rte_pktmbuf_free(mbuf);
        }
    }

    NodeMemory memory_{SOCKET_ID_ANY};
    std::shared_ptr<const Policy> policy_;
    Pool pool_;
    Inputs inputs_;
    RecordWriter writer_;
    EveLog eve_;
    std::array<CaptureWriter, kSides> outputs_;
    std::vector<stages::BlockExchange*> exchanges_;
    std::vector<Lane> lanes_;
    stages::BySide<stages::Books> received_, sent_;
    uint64_t now_ = 0;
    uint32_t order_ = 0;  // in the burst
    std::array<uint64_t, kBurst> times_{};
    std::vector<uint8_t> bytes_;
};

}  // namespace

void replay(const Config& config, const ReplayOptions& options) {
    std::error_code error;
    std::filesystem::create_directories(options.out, error);
    if (error) throw std::runtime_error("--out " + options.out.string() + ": " + error.message());
    for (const auto& input : {options.external, options.internal})
        for (const char* output : {"external.pcap", "internal.pcap"})
            if (input && std::filesystem::equivalent(*input, options.out / output, error))
                throw std::runtime_error(input->string() +
                                         " is an input and would be written over: choose another --out");
    const auto policy_megabytes = static_cast<unsigned>(compiled_bytes(config) >> 19);  // twice what it takes
    const Eal eal{Eal::offline(128 + options.workers + policy_megabytes)};
    Replay run{config, options};
    run.run();
    std::ofstream file{options.out / "stats.json"};
    file << run.stats().dump(2) << '\n';
    if (!file.flush()) throw std::runtime_error((options.out / "stats.json").string() + " cannot be written");
}

}  // namespace snmpgate::app
