#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "reason.hpp"
#include "record/block.hpp"
#include "wire/service.hpp"

namespace snmpgate::app {

inline constexpr uint64_t kSecond = 1'000'000'000;
inline constexpr uint64_t kStart = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20

// The record of a discard by station `source`.
inline record::Record discard(uint32_t source, Reason reason = Reason::blocked_mac) {
    record::Record record;
    record.source = {{2, 0, static_cast<uint8_t>(source >> 24), static_cast<uint8_t>(source >> 16),
                      static_cast<uint8_t>(source >> 8), static_cast<uint8_t>(source)}};
    record.sender_ip = wire::Ipv4{0x0A010000 + source};
    record.target_ip = wire::Ipv4{0xC6336409};
    record.protocol = static_cast<uint8_t>(wire::Protocol::icmp);
    record.verdict = static_cast<uint8_t>(record::Action::discard) | record::Record::kFromInternal;
    record.reason = wire::be16{static_cast<uint16_t>(reason)};
    return record;
}

// A block that begins at `time`; its records follow each other by a millisecond.
inline std::unique_ptr<record::Block> block(uint64_t time, std::span<const record::Record> records) {
    auto block = std::make_unique<record::Block>();
    block->header.base_time = wire::be64{time};
    block->header.tick = wire::be32{1'000'000};
    block->header.count = wire::be16{static_cast<uint16_t>(records.size())};
    for (size_t i = 0; i < records.size(); ++i) {
        block->records[i] = records[i];
        block->records[i].time = block->records[i].number = static_cast<uint8_t>(i);
    }
    return block;
}

inline std::unique_ptr<record::Block> block(uint64_t time, std::initializer_list<record::Record> records) {
    return block(time, std::span{records.begin(), records.size()});
}

// The lines of a file. A line that is no JSON, or not ended, fails the test.
inline std::vector<nlohmann::json> lines_of(const std::filesystem::path& file) {
    std::vector<nlohmann::json> lines;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        EXPECT_FALSE(in.eof()) << file << " ends inside the line " << line;
        lines.push_back(nlohmann::json::parse(line, nullptr, false));
        EXPECT_FALSE(lines.back().is_discarded()) << file << " has the line " << line;
    }
    return lines;
}

// A folder of the test's own.
struct Folder : testing::Test {
    std::filesystem::path folder =
        std::filesystem::path{testing::TempDir()} /
        (std::string{"alerts-"} + testing::UnitTest::GetInstance()->current_test_info()->name() + "-" +
         std::to_string(getpid()));
    std::filesystem::path file = folder / "eve.json";
    Folder() { std::filesystem::create_directory(folder); }
    ~Folder() override { std::filesystem::remove_all(folder); }
};

// The limit on a file's size makes the kernel take the first part of a write and refuse the rest, as a disk does that
// fills up.
class FullDisk {
 public:
    explicit FullDisk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        before_signal_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    }
    FullDisk(FullDisk&&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, before_signal_);
    }

 private:
    rlimit before_{};
    void (*before_signal_)(int) = SIG_DFL;
};

}  // namespace snmpgate::app
