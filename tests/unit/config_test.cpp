#include "config/config.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/describe.hpp"

namespace snmpgate::app {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::filesystem::path kSource = SNMPGATE_SOURCE;

std::string refusal_of(const std::string& text, const std::optional<std::string>& driver = std::nullopt) {
    try {
        static_cast<void>(parse_config(text, "site.json", driver));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "accepted";
}

// {"realms": [...]} of maps given as {private, public}; one list per realm, all without VLANs unless said.
std::string realms(const std::vector<std::string>& maps_of_realms, const std::vector<std::string>& vlans = {}) {
    std::string list;
    for (size_t i = 0; i < maps_of_realms.size(); ++i) {
        list += std::string(i == 0 ? "" : ", ") + "{\"name\": \"r" + std::to_string(i) + "\", ";
        if (i < vlans.size()) list += "\"vlans\": [" + vlans[i] + "], ";
        list += "\"maps\": [" + maps_of_realms[i] + "]}";
    }
    return "{\"realms\": [" + list + "]}";
}
std::string map(const std::string& inside, const std::string& outside) {
    return "{\"private\": \"" + inside + "\", \"public\": \"" + outside + "\"}";
}

struct Refused {
    std::string config, error;
};

void expect_refused(const std::vector<Refused>& table) {
    for (const auto& [config, error] : table) EXPECT_EQ(refusal_of(config), "site.json" + error) << config;
}

TEST(Config, EmptyIsValidAndTransparent) {
    const Config config = parse_config("{}", "site.json");
    EXPECT_EQ(config.mode, decide::Mode::monitor);
    EXPECT_TRUE(config.realms.empty());
    EXPECT_TRUE(config.ports.external.empty());
    EXPECT_FALSE(config.nat.headers);
    EXPECT_TRUE(warnings(config).empty());
}

TEST(Config, ReadsEverySection) {
    const Config config = parse_config(R"({ // all of it
        "mode": "prevent",
        "ports": {"external": {"device": "0000:01:00.0"}, "internal": {"device": "0000:01:00.1"}, "mtu": 9000,
                  "propagate_link": false},
        "cores": {"layout": "split", "workers": [3, 4], "rx": [2], "tx": [2]}, "eal": ["-m", "64"],
        "realms": [{"name": "teaching", "vlans": [1, 4094], "maps": [
            {"private": "10.1.0.0/16", "public": "172.20.0.0/16"}, {"private": "10.2.0.1", "public": "172.21.0.9/32"}]}],
        "nat": {"headers": true},
        "alg": {"level": "off", "ports": [161, 65535], "oid_tables": ["site-mibs.json"],
                "unparsable": "discard", "untranslatable": "discard"},
        "frames": {"malformed": "discard", "ring_full": "forward"},
        "devices": {}, "arp": {}, "snmp": {}, "sequence": {}, "rules": {},
        "blocklist": {"macs": ["00:1B:54:aa:00:01"], "prefixes": ["192.168.0.0/16", "2001:db8::/32", "10.0.0.1"]},
        "records": {"directory": "/tmp/r", "also": ["icmp", "telnet"], "rotate_bytes": 16384, "rotate_seconds": 1,
                    "blocks": 4},
        "alerts": {"eve": {"file": "/tmp/eve.json"}, "limit": {"count": 0, "seconds": 9}}, "control": {"socket": "/tmp/c.sock"} /* and no more */
    })",
                                       "site.json");
    EXPECT_EQ(config.mode, decide::Mode::prevent);
    EXPECT_EQ(config.ports.external, "0000:01:00.0");
    EXPECT_EQ(config.ports.internal, "0000:01:00.1");
    EXPECT_EQ(config.ports.mtu, 9000);
    EXPECT_FALSE(config.ports.propagate_link);
    EXPECT_EQ(config.cores.layout, Layout::split);
    EXPECT_THAT(config.cores.rx, ElementsAre(2));
    EXPECT_THAT(config.cores.workers, ElementsAre(3, 4));
    EXPECT_THAT(config.cores.tx, ElementsAre(2));
    EXPECT_THAT(config.eal, ElementsAre("-m", "64"));
    EXPECT_EQ(config.frames.ring_full, decide::OnFailure::forward);
    EXPECT_EQ(config.alerts.limit_count, 0u);
    EXPECT_EQ(config.alerts.limit_seconds, 9u);
    ASSERT_EQ(config.realms.size(), 1u);
    EXPECT_EQ(config.realms[0].name, "teaching");
    EXPECT_THAT(config.realms[0].vlans, ElementsAre(1, 4094));
    ASSERT_EQ(config.realms[0].maps.size(), 2u);
    EXPECT_EQ(config.realms[0].maps[0].private_base, 0x0A010000u);
    EXPECT_EQ(config.realms[0].maps[0].public_base, 0xAC140000u);
    EXPECT_EQ(config.realms[0].maps[0].length, 16);
    EXPECT_EQ(config.realms[0].maps[1].private_base, 0x0A020001u);
    EXPECT_EQ(config.realms[0].maps[1].public_base, 0xAC150009u);
    EXPECT_EQ(config.realms[0].maps[1].length, 32);
    EXPECT_TRUE(config.nat.headers);
    EXPECT_EQ(config.alg.level, AlgLevel::off);
    EXPECT_THAT(config.alg.ports, ElementsAre(161, 65535));
    EXPECT_THAT(config.alg.oid_tables, ElementsAre("site-mibs.json"));
    EXPECT_EQ(config.alg.unparsable, decide::OnFailure::discard);
    EXPECT_EQ(config.alg.untranslatable, decide::OnFailure::discard);
    EXPECT_EQ(config.frames.malformed, decide::OnFailure::discard);
    EXPECT_THAT(config.blocklist.macs, ElementsAre(wire::Mac{{0x00, 0x1B, 0x54, 0xAA, 0x00, 0x01}}));
    EXPECT_THAT(config.blocklist.prefixes, ElementsAre(locate::Prefix{locate::Address::v4(0x0A000001), 128},
                                                       locate::Prefix{locate::Address::v4(0xC0A80000), 112},
                                                       locate::Prefix{locate::Address{0x20010DB800000000, 0}, 32}));
    EXPECT_EQ(config.records.directory, "/tmp/r");
    EXPECT_THAT(config.records.also, ElementsAre(wire::Protocol::icmp, wire::Protocol::telnet));
    EXPECT_EQ(config.records.rotate_bytes, 16384u);
    EXPECT_EQ(config.records.rotate_seconds, 1u);
    EXPECT_EQ(config.records.blocks, 4u);
    EXPECT_EQ(config.alerts.eve_file, "/tmp/eve.json");
    EXPECT_EQ(config.control.socket, "/tmp/c.sock");
}

