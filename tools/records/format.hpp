#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/block.hpp"

namespace snmpgate::records {

// A record with what its block adds: whose it is, and its time and number made exact.
struct Entry {
    uint16_t worker;
    uint64_t time;    // ns since 1970, of the tick's beginning
    uint32_t tick;    // ns
    uint64_t number;  // of the frames of this worker that wanted a record
    record::Record record;
};

[[nodiscard]] Entry entry(const record::Block& block, size_t index);

// One line each, without its end.
[[nodiscard]] std::string text_line(const Entry& entry);
[[nodiscard]] std::string json_line(const Entry& entry);

// 2026-11-23T10:09:50.000000000Z
[[nodiscard]] std::string utc(uint64_t time);
[[nodiscard]] std::string_view name_of(record::Action action);
[[nodiscard]] std::string_view name_of(record::BlockError error);

}  // namespace snmpgate::records
