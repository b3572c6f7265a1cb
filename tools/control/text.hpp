#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

// Values and tables for people's eyes.
namespace snmpgate::control {

using Json = nlohmann::ordered_json;

// A value on one line: 1,234,567; yes and no; - for what is not there. The key says what a number is: `bytes` as
// 1.5 MB, `uptime_seconds` as 2 d 03:04:05, `speed_mbps` as 10 Gbit/s. Control characters become ?.
[[nodiscard]] std::string shown(std::string_view key, const Json& value);
// As a heading: tx_errors as "tx errors".
[[nodiscard]] std::string title(std::string_view key);

// Columns as wide as what they hold.
class Table {
 public:
    struct Cell {
        std::string text;
        bool right = false;
    };

    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
    // One row an object, one column a key that any of them has, numbers to the right; `first` keys first, in that
    // order.
    static Table of(const Json& objects, const std::vector<std::string>& first = {});
    // The same turned: one column an object, under its name, one row a key; those of inner objects too, nic.missed as
    // nic missed. To the right if all are numbers.
    static Table side_by_side(const Json& objects_by_name);

    [[nodiscard]] std::string text() const;

 private:
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace snmpgate::control
