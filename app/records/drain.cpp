#include "records/drain.hpp"

namespace snmpgate::app {

bool drain(std::span<const std::unique_ptr<stages::BlockExchange>> exchanges, RecordWriter& writer, EveLog& eve) {
    bool any = false;
    for (const auto& exchange : exchanges) {
        while (record::Block* block = exchange->full()) {
            any = true;
            writer.write(*block);
            eve.write(*block);
            exchange->done(block);
        }
    }
    return any;
}

}  // namespace snmpgate::app
