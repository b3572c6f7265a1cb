#include "text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace snmpgate::control {
namespace {

constexpr std::string_view kGap = "  ";

template <typename... Values>
std::string format(const char* how, Values... values) {
    char text[64];
    std::snprintf(text, sizeof text, how, values...);
    return text;
}

std::string grouped(const Json& number) {
    std::string digits = number.dump();
    if (!number.is_number_integer()) return digits;
    const size_t first = digits.front() == '-' ? 1 : 0;
    for (size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
    return digits;
}

std::string size(double bytes) {
    constexpr std::array kUnits = {"B", "KB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
    return format(unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
}

std::string duration(uint64_t seconds) {
    constexpr uint64_t kDay = 86400;
    const auto hours = static_cast<unsigned>(seconds % kDay / 3600),
               minutes = static_cast<unsigned>(seconds % 3600 / 60), rest = static_cast<unsigned>(seconds % 60);
    const std::string time = format("%02u:%02u:%02u", hours, minutes, rest);
    return seconds < kDay ? time : std::to_string(seconds / kDay) + " d " + time;
}

std::string speed(uint64_t mbps) {
    if (mbps == 0) return "-";
    return mbps % 1000 == 0 ? std::to_string(mbps / 1000) + " Gbit/s" : std::to_string(mbps) + " Mbit/s";
}

std::string printable(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) c = '?';
    return text;
}

// Inner objects' members as the object's own, nic.missed as nic_missed.
Json flattened(const Json& object, const std::string& before = "") {
    Json flat = Json::object();
    for (const auto& [key, value] : object.items()) {
        if (value.is_object())
            flat.update(flattened(value, before + key + '_'));
        else
            flat[before + key] = value;
    }
    return flat;
}

// In characters, of UTF-8.
size_t width(const std::string& text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string shown(std::string_view key, const Json& value) {
    if (value.is_null()) return "-";
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        return text.empty() ? "-" : printable(text);
    }
    if (value.is_number_integer() && value >= 0) {
        if (key == "bytes") return size(value.get<double>());
        if (key == "uptime_seconds") return duration(value.get<uint64_t>());
        if (key == "speed_mbps") return speed(value.get<uint64_t>());
    }
    if (value.is_number()) return grouped(value);
    return printable(value.dump(-1, ' ', true, Json::error_handler_t::replace));
}

std::string title(std::string_view key) {
    std::string text = printable(std::string(key));
    for (const std::string_view unit : {"_seconds", "_mbps"})
        if (text.ends_with(unit)) text.resize(text.size() - unit.size());
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

Table Table::of(const Json& objects, const std::vector<std::string>& first) {
    std::vector<std::string> keys;
    const auto has = [&](const std::string& key) {
        return std::any_of(objects.begin(), objects.end(), [&](const Json& row) { return row.contains(key); });
    };
    std::copy_if(first.begin(), first.end(), std::back_inserter(keys), has);
    for (const Json& object : objects) {
        if (!object.is_object()) continue;
        for (const auto& entry : object.items())
            if (std::find(keys.begin(), keys.end(), entry.key()) == keys.end()) keys.push_back(entry.key());
    }
    Table table;
    std::vector<Cell> head;
    for (const std::string& key : keys) {
        const bool numbers = std::any_of(objects.begin(), objects.end(),
                                         [&](const Json& row) { return row.contains(key) && row[key].is_number(); });
        head.push_back({title(key), numbers});
    }
    table.add(std::move(head));
    for (const Json& object : objects) {
        std::vector<Cell> row;
        for (const std::string& key : keys)
            row.push_back(
                {shown(key, object.contains(key) ? object[key] : Json()), table.rows_.front()[row.size()].right});
        table.add(std::move(row));
    }
    return table;
}

Table Table::side_by_side(const Json& objects_by_name) {
    Table table;
    std::vector<Json> columns;
    std::vector<Cell> head = {{}};
    std::vector<std::string> keys;
    for (const auto& [name, object] : objects_by_name.items()) {
        columns.push_back(flattened(object));
        head.push_back({title(name)});
        // A key that only this one has stands behind the one it follows here.
        size_t at = 0;
        for (const auto& entry : columns.back().items()) {
            const auto it = std::find(keys.begin(), keys.end(), entry.key());
            at = it != keys.end() ? static_cast<size_t>(it - keys.begin()) : at;
            if (it == keys.end()) keys.insert(keys.begin() + static_cast<std::ptrdiff_t>(at), entry.key());
            ++at;
        }
    }
    table.add(std::move(head));
    bool numbers = true;
    for (const std::string& key : keys) {
        std::vector<Cell> row = {{title(key)}};
        for (const Json& column : columns) {
            const Json value = column.contains(key) ? column[key] : Json();
            numbers = numbers && (value.is_number() || value.is_null());
            row.push_back({shown(key, value)});
        }
        table.add(std::move(row));
    }
    for (auto& row : table.rows_)
        for (size_t i = 1; i < row.size(); ++i) row[i].right = numbers;
    return table;
}

std::string Table::text() const {
    std::vector<size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i].text));
    }
    std::string text;
    for (const auto& row : rows_) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) {
            const std::string blanks(widths[i] - width(row[i].text), ' ');
            line.append(i == 0 ? "" : kGap).append(row[i].right ? blanks + row[i].text : row[i].text + blanks);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

}  // namespace snmpgate::control
