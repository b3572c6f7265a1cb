#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rte_mbuf.h>

#include "compile.hpp"
#include "eal.hpp"
#include "stages/worker.hpp"
#include "stats.hpp"
#include "support/frame_builder.hpp"

// The whole path for tests: frames in, frames out, a verdict and a record, through a real Worker on real mbufs. The
// books are balanced, and every mbuf is back, when a Path ends.
namespace snmpgate::stages {

using record::Action;
using record::Record;
using test::Bytes;
using Frames = std::vector<Bytes>;

class Path {
 public:
    explicit Path(const std::string& config = "{}")
        : policy_(app::compile(app::parse_config(config, "test"), {}, memory_)), worker_(new Worker(0, exchange_)) {}
    ~Path() {
        worker_->drain();
        const app::Stages all{{&received_}, {&sent_}, {&worker_->counters()}, {}};
        EXPECT_EQ(app::balance(all), 0) << "the books";
        EXPECT_EQ(rte_mempool_avail_count(pool_.get()), kFrames) << "a frame was neither let out nor freed";
    }

    // Frames in by one side, in one burst: what leaves by the other.
    std::vector<Bytes> pass(const std::vector<Bytes>& frames, Side entered, size_t segment = 4096) {
        std::vector<rte_mbuf*> in;
        for (const Bytes& frame : frames) in.push_back(load(frame, entered, segment));
        received_[index(entered)].received.add(in.size());
        if (wire_length_ != 0) mark_captured(*in.front(), {wire_length_, 0});
        worker_->step(in, now_ += 1000, *policy_, out_);
        EXPECT_TRUE(out_.leaving(entered).empty()) << "a frame went back where it came from";
        std::vector<Bytes> left;
        for (rte_mbuf* mbuf : out_.leaving(opposite(entered))) {
            Bytes bytes(mbuf->pkt_len);
            EXPECT_EQ(gather_head(*mbuf, bytes).size(), bytes.size());
            left.push_back(bytes);
            sent_[index(entered)].sent.add();
            rte_pktmbuf_free(mbuf);
        }
        return left;
    }
    std::vector<Bytes> pass(const test::Frame& frame, Side entered = Side::internal) {
        return pass({frame.bytes()}, entered);
    }

    // The records so far that were not asked for yet.
    std::vector<Record> records() {
        worker_->drain();
        std::vector<Record> records;
        while (record::Block* block = exchange_.full()) {
            for (uint32_t i = 0; i < block->header.count.host(); ++i) records.push_back(block->records[i]);
            exchange_.done(block);
        }
        return records;
    }
    Record record() {
        const std::vector<Record> all = records();
        EXPECT_EQ(all.size(), 1u);
        return all.empty() ? Record{} : all.back();
    }
    // From now on the first frame of a burst had this many bytes on the wire.
    void cut_from(uint32_t wire_length) {
        ASSERT_TRUE(register_capture_info());
        wire_length_ = wire_length;
    }
    const Counters& counters() const { return worker_->counters(); }

 private:
    static constexpr unsigned kFrames = 1023;

    rte_mbuf* load(const Bytes& frame, Side entered, size_t segment_size) {
        rte_mbuf* first = nullptr;
        rte_mbuf* last = nullptr;
        size_t done = 0;
        do {
            rte_mbuf* mbuf = rte_pktmbuf_alloc(pool_.get());
            const size_t size = std::min({frame.size() - done, segment_size, size_t{rte_pktmbuf_tailroom(mbuf)}});
            std::memcpy(rte_pktmbuf_append(mbuf, static_cast<uint16_t>(size)), frame.data() + done, size);
            done += size;
            if (first == nullptr) {
                first = mbuf;
            } else {
                last->next = mbuf;
                first->nb_segs++;
                first->pkt_len += static_cast<uint32_t>(size);
            }
            last = mbuf;
        } while (done < frame.size());
        first->port = index(entered);
        return first;
    }

    static app::Pool unique_pool() {
        static int number = 0;
        return app::make_pool(("path_frames_" + std::to_string(number++)).c_str(), kFrames, SOCKET_ID_ANY);
    }

    app::Pool pool_ = unique_pool();
    BlockExchange exchange_{4};
    NodeMemory memory_{SOCKET_ID_ANY};
    std::shared_ptr<const Policy> policy_;
    BySide<Books> received_, sent_;
    std::unique_ptr<Worker> worker_;
    Egress out_;
    uint64_t now_ = 1'000'000'000;
    uint32_t wire_length_ = 0;
};

inline Action action_of(const Record& record) { return static_cast<Action>(record.verdict & 3); }
inline Reason reason_of(const Record& record) { return static_cast<Reason>(record.reason.host()); }

}  // namespace snmpgate::stages
