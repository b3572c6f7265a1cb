#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include <pcap/pcap.h>

namespace snmpgate::app {

struct CapturedFrame {
    uint64_t time = 0;  // ns since 1970
    uint32_t wire_length = 0;
    std::span<const uint8_t> bytes;  // valid until the next frame is asked for
};

// Reads a pcap or pcapng file of Ethernet frames.
class CaptureReader {
 public:
    // Throws std::runtime_error: a file that cannot be read, or another link type, by name.
    explicit CaptureReader(const std::filesystem::path& file);

    // The next frame, not consumed; null at the end. A file cut inside a frame ends before it, said once on stderr.
    [[nodiscard]] const CapturedFrame* peek();
    void pop() { ready_ = false; }

 private:
    struct Close {
        void operator()(pcap_t* pcap) const { pcap_close(pcap); }
    };
    std::filesystem::path file_;
    std::unique_ptr<pcap_t, Close> pcap_;
    CapturedFrame frame_;
    bool ready_ = false;
    bool ended_ = false;
};

// Writes a nanosecond pcap file of Ethernet frames.
class CaptureWriter {
 public:
    // Throws std::runtime_error if the file cannot be made.
    explicit CaptureWriter(const std::filesystem::path& file);
    void write(const CapturedFrame& frame);
    // Throws std::runtime_error if not all of it could be written.
    void close();

 private:
    struct Close {
        void operator()(pcap_t* pcap) const { pcap_close(pcap); }
        void operator()(pcap_dumper_t* dumper) const { pcap_dump_close(dumper); }
    };
    std::filesystem::path file_;
    std::unique_ptr<pcap_t, Close> pcap_;
    std::unique_ptr<pcap_dumper_t, Close> dumper_;
};

}  // namespace snmpgate::app
