#include "eve.hpp"

#include <csignal>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "reason.hpp"
#include "wire/service.hpp"

namespace snmpgate::app {
namespace {

// A block with one record of a frame that was discarded, and one of a frame that passed.
std::unique_ptr<record::Block> block() {
    auto block = std::make_unique<record::Block>();
    block->header.base_time = wire::be64{1'700'000'000'123'456'789};
    block->header.tick = wire::be32{1'000'000};
    block->header.base_number = wire::be64{40};
    block->header.count = wire::be16{2};
    record::Record& discarded = block->records[1];
    discarded.time = 5;
    discarded.number = 1;
    discarded.source = {{2, 0, 0, 0, 0, 7}};
    discarded.sender_ip = wire::Ipv4{0x0A010005};
    discarded.target_ip = wire::Ipv4{0xC6336409};
    discarded.protocol = static_cast<uint8_t>(wire::Protocol::arp);
    discarded.verdict = static_cast<uint8_t>(record::Action::discard) | record::Record::kFromInternal;
    discarded.reason = wire::be16{static_cast<uint16_t>(Reason::blocked_mac)};
    discarded.realm_and_vlan = wire::be16{1 << 12 | 10};
    return block;
}

struct Eve : testing::Test {
    std::filesystem::path file =
        std::filesystem::path{testing::TempDir()} / ("eve-" + std::to_string(getpid()) + ".json");
    ~Eve() override { std::filesystem::remove(file); }

    [[nodiscard]] std::vector<nlohmann::json> lines() const {
        std::vector<nlohmann::json> lines;
        std::ifstream in{file};
        for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
        return lines;
    }
};

TEST_F(Eve, OneLineForEachDiscardedFrameAndNoOther) {
    EveLog log{file, EveLog::Existing::replace, {"teaching"}};
    log.write(*block());
    ASSERT_EQ(lines().size(), 1u);
    const nlohmann::json line = lines()[0];
    EXPECT_EQ(line["timestamp"], "2023-11-14T22:13:20.128456+0000");
    EXPECT_EQ(line["event_type"], "alert");
    EXPECT_EQ(line["in_iface"], "internal");
    EXPECT_EQ(line["vlan"], nlohmann::json::array({10}));
    EXPECT_EQ(line["src_ip"], "10.1.0.5");
    EXPECT_EQ(line["dest_ip"], "198.51.100.9");
    EXPECT_EQ(line["ether"]["src_mac"], "02:00:00:00:00:07");
    EXPECT_EQ(line["alert"]["action"], "blocked");
    EXPECT_EQ(line["alert"]["signature"], "blocked_mac");
    EXPECT_EQ(line["snmpgate"]["number"], 41);
    EXPECT_EQ(line["snmpgate"]["realm"], "teaching");
}

TEST_F(Eve, MonitorModeAllows) {
    EveLog log{file, EveLog::Existing::replace, {}};
    const auto monitored = block();
    monitored->records[1].verdict |= record::Record::kMonitor;
    log.write(*monitored);
    EXPECT_EQ(lines().at(0)["alert"]["action"], "allowed");
}

// A disk that is full, in the middle of a line, and has room again.
TEST_F(Eve, WhatADiskRefusesIsCountedAndNoLineIsLeftHalf) {
    const auto previous = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    EveLog log{file, EveLog::Existing::replace, {}};
    log.write(*block());
    const rlimit tight{std::filesystem::file_size(file) + 20, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    log.write(*block());
    log.write(*block());
    setrlimit(RLIMIT_FSIZE, &old);
    EXPECT_EQ(log.counters().lost, 2u);
    EXPECT_EQ(lines().size(), 1u) << "whole lines only";
    log.write(*block());
    EXPECT_EQ(log.counters().written, 2u);
    EXPECT_EQ(lines().size(), 2u);
    std::signal(SIGXFSZ, previous);
}

TEST_F(Eve, AFileThatCannotBeIsNamed) {
    try {
        const EveLog log{"/proc/nowhere/eve.json", EveLog::Existing::append, {}};
        FAIL() << "opened";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string{error.what()}.find("alerts.eve.file: /proc/nowhere/eve.json"), std::string::npos);
    }
}

}  // namespace
}  // namespace snmpgate::app
