// docs/config.md against the code: every key, default, example and refusal that it shows.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/config.hpp"

namespace snmpgate::app {
namespace {

using Json = nlohmann::json;

const std::filesystem::path kSource = SNMPGATE_SOURCE;

std::string refusal_of(const std::string& text) {
    try {
        static_cast<void>(parse_config(text, "site.json"));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "accepted";
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    EXPECT_TRUE(stream) << file;
    return {std::istreambuf_iterator<char>(stream), {}};
}

// docs/config.md: rows `key` | `default` | values | `example`.
struct Row {
    std::string key, initial, example;
};

std::vector<Row> documented() {
    const auto code = [](const std::string& cell) {
        const size_t from = cell.find('`'), to = cell.rfind('`');
        return from == to ? std::string() : cell.substr(from + 1, to - from - 1);
    };
    std::vector<Row> rows;
    std::istringstream lines(text_of(kSource / "docs/config.md"));
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| `")) continue;
        std::vector<std::string> cells;
        for (size_t from = 1, to; (to = line.find('|', from)) != std::string::npos; from = to + 1)
            cells.push_back(line.substr(from, to - from));
        if (cells.size() != 4) {
            ADD_FAILURE() << "not four cells: " << line;
            continue;
        }
        rows.push_back({code(cells[0]), code(cells[1]), code(cells[3])});
    }
    return rows;
}

TEST(ConfigDocs, NameEveryKeyOnce) {
    std::vector<std::string> keys;
    for (const Row& row : documented()) keys.push_back(row.key);
    EXPECT_THAT(keys, testing::UnorderedElementsAreArray(config_keys()));
}

TEST(ConfigDocs, ExamplesHoldTheirKeyAndAreAccepted) {
    for (const Row& row : documented()) {
        EXPECT_EQ(refusal_of(row.example), "accepted") << row.key;
        std::string pointer = '/' + row.key;
        for (size_t at; (at = pointer.find("[]")) != std::string::npos;) pointer.replace(at, 2, "/0");
        std::replace(pointer.begin(), pointer.end(), '.', '/');
        EXPECT_TRUE(Json::parse(row.example).contains(Json::json_pointer(pointer))) << row.key;
    }
}

TEST(ConfigDocs, DefaultsAreTheCodes) {
    const Config config;
    const auto on_failure = [](decide::OnFailure what) {
        return what == decide::OnFailure::forward ? "forward" : "discard";
    };
    const std::map<std::string, Json> defaults = {
        {"mode", config.mode == decide::Mode::monitor ? "monitor" : "prevent"},
        {"ports.mtu", config.ports.mtu},
        {"ports.propagate_link", config.ports.propagate_link},
        {"cores.workers", Json::array()},
        {"cores.rx", config.cores.rx},
        {"cores.tx", config.cores.tx},
        {"eal", config.eal},
        {"realms", Json::array()},
        {"realms[].vlans", locate::RealmSpec{}.vlans},
        {"realms[].maps", Json::array()},
        {"nat.headers", config.nat.headers},
        {"alg.level", config.alg.level == AlgLevel::basic ? "basic" : "other"},
        {"alg.ports", config.alg.ports},
        {"alg.oid_tables", config.alg.oid_tables},
        {"alg.unparsable", on_failure(config.alg.unparsable)},
        {"alg.untranslatable", on_failure(config.alg.untranslatable)},
        {"frames.malformed", on_failure(config.frames.malformed)},
        {"frames.ring_full", on_failure(config.frames.ring_full)},
        {"blocklist.macs", Json::array()},
        {"blocklist.prefixes", Json::array()},
        {"devices", Json::object()},
        {"arp", Json::object()},
        {"snmp", Json::object()},
        {"sequence", Json::object()},
        {"rules", Json::object()},
        {"records.directory", config.records.directory.string()},
        {"records.also", Json::array()},
        {"records.rotate_bytes", config.records.rotate_bytes},
        {"records.rotate_seconds", config.records.rotate_seconds},
        {"records.blocks", config.records.blocks},
        {"alerts.eve.file", config.alerts.eve_file.string()},
        {"alerts.limit.count", config.alerts.limit_count},
        {"alerts.limit.seconds", config.alerts.limit_seconds},
        {"control.socket", config.control.socket.string()},
    };
    std::map<std::string, Json> in_docs;
    for (const Row& row : documented())
        if (!row.initial.empty()) in_docs[row.key] = Json::parse(row.initial);
    EXPECT_EQ(in_docs, defaults);
}

// The block ```refused: a configuration, then the line that refuses it.
TEST(ConfigDocs, ShowRealRefusals) {
    std::istringstream lines(text_of(kSource / "docs/config.md"));
    std::string line;
    while (std::getline(lines, line) && line != "```refused") {
    }
    size_t shown = 0;
    for (std::string config, error; std::getline(lines, config) && config != "```"; ++shown) {
        ASSERT_TRUE(std::getline(lines, error));
        EXPECT_EQ(refusal_of(config), error);
    }
    EXPECT_GE(shown, 5u);
}

}  // namespace
}  // namespace snmpgate::app