TEST(Config, RefusesWhatIsNotJson) {
    expect_refused({
        {"",
         ":1:1: not JSON: syntax error while parsing value - unexpected end of input; expected '[', '{', or a "
         "literal; {} is the least there may be"},
        {"{\"nat\": {\"headers\": true,}}",
         ":1:26: not JSON: syntax error while parsing object key - unexpected '}'; expected string literal"},
        {"{\n  \"mode\": monitor\n}",
         ":2:11: not JSON: syntax error while parsing value - invalid literal; last read: '\"mode\": m'"},
        {"{\"alg\": {\"ports\": [1e999]}}", ":1:24: not JSON: number overflow parsing '1e999'"},
        {"{} {}", ":1:4: not JSON: syntax error while parsing value - unexpected '{'; expected end of input"},
        {"[]", ": the whole file = a list of 0: must be an object, { }"},
    });
}

TEST(Config, RefusesRepeatedKeys) {
    const std::string why = ": repeated key; name it once in its object";
    expect_refused({
        {R"({"mode": "monitor", "mode": "prevent"})", ": mode = \"prevent\"" + why},
        {R"({"nat": {}, "nat": {"headers": true}})", ": nat = an object" + why},
        {R"({"alg": {"ports": [161], "level": "off", "ports": []}})", ": alg.ports = a list" + why},
        {R"({"realms": [{"name": "a"}, {"name": "b", "maps": [{"private": "10.0.0.1", "private": "10.0.0.2"}]}]})",
         ": realms[1].maps[0].private = \"10.0.0.2\"" + why},
        // The same key in two objects, and as a value, is none.
        {R"({"ports": {"external": {"device": "device"}, "internal": {"device": "device", "device": null}}})",
         ": ports.internal.device = null" + why},
    });
    EXPECT_EQ(refusal_of(R"({"ports": {"external": {"device": "net_tap0"}, "internal": {"device": "net_tap1"}}})"),
              "accepted");
}

