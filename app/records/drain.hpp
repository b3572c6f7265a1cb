#pragma once

#include <memory>
#include <span>

#include "eve.hpp"
#include "records/writer.hpp"
#include "stages/exchange.hpp"

namespace snmpgate::app {

// Takes every full block from the workers, has it written and its alerts told, and hands it back. True if there was
// any.
bool drain(std::span<const std::unique_ptr<stages::BlockExchange>> exchanges, RecordWriter& writer, EveLog& eve);

}  // namespace snmpgate::app
