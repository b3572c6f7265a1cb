#pragma once

#include <cstdint>

namespace snmpgate::decide {

enum class Mode : uint8_t {
    monitor,  // no discard by decision, but everything recorded and alerted as it would have been
    prevent
};

// What happens to a frame when a function cannot do its work on it; counted whenever used.
enum class OnFailure : uint8_t {
    forward,
    discard
};

}  // namespace snmpgate::decide
