#include "config/config.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include <sys/un.h>

#include "config/address.hpp"
#include "config/json_text.hpp"
#include "config/reader.hpp"
#include "config/realms.hpp"
#include "record/block.hpp"

// Reads top to bottom as docs/config.md does.
namespace snmpgate::app {
namespace {

constexpr Choice<decide::Mode> kModes[] = {{"monitor", decide::Mode::monitor}, {"prevent", decide::Mode::prevent}};
constexpr Choice<decide::OnFailure> kOnFailure[] = {{"forward", decide::OnFailure::forward},
                                                    {"discard", decide::OnFailure::discard}};
constexpr Choice<AlgLevel> kLevels[] = {
    {"off", AlgLevel::off}, {"basic", AlgLevel::basic}, {"advanced", AlgLevel::advanced}};
constexpr Choice<Layout> kLayouts[] = {{"fused", Layout::fused}, {"split", Layout::split}};

constexpr Range kUdpPorts = {1, 65535};
constexpr Range kCpus = {0, 1023};   // CPU_SETSIZE
constexpr size_t kMostCores = 32;    // of each kind
constexpr Range kMtu = {576, 9702};  // bytes, Ethernet header not counted
constexpr Range kLimitCount = {0, 1'000'000};
constexpr Range kLimitSeconds = {1, 86400};
constexpr Range kRotateBytes = {sizeof(record::Block), uint64_t{1} << 40};  // a block to 1 TiB
constexpr Range kRotateSeconds = {1, 366 * 86400};
constexpr Range kBlocks = {4, 4096};  // 64 KB to 64 MB per worker; the rings hold no more

// A virtual device's name stops at the comma, and EAL has room for one of a name. A PCI address may serve two ports,
// told apart by what follows.
std::string_view identity(std::string_view device) {
    return device.starts_with("net_") ? device.substr(0, device.find(',')) : device;
}

// The kernel's interface that a virtual device stands on, empty if it names none.
std::string_view interface_of(std::string_view device) {
    const size_t at = device.find("iface=");
    if (at == std::string_view::npos) return {};
    const std::string_view rest = device.substr(at + std::string_view{"iface="}.size());
    return rest.substr(0, rest.find(','));
}

void read_ports(Section& ports, Config::Ports& into) {
    ports.not_yet("honeypot", "redirecting to a honeypot is not in this version; leave the key out");
    ports.section("external", [&](Section& port) { port.key("device", into.external); });
    ports.section("internal", [&](Section& port) { port.key("device", into.internal); });
    ports.key("mtu", into.mtu, kMtu);
    ports.key("propagate_link", into.propagate_link);
}

void check_ports(const Config::Ports& ports, const std::string& file) {
    const std::string_view interface = interface_of(ports.internal);
    const bool same_interface = !interface.empty() && interface == interface_of(ports.external);
    if (!ports.internal.empty() && (same_interface || identity(ports.internal) == identity(ports.external)))
        refuse(file, "ports.internal.device", shown(ports.internal),
               "is the external port's device too; the two ports must be two devices");
}

void read_cores(Section& cores, Config::Cores& into) {
    cores.key("layout",
              [&](const Value& value) { into.layout = value.choice(std::span<const Choice<Layout>>(kLayouts)); });
    for (const auto& [name, list] : {std::pair{"rx", &into.rx}, {"workers", &into.workers}, {"tx", &into.tx}})
        cores.key(name, [&, cpus = list](const Value& value) {
            cpus->clear();
            value.each("CPU numbers",
                       [&](const Value& cpu) { cpus->push_back(static_cast<unsigned>(cpu.whole(kCpus))); });
            if (cpus->size() > kMostCores) value.refuse("must name at most " + std::to_string(kMostCores) + " CPUs");
        });
}

// What a driver file may hold. A key replaces what a file read before gave it; the other keys keep theirs.
void read_machine(Section& root, Config& config) {
    root.section("ports", [&](Section& ports) { read_ports(ports, config.ports); });
    root.section("cores", [&](Section& cores) { read_cores(cores, config.cores); });
    root.key("eal", [&](const Value& list) {
        config.eal.clear();
        list.each("EAL arguments", [&](const Value& argument) { config.eal.push_back(argument.text()); });
    });
}

void read_alg(Section& alg, Config::Alg& into) {
    alg.key("level", into.level, kLevels);
    alg.key("ports", [&](const Value& list) {
        into.ports.clear();
        list.each("UDP ports", [&](const Value& value) {
            const auto port = static_cast<uint16_t>(value.whole(kUdpPorts));
            if (std::find(into.ports.begin(), into.ports.end(), port) != into.ports.end())
                value.refuse("is in the list already; name each port once");
            into.ports.push_back(port);
        });
        if (into.ports.empty()) list.refuse("must name at least one UDP port; alg.level \"off\" turns translation off");
    });
    alg.key("oid_tables", [&](const Value& list) {
        list.each("files", [&](const Value& file) { into.oid_tables.push_back(file.text()); });
    });
    alg.key("unparsable", into.unparsable, kOnFailure);
    alg.key("untranslatable", into.untranslatable, kOnFailure);
}

// Calls `read` with the value's text; what it has against it is told with the key.
template <typename Read>
auto read_text(const Value& value, Read read) {
    try {
        return read(value.text());
    } catch (const std::invalid_argument& why) {
        value.refuse(why.what());
    }
}

void read_blocklist(Section& blocklist, Config::Blocklist& into) {
    blocklist.key("macs", [&](const Value& list) {
        into.macs.reserve(list.size());
        list.each("MAC addresses", [&](const Value& value) { into.macs.push_back(read_text(value, device_mac)); });
    });
    blocklist.key("prefixes", [&](const Value& list) {
        into.prefixes.reserve(list.size());
        list.each("prefixes", [&](const Value& value) { into.prefixes.push_back(read_text(value, listed_prefix)); });
    });
    std::ranges::sort(into.macs, [](const wire::Mac& a, const wire::Mac& b) { return a.key() < b.key(); });
    std::ranges::sort(into.prefixes);
    into.macs.erase(std::unique(into.macs.begin(), into.macs.end()), into.macs.end());
    into.prefixes.erase(std::unique(into.prefixes.begin(), into.prefixes.end()), into.prefixes.end());
}

// The protocols that are not recorded anyway.
std::vector<Choice<wire::Protocol>> optional_protocols() {
    std::vector<Choice<wire::Protocol>> choices;
    for (size_t i = 0; i < wire::kProtocols; ++i) {
        const auto protocol = static_cast<wire::Protocol>(i);
        const std::string_view name = wire::name_of(protocol);
        if (protocol != wire::Protocol::arp && !name.starts_with("snmp")) choices.push_back({name, protocol});
    }
    return choices;
}

void read_records(Section& records, Config::Records& into) {
    records.key("directory", into.directory);
    records.key("also", [&](const Value& list) {
        const auto choices = optional_protocols();
        list.each("protocols", [&](const Value& value) {
            const auto protocol = value.choice(std::span(choices));
            if (std::find(into.also.begin(), into.also.end(), protocol) != into.also.end())
                value.refuse("is in the list already; name each protocol once");
            into.also.push_back(protocol);
        });
    });
    records.key("rotate_bytes", into.rotate_bytes, kRotateBytes);
    records.key("rotate_seconds", into.rotate_seconds, kRotateSeconds);
    records.key("blocks", into.blocks, kBlocks);
}

void read_socket(const Value& value, std::filesystem::path& into) {
    constexpr size_t kMost = sizeof(sockaddr_un{}.sun_path) - 1;
    if (value.text().size() > kMost)
        value.refuse("is too long for a UNIX socket; must be a path of at most " + std::to_string(kMost) + " bytes");
    into = value.text();
}

void read_config(Section& root, Config& config) {
    root.key("mode", config.mode, kModes);
    read_machine(root, config);
    root.key("realms", [&](const Value& list) { config.realms = read_realms(list); });
    root.section("nat", [&](Section& nat) { nat.key("headers", config.nat.headers); });
    root.section("alg", [&](Section& alg) { read_alg(alg, config.alg); });
    root.section("frames", [&](Section& frames) {
        frames.key("malformed", config.frames.malformed, kOnFailure);
        frames.key("ring_full", config.frames.ring_full, kOnFailure);
    });
    root.section("blocklist", [&](Section& blocklist) { read_blocklist(blocklist, config.blocklist); });
    for (const char* name : {"devices", "arp", "snmp", "sequence", "rules"}) root.section(name, [](Section&) {});
    root.section("records", [&](Section& records) { read_records(records, config.records); });
    root.section("alerts", [&](Section& alerts) {
        alerts.section("eve", [&](Section& eve) { eve.key("file", config.alerts.eve_file); });
        alerts.section("limit", [&](Section& limit) {
            limit.key("count", config.alerts.limit_count, kLimitCount);
            limit.key("seconds", config.alerts.limit_seconds, kLimitSeconds);
        });
    });
    root.section("control", [&](Section& control) {
        control.key("socket", [&](const Value& value) { read_socket(value, config.control.socket); });
    });
}

// A file's text and the name it has in messages.
struct Source {
    std::string text, name;
};

Config parse(const Source& source, const std::optional<Source>& driver) {
    Config config;
    const auto read = [&config](const Source& from, auto reader) {
        const Document document{from.name};
        const Json json = parse_json(from.text, from.name);
        Value(json, document).section([&](Section& root) { reader(root, config); });
        check_ports(config.ports, from.name);
    };
    if (driver) read(*driver, read_machine);
    read(source, read_config);
    return config;
}

std::string cure_of(int error) {
    switch (error) {
        case ENOENT:
            return "give the path of a file that exists";
        case EACCES:
            return "let this user read it, or run as one who may";
        case EISDIR:
            return "give the path of a file in it";
        default:
            return "give the path of a file that can be read";
    }
}

Source read_source(const std::filesystem::path& file) {
    const auto refuse_for = [&](int error) {
        throw ConfigError(file.string() + ": cannot be read: " + std::generic_category().message(error) + "; " +
                          cure_of(error));
    };
    std::error_code ignored;  // opening says it better
    if (std::filesystem::is_directory(file, ignored)) refuse_for(EISDIR);
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) refuse_for(errno);
    std::string text(std::istreambuf_iterator<char>(stream), {});
    if (stream.bad()) refuse_for(EIO);
    return {std::move(text), file.string()};
}

}  // namespace

Config load_config(const std::filesystem::path& file, const std::optional<std::filesystem::path>& driver) {
    return parse(read_source(file), driver ? std::optional(read_source(*driver)) : std::nullopt);
}

Config parse_config(const std::string& text, const std::string& name, const std::optional<std::string>& driver_text) {
    return parse({text, name}, driver_text ? std::optional(Source{*driver_text, "driver of " + name}) : std::nullopt);
}

std::set<std::string> config_keys() {
    std::set<std::string> keys;
    const Document document{"", &keys};
    const Json least =
        Json::parse(R"({"realms": [{"name": "a", "maps": [{"private": "10.0.0.1", "public": "10.0.0.1"}]}]})");
    Config config;
    Value(least, document).section([&](Section& root) { read_config(root, config); });
    return keys;
}

}  // namespace snmpgate::app