TEST(Config, RefusesUnknownKeys) {
    const std::string none = ": unknown key; this section has no keys in this version, leave it empty";
    expect_refused({
        {R"({"realm": []})",
         ": realm = a list of 0: unknown key; the keys here are mode, ports, cores, eal, realms, nat, alg, frames, "
         "blocklist, devices, arp, snmp, sequence, rules, records, alerts, control"},
        {R"({"nat": {"header": true}})", ": nat.header = true: unknown key; the keys here are headers"},
        {R"({"realms": [{"name": "a", "vlan": 10}]})",
         ": realms[0].vlan = 10: unknown key; the keys here are name, vlans, maps"},
        {"{\"realms\": [{\"name\": \"a\", \"maps\": [{\"private\": \"10.0.0.1\", \"public\": \"10.0.0.1\", \"x\": "
         "0}]}]}",
         ": realms[0].maps[0].x = 0: unknown key; the keys here are private, public"},
        {R"({"nat": {"a\n\"b": 1}})", ": nat[\"a\\n\\\"b\"] = 1: unknown key; the keys here are headers"},
        {R"({"devices": {"x": []}})", ": devices.x = a list of 0" + none},
        {R"({"arp": {"x": {}}})", ": arp.x = an object" + none},
        {R"({"snmp": {"x": 1.5}})", ": snmp.x = 1.5" + none},
        {R"({"sequence": {"x": null}})", ": sequence.x = null" + none},
        {R"({"rules": {"": -1}})", ": rules[\"\"] = -1" + none},
    });
}

// Every key of every section: a value of no key's type is refused at its path, and a stranger beside it too.
TEST(Config, EveryKeyIsReadAndEverySectionIsClosed) {
    const Json base = Json::parse(realms({map("10.0.0.1", "172.20.0.1")}));
    for (const std::string& key : config_keys()) {
        std::string pointer = '/' + key, shown = key;
        for (size_t at; (at = pointer.find("[]")) != std::string::npos;) pointer.replace(at, 2, "/0");
        for (size_t at; (at = shown.find("[]")) != std::string::npos;) shown.replace(at, 2, "[0]");
        std::replace(pointer.begin(), pointer.end(), '.', '/');

        Json wrong = base;
        wrong[Json::json_pointer(pointer)] = 1.5;
        EXPECT_THAT(refusal_of(wrong.dump()), StartsWith("site.json: " + shown + " = 1.5: must be ")) << wrong;

        Json stranger = base;
        stranger[Json::json_pointer(pointer).parent_pointer() / "stranger"] = 1.5;
        EXPECT_THAT(refusal_of(stranger.dump()), HasSubstr("stranger = 1.5: unknown key; ")) << stranger;
    }
}

