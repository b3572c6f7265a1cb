#include "replay/capture.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace snmpgate::app {
namespace {

constexpr int kMostBytes = 262144;  // libpcap's own limit for Ethernet

}  // namespace

CaptureReader::CaptureReader(const std::filesystem::path& file) : file_(file) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_.reset(pcap_open_offline_with_tstamp_precision(file.c_str(), PCAP_TSTAMP_PRECISION_NANO, error.data()));
    if (pcap_ == nullptr) {  // libpcap names the file only where it cannot be opened
        const std::string why = error.data();
        throw std::runtime_error(why.find(file.string()) != std::string::npos ? why : file.string() + ": " + why);
    }
    if (const int type = pcap_datalink(pcap_.get()); type != DLT_EN10MB) {
        const char* name = pcap_datalink_val_to_name(type);
        throw std::runtime_error(file.string() + ": link type " + (name != nullptr ? name : std::to_string(type)) +
                                 " is not Ethernet (EN10MB); only Ethernet captures can be replayed");
    }
}

const CapturedFrame* CaptureReader::peek() {
    if (ready_) return &frame_;
    if (ended_) return nullptr;
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int result = pcap_next_ex(pcap_.get(), &header, &bytes);
    if (result != 1) {
        ended_ = true;
        if (result == PCAP_ERROR)
            std::fprintf(stderr, "snmpgate: %s: ends here: %s\n", file_.c_str(), pcap_geterr(pcap_.get()));
        return nullptr;
    }
    frame_.time = static_cast<uint64_t>(header->ts.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(header->ts.tv_usec);
    frame_.wire_length = header->len > header->caplen ? header->len : header->caplen;
    frame_.bytes = {bytes, header->caplen};
    ready_ = true;
    return &frame_;
}

CaptureWriter::CaptureWriter(const std::filesystem::path& file)
    : file_(file),
      pcap_(pcap_open_dead_with_tstamp_precision(DLT_EN10MB, kMostBytes, PCAP_TSTAMP_PRECISION_NANO)),
      dumper_(pcap_dump_open(pcap_.get(), file.c_str())) {
    if (dumper_ == nullptr) throw std::runtime_error(pcap_geterr(pcap_.get()));
}

void CaptureWriter::write(const CapturedFrame& frame) {
    pcap_pkthdr header{};
    header.ts.tv_sec = static_cast<time_t>(frame.time / 1'000'000'000);
    header.ts.tv_usec = static_cast<suseconds_t>(frame.time % 1'000'000'000);  // nanoseconds, in this precision
    header.caplen = static_cast<bpf_u_int32>(frame.bytes.size());
    header.len = frame.wire_length;
    pcap_dump(reinterpret_cast<u_char*>(dumper_.get()), &header, frame.bytes.data());
}

void CaptureWriter::close() {
    if (pcap_dump_flush(dumper_.get()) != 0 || std::ferror(pcap_dump_file(dumper_.get())) != 0)
        throw std::runtime_error(file_.string() + ": not all frames could be written; is the disk full?");
    dumper_.reset();
}

}  // namespace snmpgate::app
