#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <rte_eal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "control/telemetry.hpp"
#include "control/telemetry_fit.hpp"
#include "eal.hpp"
#include "records/file_descriptor.hpp"

namespace snmpgate::app {
namespace {

using Json = nlohmann::ordered_json;

TEST(TelemetryFit, WhatDpdkKnowsStaysAsItIs) {
    const Json answer = {{"name", "a"}, {"count", 7u}, {"names", {"a", "b"}}, {"counts", {1, 2u}}, {"in", {{"x", 1u}}}};
    EXPECT_EQ(fit_telemetry(answer).dump(), answer.dump());
    EXPECT_EQ(fit_telemetry({{"most", UINT64_MAX}, {"none", Json::array()}, {"empty", Json::object()}}).dump(),
              R"({"most":18446744073709551615,"none":[],"empty":{}})");
}

TEST(TelemetryFit, WhatItDoesNotKnowBecomesWhatItDoes) {
    EXPECT_EQ(fit_telemetry({{"list", {{{"a", 1}}, {{"a", 2}}}}}).dump(), R"({"list":{"0":{"a":1},"1":{"a":2}}})");
    EXPECT_EQ(fit_telemetry({{"mixed", {1, "a"}}, {"negatives", {-1, 2}}}).dump(),
              R"({"mixed":{"0":1,"1":"a"},"negatives":{"0":-1,"1":2}})");
    EXPECT_EQ(fit_telemetry({{"yes", true}, {"no", false}, {"null", nullptr}, {"half", 0.5}}).dump(),
              R"({"yes":1,"no":0,"null":"null","half":"0.5"})");
    EXPECT_EQ(fit_telemetry({{"balance", -3}, {"far", -3'000'000'000}}).dump(),
              R"({"balance":-3,"far":"-3000000000"})");
    EXPECT_EQ(fit_telemetry({{"a-b.c", 1}, {"a b c", 2}, {"\xc3\xa9", 3}}).dump(), R"({"a_b_c":1,"a_b_c_":2,"__":3})");
    EXPECT_EQ(fit_telemetry({{"text", "a\n\xc3\xa9\x7f\"\\"}}).dump(), R"({"text":"a????\"\\"})");
}

TEST(TelemetryFit, WhatDoesNotFitIsFlagged) {
    const Json text = fit_telemetry({{"path", std::string(300, 'x')}});
    EXPECT_EQ(text["path"], std::string(124, 'x') + "...");
    EXPECT_EQ(text["truncated"], 1);

    Json many = Json::object(), list = Json::array();
    for (int i = 0; i < 300; ++i) many["k" + std::to_string(i)] = i;
    for (int i = 0; i < 600; ++i) list.push_back(i);
    EXPECT_EQ(fit_telemetry({{"in", many}})["in"].size(), 255u);
    EXPECT_EQ(fit_telemetry({{"in", many}})["truncated"], 1);
    EXPECT_EQ(fit_telemetry(many).size(), 256u);  // with the flag
    EXPECT_EQ(fit_telemetry({{"list", list}})["list"].size(), 512u);
    EXPECT_EQ(fit_telemetry({{"list", list}})["truncated"], 1);
    many = Json::object();
    for (int i = 0; i < 255; ++i) many["k" + std::to_string(i)] = i;
    EXPECT_FALSE(fit_telemetry(many).contains("truncated"));
}

TEST(TelemetryFit, BytesAreBoundedWhateverTheShape) {
    Json objects = Json::array(), texts = Json::array(), deep = 1, wide = Json::object();
    for (int i = 0; i < 400; ++i) objects.push_back({{"name", "reason" + std::to_string(i)}, {"discarded", i}});
    for (int i = 0; i < 400; ++i) texts.push_back("00:00:00:00:00:" + std::to_string(i));
    for (int i = 0; i < 200; ++i) deep = Json{{"d", std::move(deep)}};
    for (int i = 0; i < 400; ++i) wide["k" + std::to_string(i)] = Json::array({Json::object(), Json::array()});
    constexpr size_t kAny = 1 << 24;
    for (const Json& answer : {Json{{"reasons", objects}}, Json{{"macs", texts}}, deep, wide}) {
        const Json whole = fit_telemetry(answer, {.bytes = kAny, .entries = kAny, .elements = kAny, .text = kAny});
        for (size_t bytes = 100; bytes < 2000; bytes += 17) {
            Json fitted = fit_telemetry(answer, {.bytes = bytes});
            const bool flagged = fitted.contains("truncated");
            fitted.erase("truncated");
            EXPECT_LE(fitted.dump().size(), bytes);
            EXPECT_GT(fitted.dump().size(), bytes / 2);  // what there is room for is there
            EXPECT_EQ(flagged, fitted != whole);
        }
    }
}

TEST(TelemetryFit, ParametersAreArgumentsAndMembers) {
    const Json answer = {{"received", 5}, {"ports", {{"external", {{"sent", 1}}}, {"internal", {{"sent", 2}}}}}};
    EXPECT_EQ(telemetry_arguments("all"), (nlohmann::json{{"all", true}}));
    EXPECT_EQ(telemetry_arguments(""), nlohmann::json::object());
    EXPECT_EQ(telemetry_arguments("ports,,all"), (nlohmann::json{{"all", true}}));
    EXPECT_EQ(telemetry_members(answer, ""), answer);
    EXPECT_EQ(telemetry_members(answer, "all"), answer);
    EXPECT_EQ(telemetry_members(answer, "received").dump(), R"({"received":5})");
    EXPECT_EQ(telemetry_members(answer, "ports/internal,received").dump(),
              R"({"ports/internal":{"sent":2},"received":5})");
    for (const char* evil : {"prots", "ports/", "ports/~", "ports/0", "/", "received/x", "ports/internal/sent/2"}) {
        try {
            EXPECT_TRUE(telemetry_members(answer, evil).empty()) << evil;
        } catch (const std::runtime_error& error) {
            EXPECT_NE(std::string(error.what()).find("The members are received, ports"), std::string::npos);
        }
    }
}

// DPDK's own socket, as dpdk-telemetry.py reads it.
struct TelemetrySocket : testing::Test {
    static inline std::unique_ptr<Eal> eal;
    static inline const std::filesystem::path folder =
        std::filesystem::path{testing::TempDir()} / ("telemetry-" + std::to_string(getpid()));

    static void SetUpTestSuite() {
        // Where DPDK makes its runtime directory, for root and for others.
        std::filesystem::create_directory(folder);
        ::setenv("RUNTIME_DIRECTORY", folder.c_str(), 1);
        std::vector<std::string> arguments = Eal::offline(16);
        std::erase(arguments, "--no-telemetry");
        eal = std::make_unique<Eal>(arguments);
    }
    static void TearDownTestSuite() {
        eal.reset();
        std::filesystem::remove_all(folder);
    }

    Commands commands;
    FileDescriptor socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};

    void SetUp() override {
        const std::filesystem::path path = std::filesystem::path{rte_eal_get_runtime_dir()} / "dpdk_telemetry.v2";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        ASSERT_LT(path.native().size(), sizeof address.sun_path);
        std::copy_n(path.c_str(), path.native().size(), address.sun_path);
        ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0) << path;
        const timeval patience{30, 0};
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ASSERT_EQ(read()["max_output_len"], 16 * 1024);
    }
    Json read() {
        std::string bytes(64 * 1024, '\0');
        const ssize_t got = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
        bytes.resize(got < 0 ? 0 : static_cast<size_t>(got));
        const Json json = Json::parse(bytes, nullptr, false);
        EXPECT_FALSE(json.is_discarded()) << bytes;
        return json;
    }
    // The answer behind the command's name.
    Json ask(const std::string& request) {
        EXPECT_GT(::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL), 0);
        const Json answer = read();
        const std::string command = request.substr(0, request.find(','));
        EXPECT_TRUE(answer.contains(command)) << answer;
        return answer.contains(command) ? answer[command] : Json();
    }
};

TEST_F(TelemetrySocket, AnswersAsTheCommandsDo) {
    const Json everything = {{"mode", "prevent"},
                             {"received", 12'345'678'901u},
                             {"balance", 0},
                             {"discarded", Json::object()},
                             {"quote", "a \"b\" \\"},
                             {"missing", -1},
                             {"up", true},
                             {"none", Json::array()},
                             {"macs", {"00:1b:54:aa:00:01"}},
                             {"counts", {1, 2, 3}},
                             {"lcores", {{{"lcore", 1}, {"role", "rx"}}, {{"lcore", 2}, {"role", "tx"}}}},
                             {"deep", {{"er", {{"and", {{"deeper", 1}}}}}}}};
    commands.add("status", [&](const nlohmann::json&) { return everything; });
    const Telemetry telemetry{commands, {"status"}};
    const Json told = ask("/snmpgate/status");
    EXPECT_EQ(told.dump(), fit_telemetry(everything).dump());
    EXPECT_EQ(told["lcores"]["1"]["role"], "tx");
    EXPECT_EQ(ask("/snmpgate/status,lcores/0").dump(), R"({"lcores/0":{"lcore":1,"role":"rx"}})");
}

TEST_F(TelemetrySocket, ListsTheCommands) {
    const Telemetry telemetry{commands, {"reasons"}};
    const Json list = ask("/");
    EXPECT_NE(std::find(list.begin(), list.end(), "/snmpgate/reasons"), list.end());
}

TEST_F(TelemetrySocket, ParametersAndRefusals) {
    commands.add("ports", [](const nlohmann::json& arguments) {
        if (arguments.contains("all")) throw std::runtime_error("not \xff today: \"all\"" + std::string(9000, '"'));
        return Json{{"ports", arguments}};
    });
    const Telemetry telemetry{commands, {"ports"}};
    EXPECT_EQ(ask("/snmpgate/ports").dump(), R"({"ports":{}})");
    EXPECT_EQ(ask("/snmpgate/ports,prots"), "unknown member \"prots\", did you mean \"ports\"? The members are ports");
    EXPECT_TRUE(ask("/snmpgate/ports,all").get<std::string>().starts_with("not ? today: \"all\"\"\""));
}

// Each shape just as long as DPDK still sends, found by what it leaves out beyond that.
TEST_F(TelemetrySocket, LongAnswersArriveWholeUpToTheFlag) {
    Json answer;
    commands.add("records", [&](const nlohmann::json&) { return answer; });
    const Telemetry telemetry{commands, {"records"}};
    Json objects = Json::array(), texts = Json::array(), wide = Json::object(), nested = Json::object();
    for (int i = 0; i < 250; ++i)
        objects.push_back(
            {{"name", "the name of a reason that is long " + std::to_string(i)}, {"a", i}, {"b", "\"\"\"\""}});
    for (int i = 0; i < 2000; ++i) texts.push_back("00:00:00:00:00:" + std::to_string(i) + "\"\\ and more of it");
    for (int i = 0; i < 250; ++i) wide["key" + std::to_string(i)] = std::string(100, 'x');
    for (int i = 0; i < 250; ++i) nested["k" + std::to_string(i)] = {{"a", {{"b", {{"c", objects[0]}}}}}};
    for (const Json& shape : {Json{{"reasons", objects}}, Json{{"macs", texts}}, wide, nested}) {
        answer = shape;
        const Json told = ask("/snmpgate/records");
        EXPECT_EQ(told["truncated"], 1);
        EXPECT_EQ(told.dump(), fit_telemetry(shape).dump());
        EXPECT_GT(told.dump().size(), 15'000u);
    }
}

TEST_F(TelemetrySocket, AfterTheEndItAnswersNull) {
    commands.add("blocks", [](const nlohmann::json&) { return Json{{"macs", Json::array()}}; });
    {
        const Telemetry telemetry{commands, {"blocks"}};
        EXPECT_EQ(ask("/snmpgate/blocks").dump(), R"({"macs":[]})");
    }
    EXPECT_TRUE(ask("/snmpgate/blocks").is_null());
}

}  // namespace
}  // namespace snmpgate::app