TEST(Config, RefusesWrongTypesAndRanges) {
    const std::string port = ": must be a whole number from 1 to 65535";
    const std::string vlan = ": must be a whole number from 1 to 4094";
    const std::string text = ": must be a string that is not empty and has no control characters";
    expect_refused({
        {R"({"mode": "prevnt"})", ": mode = \"prevnt\": must be \"monitor\" or \"prevent\""},
        {R"({"mode": null})", ": mode = null: must be \"monitor\" or \"prevent\""},
        {R"({"nat": []})", ": nat = a list of 0: must be an object, { }"},
        {R"({"nat": {"headers": 1}})", ": nat.headers = 1: must be true or false"},
        {R"({"alg": {"level": "full"}})", ": alg.level = \"full\": must be \"off\", \"basic\" or \"advanced\""},
        {R"({"alg": {"ports": 161}})", ": alg.ports = 161: must be a list of UDP ports"},
        {R"({"alg": {"ports": [161, 0]}})", ": alg.ports[1] = 0" + port},
        {R"({"alg": {"ports": [65536]}})", ": alg.ports[0] = 65536" + port},
        {R"({"alg": {"ports": [-1]}})", ": alg.ports[0] = -1" + port},
        {R"({"alg": {"ports": ["161"]}})", ": alg.ports[0] = \"161\"" + port},
        {R"({"alg": {"ports": [161.0]}})", ": alg.ports[0] = 161.0" + port},
        {R"({"alg": {"ports": [99999999999999999999]}})", ": alg.ports[0] = 1e+20" + port},
        {R"({"alg": {"ports": [161, 162, 161]}})", ": alg.ports[2] = 161: is in the list already; name each port once"},
        {R"({"alg": {"ports": []}})",
         ": alg.ports = a list of 0: must name at least one UDP port; alg.level \"off\" turns translation off"},
        {R"({"alg": {"unparsable": "drop"}})", ": alg.unparsable = \"drop\": must be \"forward\" or \"discard\""},
        {R"({"alg": {"oid_tables": [{}]}})", ": alg.oid_tables[0] = an object: must be a string"},
        {R"({"eal": "-m 64"})", ": eal = \"-m 64\": must be a list of EAL arguments"},
        {R"({"eal": ["-m", 64]})", ": eal[1] = 64: must be a string"},
        {R"({"eal": [""]})", ": eal[0] = \"\"" + text},
        {R"({"ports": {"external": {"device": "net_tap0\u0000x"}}})",
         ": ports.external.device = \"net_tap0\\u0000x\"" + text},
        {R"({"ports": {"external": "net_tap0"}})", ": ports.external = \"net_tap0\": must be an object, { }"},
        {R"({"ports": {"external": {"device": "net_tap0,iface=a"}, "internal": {"device": "net_tap0,iface=b"}}})",
         ": ports.internal.device = \"net_tap0,iface=b\": is the external port's device too; the two ports must be two "
         "devices"},
        {R"({"ports": {"honeypot": {"device": "net_tap2"}}})",
         ": ports.honeypot = an object: redirecting to a honeypot is not in this version; leave the key out"},
        {R"({"cores": {"layout": "fussed"}})", ": cores.layout = \"fussed\": must be \"fused\" or \"split\""},
        {R"({"cores": {"rx": 1}})", ": cores.rx = 1: must be a list of CPU numbers"},
        {R"({"ports": {"mtu": 575}})", ": ports.mtu = 575: must be a whole number from 576 to 9702"},
        {R"({"ports": {"propagate_link": 1}})", ": ports.propagate_link = 1: must be true or false"},
        {R"({"frames": {"ring_full": "drop"}})", ": frames.ring_full = \"drop\": must be \"forward\" or \"discard\""},
        {R"({"alerts": {"limit": {"seconds": 0}}})",
         ": alerts.limit.seconds = 0: must be a whole number from 1 to 86400"},
        {R"({"cores": {"workers": [1024]}})", ": cores.workers[0] = 1024: must be a whole number from 0 to 1023"},
        {realms({""}, {"0"}), ": realms[0].vlans[0] = 0" + vlan},
        {realms({""}, {"1, 4095"}), ": realms[0].vlans[1] = 4095" + vlan},
        {R"({"records": {"rotate_bytes": 16383}})",
         ": records.rotate_bytes = 16383: must be a whole number from 16384 to 1099511627776"},
        {R"({"records": {"rotate_seconds": 0}})",
         ": records.rotate_seconds = 0: must be a whole number from 1 to 31622400"},
        {R"({"records": {"blocks": 65537}})", ": records.blocks = 65537: must be a whole number from 4 to 4096"},
        {R"({"records": {"directory": ""}})", ": records.directory = \"\"" + text},
        {R"({"records": {"also": ["arp"]}})",
         ": records.also[0] = \"arp\": must be \"other\", \"icmp\", \"stp\", \"http\", \"https\", \"nbss\", "
         "\"netbios\", "
         "\"rtp\", \"telnet\", \"voip\", \"ftp\", \"dns\", \"smtp\", \"imap\" or \"dhcp\""},
        {R"({"records": {"also": ["dns", "dns"]}})",
         ": records.also[1] = \"dns\": is in the list already; name each protocol once"},
        {"{\"control\": {\"socket\": \"/" + std::string(107, 'x') + "\"}}",
         ": control.socket = \"/" + std::string(78, 'x') +
             "...: is too long for a UNIX socket; must be a path of at most 107 bytes"},
    });
}

