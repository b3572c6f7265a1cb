#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>

// Bytes and addresses as text, for tests. Nothing here uses the code under test.
namespace snmpgate::test {

using Bytes = std::vector<uint8_t>;

// "30 0a 0201" → bytes; blanks are ignored.
inline Bytes hex(std::string_view text) {
    const auto digit = [](char c) -> uint8_t {
        if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
        if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
        if (c >= 'A' && c <= 'F') return static_cast<uint8_t>(c - 'A' + 10);
        throw std::invalid_argument{"not a hex digit: " + std::string{c}};
    };
    std::string digits;
    for (char c : text)
        if (c != ' ' && c != '\n' && c != ':') digits += c;
    if (digits.size() % 2 != 0) throw std::invalid_argument{"half a byte: " + digits};
    Bytes bytes;
    for (size_t i = 0; i < digits.size(); i += 2)
        bytes.push_back(static_cast<uint8_t>(digit(digits[i]) << 4 | digit(digits[i + 1])));
    return bytes;
}

// bytes → "30 0a 02 01": what a failed expectation should show.
inline std::string to_hex(std::span<const uint8_t> bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (uint8_t byte : bytes) {
        if (!text.empty()) text += ' ';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

inline Bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

inline void put16(Bytes& bytes, uint64_t value) {
    bytes.push_back(static_cast<uint8_t>(value >> 8));
    bytes.push_back(static_cast<uint8_t>(value));
}

inline void put32(Bytes& bytes, uint64_t value) {
    put16(bytes, value >> 16);
    put16(bytes, value);
}

inline void set16(Bytes& bytes, size_t at, uint64_t value) {
    bytes.at(at) = static_cast<uint8_t>(value >> 8);
    bytes.at(at + 1) = static_cast<uint8_t>(value);
}

inline uint16_t get16(std::span<const uint8_t> bytes, size_t at) {
    return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

// "02:00:00:00:00:01" → 6 bytes.
inline Bytes mac(std::string_view address) {
    Bytes bytes = hex(address);
    if (bytes.size() != 6) throw std::invalid_argument{"not a MAC address: " + std::string{address}};
    return bytes;
}

// "10.1.2.3" or "2001:db8::1" → 4 or 16 bytes.
inline Bytes ip(std::string_view address) {
    const std::string terminated{address};
    const bool v6 = address.find(':') != std::string_view::npos;
    Bytes bytes(v6 ? 16 : 4);
    if (inet_pton(v6 ? AF_INET6 : AF_INET, terminated.c_str(), bytes.data()) != 1)
        throw std::invalid_argument{"not an IP address: " + terminated};
    return bytes;
}

// The Internet checksum (RFC 1071), word by word: the plain way, to judge the fast one.
inline uint16_t internet_checksum(std::span<const uint8_t> bytes) {
    uint32_t sum = 0;
    for (size_t i = 0; i < bytes.size(); i += 2) {
        const uint32_t low = i + 1 < bytes.size() ? bytes[i + 1] : 0;
        sum += bytes[i] * 256u + low;
        if (sum > 0xFFFF) sum -= 0xFFFF;  // end-around carry
    }
    return static_cast<uint16_t>(0xFFFF - sum);
}

}  // namespace snmpgate::test
