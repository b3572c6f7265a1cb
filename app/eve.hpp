#pragma once

#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "record/block.hpp"

namespace snmpgate::app {

// One line of EVE JSON (Suricata's field names) for each record of a frame that was discarded, or would have been in
// monitor mode. Control side, one thread.
class EveLog {
 public:
    enum class Existing : uint8_t {
        append,
        replace
    };
    // Creates missing folders. Throws std::runtime_error with path, cause and cure if it cannot be opened.
    // `realms`: names, by realm number - 1.
    EveLog(const std::filesystem::path& file, Existing existing, std::vector<std::string> realms);

    void write(const record::Block& block);

 private:
    void write(const record::Block& block, const record::Record& record);

    std::ofstream out_;
    std::vector<std::string> realms_;
};

}  // namespace snmpgate::app
