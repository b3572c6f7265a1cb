// The worked example of docs/record.md, from frames to file with the code of the path.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "observe/facts.hpp"
#include "record/appender.hpp"
#include "record/compose.hpp"
#include "records/writer.hpp"
#include "wire/packet.hpp"
#include "wire/snmp.hpp"

namespace snmpgate::app {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<uint8_t>;
using record::Block;

constexpr uint64_t kStart = 1'714'564'800'000'000'000;  // 2024-05-01T12:00:00Z

Bytes read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// As xxd -g1 prints it, to be pasted into the page.
std::string hex_dump(const Bytes& bytes) {
    std::string text;
    char part[32];
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (i % 16 == 0) {
            std::snprintf(part, sizeof part, "%08zx:", i);
            text += part;
        }
        std::snprintf(part, sizeof part, " %02x", bytes[i]);
        text += part;
        if (i % 16 == 15) text += '\n';
    }
    return text;
}

Bytes from_hex(std::string_view hex) {
    Bytes bytes;
    std::string digits;
    for (const char c : hex) {
        if (c == ' ' || c == '\n') continue;
        digits += c;
        if (digits.size() < 2) continue;
        bytes.push_back(static_cast<uint8_t>(std::stoul(digits, nullptr, 16)));
        digits.clear();
    }
    return bytes;
}

struct Page {
    Bytes arp, response, block;
};

// Its two frames are fenced by name; the lines of the block begin with an offset, what follows two blanks is a remark.
Page read_page() {
    const char* root = std::getenv("SNMPGATE_SOURCE_ROOT");
    std::ifstream in(fs::path(root != nullptr ? root : ".") / "docs/record.md");
    EXPECT_TRUE(in) << "run from the source directory, or set SNMPGATE_SOURCE_ROOT";
    Page page;
    std::string fence;
    for (std::string line; std::getline(in, line);) {
        if (line.find_first_not_of("0123456789abcdef") == 8 && line.compare(8, 2, ": ") == 0) {
            const Bytes more = from_hex(line.substr(10, line.find("  ", 10) - 10));
            page.block.insert(page.block.end(), more.begin(), more.end());
        } else if (line.starts_with("```")) {
            fence = line;
        } else if (fence == "```arp-frame" || fence == "```snmp-frame") {
            Bytes& frame = fence == "```arp-frame" ? page.arp : page.response;
            const Bytes more = from_hex(line);
            frame.insert(frame.end(), more.begin(), more.end());
        }
    }
    return page;
}

// Where an appender takes blocks from and gives them: one block, straight to the writer.
struct Exchange {
    RecordWriter& writer;
    Block block{};
    Block* take() { return &block; }
    void give(Block* full) { writer.write(*full); }
};

void append(record::Appender<Exchange>& appender, uint64_t now, const Bytes& frame, record::Outcome outcome) {
    record::Record* record = appender.append(now);
    ASSERT_NE(record, nullptr);
    const wire::Extent extent = wire::Extent::whole(frame);
    const wire::Packet packet = wire::parse_packet(extent);
    ASSERT_EQ(packet.reason, Reason::none);
    const auto message = std::make_unique<wire::snmp::Message>();
    const bool snmp = outcome.protocol != wire::Protocol::arp;
    if (snmp) {
        ASSERT_EQ(wire::snmp::decode(frame, packet.payload, *message), Reason::none);
    }
    record::compose(extent, packet, snmp ? message.get() : nullptr, outcome, *record);
    appender.complete();
}

TEST(RecordPage, ShowsWhatTheCodeWrites) {
    using record::Record;
    const Page page = read_page();
    std::string directory = testing::TempDir() + "snmpgate-record-page-XXXXXX";
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    {
        RecordWriter writer{{.directory = directory, .names = RecordFiles::Names::numbered}};
        Exchange exchange{writer};
        record::Appender<Exchange> appender{exchange, 0};
        append(appender, kStart, page.arp,
               {.flags = Record::kMonitor | Record::kFromInternal,
                .realm = 1,
                .facts = observe::Facts{.frames_log2 = 0}.bits(),
                .protocol = wire::Protocol::arp});
        append(appender, kStart + 2'500'000, page.response,
               {.action = record::Action::translate,
                .flags = Record::kMonitor | Record::kFromInternal,
                .realm = 1,
                .translated = 1,
                .facts = observe::Facts{.frames_log2 = 1}.bits(),
                .protocol = wire::Protocol::snmp_v2c});
        appender.close();
    }
    const Bytes written = read_file(fs::path(directory) / "records-000000.rec");
    fs::remove_all(directory);
    EXPECT_EQ(written, page.block) << "the code writes\n" << hex_dump(written);
}

}  // namespace
}  // namespace snmpgate::app
