#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_ring.h>

#include "eal.hpp"
#include "side.hpp"
#include "stages/frame.hpp"
#include "support/bytes.hpp"

// Two ports that are rings in memory (DPDK's net_ring), so that the stages' own rte_eth_rx_burst and rte_eth_tx_burst
// meet a real driver: tests put frames in where the wire would, and see what left.
namespace snmpgate::test {

class FakePorts {
 public:
    static constexpr unsigned kFrames = 8191;

    // `queues` of each port in both directions; a transmit queue takes `room` frames until somebody takes them away.
    explicit FakePorts(uint16_t queues = 1, unsigned room = 4096)
        : pool_(app::make_pool(unique("pool").c_str(), kFrames, SOCKET_ID_ANY)), queues_(queues) {
        for (const Side side : {Side::external, Side::internal}) open(side, room);
    }
    ~FakePorts() {
        clear();
        for (const uint16_t id : ids_) {
            rte_eth_dev_stop(id);
            rte_eth_dev_close(id);
        }
        for (const Rings& rings : {arrivals_, departures_})
            for (const auto& side : rings)
                for (rte_ring* ring : side) rte_ring_free(ring);
    }
    FakePorts(const FakePorts&) = delete;
    FakePorts& operator=(const FakePorts&) = delete;

    [[nodiscard]] uint16_t id(Side side) const { return ids_[index(side)]; }
    [[nodiscard]] uint16_t queues() const { return queues_; }

    // A frame comes in by `side`, in segments of at most `segment` bytes.
    void arrive(Side side, const Bytes& frame, uint16_t queue = 0, size_t segment = 4096) {
        ASSERT_EQ(rte_ring_enqueue(arrivals_[index(side)][queue], load(frame, segment)), 0);
    }

    // What left by `side` since it was last asked for.
    std::vector<Bytes> departed(Side side, uint16_t queue = 0) {
        std::vector<Bytes> frames;
        for (void* entry = nullptr; rte_ring_dequeue(departures_[index(side)][queue], &entry) == 0;) {
            auto* mbuf = static_cast<rte_mbuf*>(entry);
            Bytes bytes(mbuf->pkt_len);
            EXPECT_EQ(stages::gather_head(*mbuf, bytes).size(), bytes.size());
            frames.push_back(bytes);
            rte_pktmbuf_free(mbuf);
        }
        return frames;
    }

    // Every mbuf is back where it came from, those on the wire aside.
    void expect_all_frames_back() {
        clear();
        EXPECT_EQ(rte_mempool_avail_count(pool_.get()), kFrames) << "mbufs leaked, or freed twice";
    }

 private:
    using Rings = std::array<std::vector<rte_ring*>, kSides>;

    static std::string unique(const std::string& what) {
        static int number = 0;
        return what + std::to_string(number++);
    }

    void open(Side side, unsigned room) {
        const auto ring = [](unsigned capacity) {
            return rte_ring_create(unique("wire").c_str(), capacity, SOCKET_ID_ANY, RING_F_EXACT_SZ);
        };
        for (uint16_t queue = 0; queue < queues_; ++queue) {
            arrivals_[index(side)].push_back(ring(kFrames));
            departures_[index(side)].push_back(ring(room));
        }
        const std::string name = unique("port");
        const int id = rte_eth_from_rings(name.c_str(), arrivals_[index(side)].data(), queues_,
                                          departures_[index(side)].data(), queues_, 0);
        if (id < 0) throw std::runtime_error("no port of rings");
        const auto port = ids_[index(side)] = static_cast<uint16_t>(id);
        const rte_eth_conf plain{};
        bool opened = rte_eth_dev_configure(port, queues_, queues_, &plain) == 0;
        for (uint16_t queue = 0; queue < queues_; ++queue)
            opened = opened && rte_eth_rx_queue_setup(port, queue, 64, 0, nullptr, pool_.get()) == 0 &&
                     rte_eth_tx_queue_setup(port, queue, 64, 0, nullptr) == 0;
        if (!opened || rte_eth_dev_start(port) != 0) throw std::runtime_error("the port of rings does not start");
    }

    void clear() {
        for (const Rings& rings : {arrivals_, departures_})
            for (const auto& side : rings)
                for (rte_ring* ring : side)
                    for (void* entry = nullptr; rte_ring_dequeue(ring, &entry) == 0;)
                        rte_pktmbuf_free(static_cast<rte_mbuf*>(entry));
    }

    rte_mbuf* load(const Bytes& frame, size_t segment) {
        rte_mbuf* first = nullptr;
        for (size_t done = 0; done < frame.size();) {
            rte_mbuf* mbuf = rte_pktmbuf_alloc(pool_.get());
            if (mbuf == nullptr) throw std::runtime_error("the test has more frames on the way than there are mbufs");
            const size_t size = std::min({frame.size() - done, segment, size_t{rte_pktmbuf_tailroom(mbuf)}});
            std::memcpy(rte_pktmbuf_append(mbuf, static_cast<uint16_t>(size)), frame.data() + done, size);
            done += size;
            if (first == nullptr)
                first = mbuf;
            else if (rte_pktmbuf_chain(first, mbuf) != 0)
                throw std::runtime_error("too many segments");
        }
        return first;
    }

    app::Pool pool_;
    uint16_t queues_;
    std::array<uint16_t, kSides> ids_{};
    Rings arrivals_, departures_;
};

}  // namespace snmpgate::test