TEST(Config, RefusesBadBlocklists) {
    const std::string mac = ": must be a MAC address, six two-digit hexadecimal bytes as in 00:1b:54:aa:00:01";
    const std::string prefix = ": must be a prefix as in 10.0.0.0/8 or 2001:db8::/32, or a host's address";
    const auto macs = [](const std::string& text) { return "{\"blocklist\": {\"macs\": [\"" + text + "\"]}}"; };
    const auto prefixes = [](const std::string& text) { return "{\"blocklist\": {\"prefixes\": [\"" + text + "\"]}}"; };
    for (const char* bad : {"00:1b:54:aa:00", "00:1b:54:aa:00:0g", "00-1b-54-aa-00-01", "001b.54aa.0001",
                            "00:1b:54:aa:00:01:02", "0:1b:54:aa:00:011", "00:1b:54:aa:00:-1"})
        EXPECT_EQ(refusal_of(macs(bad)), "site.json: blocklist.macs[0] = \"" + std::string(bad) + '"' + mac);
    for (const char* bad : {"10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.0/8/8", "/8",
                            "10.0.0.256", "2001:db8::/129", "2001:db8:::/32", "host.example", "10.0.0.0/264"})
        EXPECT_EQ(refusal_of(prefixes(bad)), "site.json: blocklist.prefixes[0] = \"" + std::string(bad) + '"' + prefix);
    const std::string mapped =
        ": holds IPv4-mapped addresses (::ffff:0:0/96); name IPv4 as a.b.c.d/length, and IPv6 without them";
    expect_refused({
        {macs("01:00:5e:00:00:01"),
         ": blocklist.macs[0] = \"01:00:5e:00:00:01\": is a group address, which no device has; must be a device's "
         "own"},
        {prefixes("10.1.0.1/16"),
         ": blocklist.prefixes[0] = \"10.1.0.1/16\": has host bits set; the prefix is 10.1.0.0/16"},
        {prefixes("2001:db8::1/32"),
         ": blocklist.prefixes[0] = \"2001:db8::1/32\": has host bits set; the prefix is 2001:db8::/32"},
        {prefixes("::/0"), ": blocklist.prefixes[0] = \"::/0\"" + mapped},
        {prefixes("::ffff:10.0.0.1"), ": blocklist.prefixes[0] = \"::ffff:10.0.0.1\"" + mapped},
    });
    for (const char* good : {"0.0.0.0/0", "255.255.255.255", "2000::/3", "::1", "fe80::/10", "::/81"})
        EXPECT_EQ(refusal_of(prefixes(good)), "accepted") << good;
}

