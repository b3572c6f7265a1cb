#include "stages/worker.hpp"

#include <algorithm>

#include <rte_prefetch.h>

#include "record/compose.hpp"
#include "wire/ethernet.hpp"

namespace snmpgate::stages {

using record::Action;
using wire::Protocol;

namespace {

// An ARP that tells its sender's own address to all (RFC 5227, 1.2: probe senders are 0.0.0.0 and do not count).
bool is_gratuitous(std::span<const uint8_t> frame, const wire::Packet& packet) {
    if (packet.ip_size != sizeof(wire::Ipv4)) return false;
    const auto sender = wire::load<wire::Ipv4>(frame, packet.source_ip);
    return sender != wire::Ipv4{} && sender == wire::load<wire::Ipv4>(frame, packet.destination_ip);
}

bool lets_out(const decide::Decision& decision, const Policy& policy) {
    return decision.action != Action::discard || policy.mode == decide::Mode::monitor;
}

}  // namespace

Worker::Worker(uint16_t number, BlockExchange& exchange, std::pmr::memory_resource& memory)
    : senders_(observe::Senders::kSets, memory),
      records_(exchange, number),
      heads_(kBurst * kHead, &memory),
      whole_(kWhole, &memory) {}

void Worker::step(std::span<rte_mbuf* const> in, uint64_t now, const Policy& policy, Egress& out) {
    out.clear();
    now_ = std::max(now_, now);
    senders_.begin(now_);
    const std::span<Frame> burst{burst_.data(), in.size()};

    // Pass one: who and what. Decides nothing, changes nothing.
    for (size_t i = 0; i < in.size(); ++i) rte_prefetch0(rte_pktmbuf_mtod(in[i], void*));
    for (size_t i = 0; i < in.size(); ++i) {
        parse(burst[i], in[i], i);
        burst[i].ends = policy.realms.locate(burst[i].extent.head, burst[i].packet, burst[i].entered);
    }
    look_up(burst, policy);

    // Pass two: frame by frame, in order.
    for (Frame& frame : burst) {
        // (Gathering of fragments comes here: from then on a message is whole.)
        const std::span<uint8_t> bytes = whole(frame);
        const Snmp snmp = decode(frame, bytes, policy);
        const observe::Facts facts = observe(frame, snmp);
        decide::Decision decision =
            decide::decide({frame.packet, frame.ends, frame.source, frame.destination, snmp.reason}, facts, policy);
        translate::Outcome translation;
        if (lets_out(decision, policy) && !frame.extent.cut()) {  // what a capture cut cannot be put right again
            translation = translate::plan_frame(bytes, frame.packet, frame.ends, frame.entered, snmp.reason,
                                                snmp.message, policy, plan_);
            if (translation.reason != Reason::none && decision.action != Action::discard)
                decision = decide::on_failure(policy.untranslatable, translation.reason);
            if (translation.addresses != 0 && decision.action == Action::forward) decision.action = Action::translate;
        }
        const bool leaves = lets_out(decision, policy);
        const uint32_t translated = leaves ? translation.addresses : 0;
        record(frame, snmp, facts, decision, translated, policy);  // addresses as received: before they change
        count(frame, snmp, decision, leaves, translated);
        if (leaves) {
            if (translated != 0) finish(frame, bytes);
            out.push(opposite(frame.entered), frame.mbuf);
        } else {
            rte_pktmbuf_free(frame.mbuf);
        }
    }
    records_.flush(now_);
}

void Worker::parse(Frame& frame, rte_mbuf* mbuf, size_t slot) {
    frame.mbuf = mbuf;
    frame.entered = side_of(*mbuf);
    frame.extent.captured = mbuf->pkt_len;
    frame.extent.wire = wire_length(*mbuf);
    frame.extent.head = head_of(*mbuf, {heads_.data() + slot * kHead, kHead});
    frame.packet = wire::parse_packet(frame.extent);
}

// Both stations of every frame at once: the table's cache misses overlap.
void Worker::look_up(std::span<Frame> burst, const Policy& policy) {
    if (policy.stations.empty() && policy.ordered_stations.empty()) {
        for (Frame& frame : burst) frame.source = frame.destination = {};
        return;
    }
    static_assert(kBurst * 2 <= decide::Stations::kBulk);
    std::array<uint64_t, kBurst * 2> keys;
    std::array<decide::Station, kBurst * 2> stations{};
    for (size_t i = 0; i < burst.size(); ++i) {
        keys[2 * i] = wire::source_mac(burst[i].extent.head).key();
        keys[2 * i + 1] = wire::destination_mac(burst[i].extent.head).key();
    }
    for (const decide::Stations* table : {&policy.stations, &policy.ordered_stations})
        if (!table->empty()) table->lookup({keys.data(), burst.size() * 2}, {stations.data(), burst.size() * 2});
    for (size_t i = 0; i < burst.size(); ++i) {
        burst[i].source = stations[2 * i];
        burst[i].destination = stations[2 * i + 1];
    }
}

// The frame's bytes in one piece: where they lie, or a copy that finish() writes back.
std::span<uint8_t> Worker::whole(Frame& frame) {
    rte_mbuf* mbuf = frame.mbuf;
    if (mbuf->nb_segs == 1) return {rte_pktmbuf_mtod(mbuf, uint8_t*), mbuf->data_len};
    const size_t size = gather_head(*mbuf, whole_).size();
    return {whole_.data(), size};
}

Worker::Snmp Worker::decode(const Frame& frame, std::span<const uint8_t> bytes, const Policy& policy) {
    Snmp snmp;
    const wire::Packet& packet = frame.packet;
    snmp.protocol = wire::classify(bytes, packet, policy.snmp_ports);
    if (snmp.protocol != Protocol::snmp_unparsed || packet.reason != Reason::none) return snmp;
    if (packet.fragment) {
        snmp.reason = Reason::snmp_fragment;
        return snmp;
    }
    if (frame.extent.cut() && packet.payload.end() > frame.extent.captured) {
        snmp.reason = Reason::frame_cut;
        return snmp;
    }
    snmp.reason = wire::snmp::decode(bytes, packet.payload, message_);
    const wire::ber::Oddities& odd = message_.odd;
    counters_.odd.long_lengths.add(odd.long_lengths);
    counters_.odd.long_integers.add(odd.long_integers);
    counters_.odd.trailing.add(odd.trailing);
    counters_.odd.missing.add(odd.missing);
    if (message_.has_header) snmp.header = &message_;
    if (snmp.reason != Reason::none) return snmp;
    snmp.message = &message_;
    snmp.protocol = message_.version == wire::snmp::Version::v1    ? Protocol::snmp_v1
                    : message_.version == wire::snmp::Version::v2c ? Protocol::snmp_v2c
                                                                   : Protocol::snmp_v3;
    return snmp;
}

observe::Facts Worker::observe(const Frame& frame, const Snmp& snmp) {
    observe::Facts facts;
    facts.frames_log2 = observe::log2_of(senders_.count(wire::source_mac(frame.extent.head)));
    if (frame.packet.network == wire::Network::arp)
        facts.announcement = is_gratuitous(frame.extent.head, frame.packet);
    else if (snmp.message != nullptr)
        facts.announcement =
            snmp.message->pdu == wire::snmp::pdu::kTrapV1 || snmp.message->pdu == wire::snmp::pdu::kTrapV2;
    return facts;
}

void Worker::record(const Frame& frame, const Snmp& snmp, const observe::Facts& facts, const decide::Decision& decision,
                    uint32_t translated, const Policy& policy) {
    const bool always = snmp.protocol == Protocol::arp || snmp.protocol == Protocol::snmp_unparsed ||
                        snmp.message != nullptr || decision.action == Action::discard;
    if (!always && !policy.record_also[static_cast<size_t>(snmp.protocol)]) return;
    record::Record* record = records_.append(now_);
    counters_.records_wanted.add();
    if (record == nullptr) {
        counters_.records_lost.add();
        return;
    }
    record::Outcome outcome;
    outcome.action = decision.action;
    if (policy.mode == decide::Mode::monitor) outcome.flags |= record::Record::kMonitor;
    if (frame.entered == Side::internal) outcome.flags |= record::Record::kFromInternal;
    if (frame.packet.fragment) outcome.flags |= record::Record::kFragment;
    outcome.reason = decision.reason;
    outcome.rule = decision.rule;
    outcome.realm = frame.ends.realm;
    outcome.translated = translated;
    outcome.facts = facts.bits();
    outcome.protocol = snmp.protocol;
    record::compose(frame.extent, frame.packet, snmp.header, outcome, *record);
    records_.complete();
}

void Worker::finish(Frame& frame, std::span<uint8_t> bytes) {
    plan_.apply(bytes);
    if (frame.mbuf->nb_segs != 1) scatter(*frame.mbuf, bytes);
}

void Worker::count(const Frame& frame, const Snmp& snmp, const decide::Decision& decision, bool leaves,
                   uint32_t translated) {
    WorkerBooks& books = counters_.sides[index(frame.entered)];
    books.received.add();
    books.protocols[frame.ends.realm][static_cast<size_t>(snmp.protocol)].add();
    if (decision.reason != Reason::none) {
        add(!leaves                              ? books.discarded
            : decision.action == Action::discard ? books.would_discard
                                                 : books.passed,
            decision.reason);
    }
    if (translated != 0) {
        books.translated.add();
        books.addresses.add(translated);
    }
}

}  // namespace snmpgate::stages
