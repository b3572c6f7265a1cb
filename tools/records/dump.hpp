#pragma once

#include <string>
#include <vector>

namespace snmpgate::records {

enum class Format {
    text,
    json
};

// Prints the records of the files ("-" = stdin), in order, one line each; returns the exit status: 0, or 1 if a file
// could not be read or held bytes that are no block.
[[nodiscard]] int dump(const std::vector<std::string>& files, Format format);

}  // namespace snmpgate::records