TEST(Config, RefusesBadRealms) {
    const std::string name = "must be a name of 1 to 31 letters, digits and _";
    std::vector<std::string> sixteen(16);
    expect_refused({
        {R"({"realms": {}})", ": realms = an object: must be a list of realms"},
        {R"({"realms": ["a"]})", ": realms[0] = \"a\": must be an object, { }"},
        {R"({"realms": [{}]})", ": realms[0].name: missing; " + name},
        {R"({"realms": [{"name": "a b"}]})", ": realms[0].name = \"a b\": " + name},
        {"{\"realms\": [{\"name\": \"" + std::string(32, 'a') + "\"}]}",
         ": realms[0].name = \"" + std::string(32, 'a') + "\": " + name},
        {R"({"realms": [{"name": "a"}, {"name": "b"}, {"name": "a"}]})",
         ": realms[2].name = \"a\": is the name of realms[0] too; each realm must have its own"},
        {realms(sixteen), ": realms[15] = an object: is one realm too many; at most 15 are possible"},
        {realms({""}, {"10, 20, 10"}),
         ": realms[0].vlans[2] = 10: is in this realm's list already; name each VLAN once"},
    });
    EXPECT_EQ(refusal_of(realms(std::vector<std::string>(15))), "accepted");
}

TEST(Config, RefusesBadMaps) {
    const std::string must = ": must be an IPv4 prefix, a.b.c.d/length with length 0 to 32, or a host a.b.c.d";
    const std::string v6 = ": IPv6 in a map is not in this version; must be IPv4, a.b.c.d/length or a host a.b.c.d";
    expect_refused({
        {R"({"realms": [{"name": "a", "maps": [{"private": "10.0.0.1"}]}]})",
         ": realms[0].maps[0].public: missing; must be an IPv4 prefix, a.b.c.d/length, or a host a.b.c.d"},
        {realms({map("10.1.0.0/16", "172.20.0.0/33")}), ": realms[0].maps[0].public = \"172.20.0.0/33\"" + must},
        {realms({map("10.1.0", "172.20.0.0")}), ": realms[0].maps[0].private = \"10.1.0\"" + must},
        {realms({map("2001:db8::/32", "2001:db9::/32")}), ": realms[0].maps[0].private = \"2001:db8::/32\"" + v6},
        {realms({map("10.1.0.0/16", "172.20.0.0/16") + ", " + map("10.2.128.0/16", "172.21.0.0/16")}),
         ": realms[0].maps[1].private = \"10.2.128.0/16\": has host bits set; the prefix is 10.2.0.0/16"},
        {realms({map("10.1.0.0/16", "172.20.0.0/24")}),
         ": realms[0].maps[0].public = \"172.20.0.0/24\": must be of the same length as its private prefix "
         "10.1.0.0/16: a "
         "map is one to one"},
        {realms({map("10.1.0.1", "172.20.0.0/24")}),
         ": realms[0].maps[0].public = \"172.20.0.0/24\": must be of the same length as its private prefix 10.1.0.1: a "
         "map "
         "is one to one"},
    });
    EXPECT_EQ(refusal_of(realms({map("0.0.0.0/0", "0.0.0.0/0")})), "accepted");
}

TEST(Config, RefusesOverlaps) {
    const std::string a = map("10.1.0.0/16", "172.20.0.0/16");
    const std::string inside_a = map("10.1.2.0/24", "172.21.0.0/24");
    expect_refused({
        {realms({a + ", " + inside_a}),
         ": realms[0].maps[1].private = \"10.1.2.0/24\": overlaps 10.1.0.0/16 of realms[0].maps[0].private; private "
         "prefixes of a realm must be disjoint"},
        {realms({inside_a + ", " + a}),
         ": realms[0].maps[1].private = \"10.1.0.0/16\": overlaps 10.1.2.0/24 of realms[0].maps[0].private; private "
         "prefixes of a realm must be disjoint"},
        {realms({a, inside_a}),
         ": realms[1].maps[0].private = \"10.1.2.0/24\": overlaps 10.1.0.0/16 of realms[0].maps[0].private; private "
         "prefixes of realms without vlans must be disjoint, or give one of them vlans"},
        {realms({a, "", inside_a}, {"10, 20", "5", "30, 20"}),
         ": realms[2].maps[0].private = \"10.1.2.0/24\": overlaps 10.1.0.0/16 of realms[0].maps[0].private; private "
         "prefixes of realms that share VLAN 20 must be disjoint, or give them VLANs of their own"},
        {realms({a, map("10.2.0.0/24", "172.20.255.0/24")}),
         ": realms[1].maps[0].public = \"172.20.255.0/24\": overlaps 172.20.0.0/16 of realms[0].maps[0].public; public "
         "prefixes must be disjoint over all realms"},
        {realms({a + ", " + map("10.2.0.1", "172.20.0.1")}),
         ": realms[0].maps[1].public = \"172.20.0.1\": overlaps 172.20.0.0/16 of realms[0].maps[0].public; public "
         "prefixes must be disjoint over all realms"},
        // The same host twice.
        {realms({map("10.0.0.1", "172.20.0.1") + ", " + map("10.0.0.1", "172.20.0.2")}),
         ": realms[0].maps[1].private = \"10.0.0.1\": overlaps 10.0.0.1 of realms[0].maps[0].private; private prefixes "
         "of a "
         "realm must be disjoint"},
        {realms({map("10.0.0.1", "172.20.0.1"), map("10.0.0.2", "172.20.0.1")}),
         ": realms[1].maps[0].public = \"172.20.0.1\": overlaps 172.20.0.1 of realms[0].maps[0].public; public "
         "prefixes "
         "must be disjoint over all realms"},
        // VLANs tell realms apart inside, not outside.
        {realms({a, map("10.1.0.0/16", "172.20.0.0/16")}, {"10", "20"}),
         ": realms[1].maps[0].public = \"172.20.0.0/16\": overlaps 172.20.0.0/16 of realms[0].maps[0].public; public "
         "prefixes must be disjoint over all realms"},
    });
    EXPECT_EQ(refusal_of(realms({a, inside_a}, {"10", "20"})), "accepted");
    EXPECT_EQ(refusal_of(realms({inside_a, a}, {"10"})), "accepted");                             // VLAN 10 and no VLAN
    EXPECT_EQ(refusal_of(realms({a + ", " + map("10.2.0.0/16", "172.21.0.0/16")})), "accepted");  // side by side
    EXPECT_EQ(refusal_of(realms({map("10.0.0.1", "172.20.0.1") + ", " + map("10.0.0.2", "172.20.0.2")})), "accepted");
}

TEST(Config, DriverLiesUnderTheConfig) {
    const std::string driver = R"({"ports": {"external": {"device": "net_tap0"}, "internal": {"device": "net_tap1"}},
                                   "cores": {"layout": "fused", "workers": [1]}, "eal": ["--no-huge", "-m", "64"]})";
    const Config under = parse_config("{}", "site.json", driver);
    EXPECT_EQ(under.ports.external, "net_tap0");
    EXPECT_EQ(under.ports.internal, "net_tap1");
    EXPECT_THAT(under.cores.workers, ElementsAre(1));
    EXPECT_THAT(under.eal, ElementsAre("--no-huge", "-m", "64"));

    const Config over = parse_config(
        R"({"ports": {"internal": {"device": "net_null0"}}, "cores": {"workers": [2]}, "eal": ["-m", "32"]})",
        "site.json", driver);
    EXPECT_EQ(over.ports.external, "net_tap0");
    EXPECT_EQ(over.ports.internal, "net_null0");
    EXPECT_THAT(over.cores.workers, ElementsAre(2));
    EXPECT_THAT(over.eal, ElementsAre("-m", "32"));
    EXPECT_THAT(parse_config(R"({"cores": {"layout": "fused"}})", "site.json", driver).cores.workers, ElementsAre(1));

    EXPECT_EQ(refusal_of("{}", R"({"mode": "prevent"})"),
              "driver of site.json: mode = \"prevent\": unknown key; the keys here are ports, cores, eal");
    EXPECT_EQ(
        refusal_of(R"({"ports": {"external": {"device": "net_tap1"}}})", driver),
        "site.json: ports.internal.device = \"net_tap1\": is the external port's device too; the two ports must be "
        "two devices");
    EXPECT_EQ(refusal_of("{}", "{"),
              "driver of site.json:1:2: not JSON: syntax error while parsing object key - unexpected end of input; "
              "expected string literal");
}

TEST(Config, UnreadableFilesSayTheCure) {
    const auto refusal = [](const std::filesystem::path& file, const std::optional<std::filesystem::path>& driver) {
        try {
            static_cast<void>(load_config(file, driver));
        } catch (const ConfigError& error) {
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    const std::filesystem::path campus = kSource / "docs/campus.json";
    const std::string none = (kSource / "none.json").string();
    const std::string missing =
        none + ": cannot be read: No such file or directory; give the path of a file that exists";
    EXPECT_EQ(refusal(none, std::nullopt), missing);
    EXPECT_EQ(refusal(campus, none), missing);
    EXPECT_EQ(refusal(kSource, std::nullopt),
              kSource.string() + ": cannot be read: Is a directory; give the path of a file in it");
    EXPECT_EQ(refusal(campus / "x", std::nullopt),
              (campus / "x").string() + ": cannot be read: Not a directory; give the path of a file that can be read");
}

TEST(Config, CampusAndDriverFilesAreValid) {
    size_t drivers = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kSource / "drivers-config")) {
        if (entry.path().extension() != ".json") continue;
        ++drivers;
        const Config config = load_config(kSource / "docs/campus.json", entry.path());
        EXPECT_FALSE(config.ports.external.empty()) << entry;
        EXPECT_FALSE(config.ports.internal.empty()) << entry;
        EXPECT_EQ(config.realms.size(), 7u);
        EXPECT_FALSE(config.nat.headers);
        EXPECT_TRUE(warnings(config).empty());
    }
    EXPECT_GE(drivers, 2u);
}

TEST(Describe, NamesPlanRealmsAndOrder) {
    const std::string kept = map("10.1.0.0/16", "172.20.0.0/16") + ", " + map("10.2.0.0/16", "172.21.0.0/16");
    const std::string broken = map("10.5.0.0/16", "172.22.0.0/16") + ", " + map("10.4.0.0/16", "172.23.0.0/16") + ", " +
                               map("10.3.0.0/16", "172.19.0.0/16");
    Json json = Json::parse(realms({kept, broken, ""}, {"10, 110"}));
    EXPECT_EQ(describe(parse_config(json.dump(), "site.json")),
              R"(mode        monitor: nothing is discarded by decision
ports       external: not given
            internal: not given
ALG         basic, UDP ports 161, 162, headers left to the NAT box beside
failures    malformed frame: forward, SNMP that does not parse: forward, that cannot be translated: forward, ring full: discard
blocklist   0 MACs, 0 prefixes
realms      3
  r0: VLAN 10, 110
    10.1.0.0/16 <-> 172.20.0.0/16
    10.2.0.0/16 <-> 172.21.0.0/16
    keeps address order
  r1: untagged and any VLAN that no other realm names
    10.5.0.0/16 <-> 172.22.0.0/16
    10.4.0.0/16 <-> 172.23.0.0/16
    10.3.0.0/16 <-> 172.19.0.0/16
    breaks address order: 10.4.0.0/16 <-> 172.23.0.0/16 comes before 10.5.0.0/16 <-> 172.22.0.0/16 inside, after it outside; walks over address indexes may stop there
  r2: untagged and any VLAN that no other realm names
    no map: nothing of it is translated
)");
}

TEST(Describe, WarnsOfWhatIsNotDone) {
    const Config config =
        parse_config(R"({"alg": {"level": "advanced", "oid_tables": ["a.json", "b.json"]}})", "site.json");
    EXPECT_THAT(warnings(config), ElementsAre(StartsWith("alg.level: this version does the basic part"),
                                              "alg.oid_tables: not used in this version: a.json, b.json"));
    for (const std::string& warning : warnings(config))
        EXPECT_THAT(describe(config), HasSubstr("warning     " + warning + '\n'));
    EXPECT_THAT(describe(parse_config("{}", "site.json")), Not(HasSubstr("warning")));
}

}  // namespace
}  // namespace snmpgate::app
