#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "control/nearest.hpp"
#include "control/protocol.hpp"
#include "control/server.hpp"

namespace snmpgate::app {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using namespace std::chrono_literals;

template <typename Call>
std::string refused(Call call) {
    try {
        call();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "(nothing was refused)";
}

TEST(Nearest, TheNameThatWasMeant) {
    const std::vector<std::string> known = {"block", "blocks", "mode", "records", "reload", "stats", "status"};
    EXPECT_EQ(nearest("stauts", known), "status");  // two letters swapped
    EXPECT_EQ(nearest("stat", known), "stats");     // one left out
    EXPECT_EQ(nearest("relaodd", known), "reload");
    EXPECT_EQ(nearest("STATUS", known), "status");
    EXPECT_EQ(nearest("rec", known), "records");  // its beginning
    EXPECT_EQ(nearest("blocks", known), "blocks");
}

TEST(Nearest, NothingForWhatIsNothingLikeAnyOfThem) {
    const std::vector<std::string> known = {"block", "mode", "ports"};
    EXPECT_EQ(nearest("shutdown", known), std::nullopt);
    EXPECT_EQ(nearest("", known), std::nullopt);
    EXPECT_EQ(nearest("xy", known), std::nullopt);
    EXPECT_EQ(nearest(std::string(100'000, 'm'), known), std::nullopt);
}

TEST(Nearest, MessageIsOneLineOfAsciiWhateverTheWord) {
    EXPECT_EQ(unknown("command", "mdoe", {"block", "mode"}),
              "unknown command \"mdoe\", did you mean \"mode\"? The commands are block, mode");
    const std::string evil = unknown("command", "\n\x1b[31m\xff" + std::string(500, 'x'), {"mode"});
    EXPECT_LT(evil.size(), 150u);
    for (const char c : evil) EXPECT_TRUE(c >= ' ' && c <= '~') << evil;
}

struct Registry : testing::Test {
    Commands commands;
    Registry() {
        commands.add("echo", [](const json& arguments) { return ordered_json(arguments); });
        commands.add("refuse", [](const json&) -> ordered_json { throw std::runtime_error("not today"); });
        commands.add("number", [](const json& arguments) { return ordered_json{{"n", arguments.at("n").get<int>()}}; });
        commands.add("size", [](const json& arguments) {
            return ordered_json{{"text", std::string(arguments.at("size").get<size_t>(), 'x')}};
        });
    }
    json answered(std::string_view request) {
        const std::string line = answer(commands, request);
        EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
        return json::parse(line);
    }
    // The error of a request that is refused.
    std::string error(std::string_view request) {
        const json told = answered(request);
        EXPECT_EQ(told["ok"], false) << told;
        return told.value("error", "");
    }
};

using CommandsTest = Registry;

TEST_F(CommandsTest, AnswersByName) { EXPECT_EQ(commands.call("echo", {{"a", 1}}), (ordered_json{{"a", 1}})); }

TEST_F(CommandsTest, UnknownNamesTheNearestAndAll) {
    EXPECT_EQ(refused([&] { (void)commands.call("ehco", json::object()); }),
              "unknown command \"ehco\", did you mean \"echo\"? The commands are echo, number, refuse, size");
}

TEST_F(CommandsTest, HandlersRefuseInTheirWords) {
    EXPECT_EQ(refused([&] { (void)commands.call("refuse", json::object()); }), "not today");
    EXPECT_EQ(refused([&] {
                  (void)commands.call("number", {{"n", "x"}});
              }),
              "arguments of number: type must be number, but is string");
}

TEST_F(CommandsTest, CallsFromTwoThreadsAreOneAtATime) {
    int inside = 0, together = 0, calls = 0;  // guarded by Commands' lock, as TSan sees
    commands.add("count", [&](const json&) {
        together += ++inside > 1;
        std::this_thread::yield();
        --inside;
        return ordered_json(++calls);
    });
    const auto call_often = [&] {
        for (int i = 0; i < 2000; ++i) (void)commands.call("count", json::object());
    };
    std::thread other{call_often};
    call_often();
    other.join();
    EXPECT_EQ(together, 0);
    EXPECT_EQ(calls, 4000);
}

using Protocol = Registry;

TEST_F(Protocol, ResultOrError) {
    EXPECT_EQ(answer(commands, R"({"command": "echo", "arguments": {"b": 1, "a": [true]}})"),
              "{\"ok\":true,\"result\":{\"a\":[true],\"b\":1}}\n");
    EXPECT_EQ(answer(commands, R"({"command": "echo"})"), "{\"ok\":true,\"result\":{}}\n");
    EXPECT_EQ(answer(commands, R"({"command": "refuse"})"), "{\"ok\":false,\"error\":\"not today\"}\n");
}

TEST_F(Protocol, WhatIsNoRequestIsToldSo) {
    for (const char* evil : {"", " ", "status", "{", "{\"command\": \"echo\"} x", "\x01\x02\xff\xfe", "{\"a\": 1e999}",
                             "{\"command\": \"\xff\"}", "\xef\xbb\xbf"})
        EXPECT_NE(error(evil).find("is not JSON; a request is {\"command\""), std::string::npos) << evil;
    EXPECT_NE(error(std::string_view("\0\0", 2)).find("not JSON"), std::string::npos);
    for (const char* evil : {"[]", "1", "null", "\"status\"", "[{\"command\": \"echo\"}]"})
        EXPECT_NE(error(evil).find("no JSON object"), std::string::npos) << evil;
    EXPECT_NE(error("{}").find("command: missing"), std::string::npos);
    EXPECT_NE(error(R"({"cmd": "echo"})").find("unknown key \"cmd\""), std::string::npos);
    EXPECT_EQ(error(R"({"command": 7})"), "command = 7: must be a string");
    EXPECT_EQ(error(R"({"command": "echo", "arguments": ["all"]})"), "arguments = a list of 1: must be an object, { }");
    EXPECT_EQ(error(R"({"command": "echo", "arguments": null})"), "arguments = null: must be an object, { }");
}

TEST_F(Protocol, NestingHasAnEnd) {
    const auto nested = [](int lists) {
        return R"({"command": "echo", "arguments": {"a": )" + std::string(lists, '[') + std::string(lists, ']') + "}}";
    };
    EXPECT_EQ(answered(nested(kDeepestRequest - 2))["ok"], true);
    EXPECT_EQ(error(nested(30'000)), "the request is nested too deep");
}

TEST_F(Protocol, AnswersAreUtf8WhateverTheHandlerSays) {
    commands.add("evil", [](const json&) { return ordered_json{{"path", "a\xff\nb"}}; });
    EXPECT_EQ(answered(R"({"command": "evil"})")["result"]["path"], "a\xef\xbf\xbd\nb");
}

// A server in a folder of its own, and clients, in one thread: rounds of the server's poll loop until something holds.
struct Server : Registry {
    std::filesystem::path folder = std::filesystem::path{testing::TempDir()} / ("control-" + std::to_string(getpid()));
    std::filesystem::path path = folder / "run" / "control.sock";
    std::unique_ptr<ControlServer> server;
    ControlServer::Clock::time_point now{};

    Server() {
        std::filesystem::create_directory(folder);
        server = std::make_unique<ControlServer>(path, commands);
    }
    ~Server() override {
        server.reset();
        std::filesystem::remove_all(folder);
    }

    size_t round(int patience = 100) {
        std::vector<pollfd> waiting;
        server->add_to(waiting);
        poll(waiting.data(), waiting.size(), patience);
        server->serve(waiting, now);
        return waiting.size();
    }
    template <typename Holds>
    bool until(Holds holds) {
        for (int i = 0; i < 2000; ++i) {
            if (holds()) return true;
            round(10);
        }
        return holds();
    }

    [[nodiscard]] FileDescriptor client() const {
        FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy_n(path.c_str(), path.native().size(), address.sun_path);
        if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            return FileDescriptor{};
        return socket;
    }
    // All of it, the server taking it meanwhile. False if the server has closed.
    bool send(const FileDescriptor& socket, std::string_view text) {
        while (!text.empty()) {
            const ssize_t took = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
            if (took < 0 && errno != EAGAIN) return false;
            if (took > 0) text.remove_prefix(static_cast<size_t>(took));
            if (!text.empty()) round(10);
        }
        return true;
    }
    // Up to and with the newline, or up to the end.
    std::string line(const FileDescriptor& socket) {
        std::string text, bytes(1 << 16, '\0');
        until([&] {
            ssize_t got = 0;
            while ((got = ::recv(socket.get(), bytes.data(), bytes.size(), MSG_PEEK)) > 0) {
                const size_t end = std::string_view(bytes.data(), static_cast<size_t>(got)).find('\n');
                const size_t taken = end == std::string::npos ? static_cast<size_t>(got) : end + 1;
                text.append(bytes, 0, taken);
                ::recv(socket.get(), bytes.data(), taken, 0);
                if (end != std::string::npos) return true;
            }
            return got == 0 || errno != EAGAIN;
        });
        return text;
    }
    bool closed(const FileDescriptor& socket) {
        return until([&] {
            char bytes[4096];
            const ssize_t got = ::recv(socket.get(), bytes, sizeof bytes, 0);
            return got == 0 || (got < 0 && errno != EAGAIN);
        });
    }
    std::string ask(const std::string& request) {
        const FileDescriptor socket = client();
        return send(socket, request + '\n') ? line(socket) : "(closed)";
    }
    void expect_serves() { EXPECT_EQ(ask(R"({"command": "echo"})"), "{\"ok\":true,\"result\":{}}\n"); }
};

TEST_F(Server, AnswersAndTheSocketIsForOwnerAndGroup) {
    EXPECT_EQ(ask(R"({"command": "number", "arguments": {"n": 3}})"), "{\"ok\":true,\"result\":{\"n\":3}}\n");
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
    EXPECT_EQ(status.st_mode & 0777u, 0660u);
    ASSERT_EQ(::stat(path.parent_path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u & ~0750u, 0u);
}

TEST_F(Server, ModeHoldsUnderAnyUmask) {
    server.reset();
    const mode_t before = ::umask(0);
    for (const mode_t mask : {0000, 0777}) {
        ::umask(mask);
        server = std::make_unique<ControlServer>(folder / "a.sock", commands);
        struct stat status {};
        EXPECT_EQ(::stat((folder / "a.sock").c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777u, 0660u);
        server.reset();
    }
    ::umask(before);
}

TEST_F(Server, ManyRequestsOnOneConnectionInOrder) {
    const FileDescriptor socket = client();
    std::string requests;
    for (int i = 0; i < 500; ++i)
        requests += R"({"command": "number", "arguments": {"n": )" + std::to_string(i) + "}}\n";
    ASSERT_TRUE(send(socket, requests));
    for (int i = 0; i < 500; ++i)
        ASSERT_EQ(line(socket), "{\"ok\":true,\"result\":{\"n\":" + std::to_string(i) + "}}\n");
    ASSERT_TRUE(send(socket, "nonsense\n{\"command\": \"echo\"}\n"));
    EXPECT_NE(line(socket).find("not JSON"), std::string::npos);
    EXPECT_EQ(line(socket), "{\"ok\":true,\"result\":{}}\n");  // a refused request ends nothing
}

TEST_F(Server, RequestInPieces) {
    const FileDescriptor socket = client();
    for (const char c : std::string(R"({"command": "echo"})")) {
        ASSERT_TRUE(send(socket, {&c, 1}));
        round(0);
    }
    ASSERT_TRUE(send(socket, "\n"));
    EXPECT_EQ(line(socket), "{\"ok\":true,\"result\":{}}\n");
}

TEST_F(Server, LastLineMayLackItsNewline) {
    const FileDescriptor socket = client();
    ASSERT_TRUE(send(socket, "{\"command\": \"echo\"}\n{\"command\": \"number\", \"arguments\": {\"n\": 1}}"));
    ::shutdown(socket.get(), SHUT_WR);
    EXPECT_EQ(line(socket), "{\"ok\":true,\"result\":{}}\n");
    EXPECT_EQ(line(socket), "{\"ok\":true,\"result\":{\"n\":1}}\n");
    EXPECT_TRUE(closed(socket));
}

TEST_F(Server, LongestRequestIsTakenAndALongerOneEndsTheConnection) {
    const std::string head = R"({"command": "echo", "arguments": {"a": ")", tail = "\"}}";
    const std::string fits = head + std::string(kLongestRequest - head.size() - tail.size(), 'x') + tail;
    EXPECT_EQ(fits.size(), kLongestRequest);
    EXPECT_TRUE(ask(fits).starts_with("{\"ok\":true"));

    const FileDescriptor socket = client();
    send(socket, std::string(5 << 20, 'x'));
    EXPECT_EQ(line(socket), refusal("a request has at most 65536 bytes; give fewer at a time"));
    EXPECT_TRUE(closed(socket));
    EXPECT_EQ(server->clients(), 0u);
    expect_serves();
}

TEST_F(Server, RandomBytesDoNoHarm) {
    unsigned dice = 1;
    for (int i = 0; i < 50; ++i) {
        const FileDescriptor socket = client();
        std::string bytes(4096, '\0');
        for (char& c : bytes) c = static_cast<char>((dice = dice * 1103515245 + 12345) >> 16);
        ASSERT_TRUE(send(socket, bytes));
    }
    expect_serves();
    EXPECT_TRUE(until([&] { return server->clients() == 0; }));
}

TEST_F(Server, WhoNeverSpeaksIsClosed) {
    const FileDescriptor silent = client();
    ASSERT_TRUE(until([&] { return server->clients() == 1; }));
    now += ControlServer::kIdle - 1s;
    round(0);
    EXPECT_EQ(server->clients(), 1u);
    now += 1s;
    EXPECT_TRUE(closed(silent));
}

TEST_F(Server, WhoSpeaksAByteNowAndThenIsClosed) {
    const FileDescriptor slow = client();
    ASSERT_TRUE(until([&] { return server->clients() == 1; }));
    for (auto passed = 0s; passed < ControlServer::kIdle; passed += 10s) {
        ASSERT_TRUE(send(slow, "{"));
        now += 10s;
        round();
    }
    EXPECT_EQ(server->clients(), 0u);
}

TEST_F(Server, WhoNeverReadsHoldsOneAnswerAndIsClosed) {
    const FileDescriptor deaf = client();
    const std::string request = R"({"command": "size", "arguments": {"size": 4000000}})"
                                "\n";
    int calls = 0;
    commands.add("size", [&calls](const json& arguments) {
        ++calls;
        return ordered_json{{"text", std::string(arguments.at("size").get<size_t>(), 'x')}};
    });
    ASSERT_TRUE(send(deaf, request + request + request));
    for (int i = 0; i < 20; ++i) round(1);
    EXPECT_EQ(calls, 1);  // the others wait until it has read
    expect_serves();
    now += ControlServer::kIdle;
    EXPECT_TRUE(until([&] { return server->clients() == 0; }));
    EXPECT_EQ(calls, 1);
}

TEST_F(Server, LongAnswerArrivesWhole) {
    const FileDescriptor socket = client();
    ASSERT_TRUE(send(socket, "{\"command\": \"size\", \"arguments\": {\"size\": 8000000}}\n{\"command\": \"echo\"}\n"));
    EXPECT_EQ(line(socket), "{\"ok\":true,\"result\":{\"text\":\"" + std::string(8'000'000, 'x') + "\"}}\n");
    EXPECT_EQ(line(socket), "{\"ok\":true,\"result\":{}}\n");
}

TEST_F(Server, AnswersThatWaitAreBoundedOverAllClients) {
    const std::string big = R"({"command": "size", "arguments": {"size": 17000000}})"
                            "\n";
    const FileDescriptor first = client(), second = client();
    ASSERT_TRUE(send(first, big));
    ASSERT_TRUE(until([&] { return server->clients() == 2; }));
    for (int i = 0; i < 5; ++i) round(1);
    ASSERT_TRUE(send(second, big));
    EXPECT_NE(line(second).find("ask for less, or again later"), std::string::npos);
    EXPECT_GT(line(first).size(), 17'000'000u);
    ASSERT_TRUE(send(second, big));
    EXPECT_GT(line(second).size(), 17'000'000u);
}

TEST_F(Server, WhoGoesAwayBeforeTheAnswerRaisesNoSignal) {
    for (int i = 0; i < 20; ++i) {
        const FileDescriptor socket = client();
        ASSERT_TRUE(send(socket, "{\"command\": \"size\", \"arguments\": {\"size\": 1000000}}\n"));
        if (i % 2 == 0) round(10);
    }
    expect_serves();
    EXPECT_TRUE(until([&] { return server->clients() == 0; }));
}

TEST_F(Server, PlacesAreLimitedAndTheSilentOnesGiveWay) {
    std::vector<FileDescriptor> silent;
    for (size_t i = 0; i < ControlServer::kPlaces; ++i) silent.push_back(client());
    ASSERT_TRUE(until([&] { return server->clients() == ControlServer::kPlaces; }));
    const FileDescriptor late = client();
    ASSERT_TRUE(send(late, "{\"command\": \"echo\"}\n"));
    for (int i = 0; i < 5; ++i) round(1);
    EXPECT_EQ(server->clients(), ControlServer::kPlaces);  // they may be about to speak
    EXPECT_EQ(round(1), ControlServer::kPlaces);           // and poll() does not spin on the one that waits
    now += ControlServer::kGrace;
    EXPECT_EQ(line(late), "{\"ok\":true,\"result\":{}}\n");
    EXPECT_TRUE(closed(silent.front()));  // the first to come; the others keep their places
    for (size_t i = 1; i < silent.size(); ++i) {
        ASSERT_TRUE(send(silent[i], "{\"command\": \"echo\"}\n"));
        EXPECT_EQ(line(silent[i]), "{\"ok\":true,\"result\":{}}\n");
    }
}

TEST_F(Server, MoreAtOnceThanPlacesAreAllAnswered) {
    std::vector<FileDescriptor> all;
    for (size_t i = 0; i < 3 * ControlServer::kPlaces; ++i) {
        all.push_back(client());
        ASSERT_TRUE(all.back());
        ASSERT_TRUE(send(all.back(), "{\"command\": \"echo\"}\n"));
    }
    for (FileDescriptor& socket : all) {
        EXPECT_EQ(line(socket), "{\"ok\":true,\"result\":{}}\n");
        socket.reset();
    }
}

TEST_F(Server, NoFileDescriptorLeftDoesNotSpinAndPasses) {
    const FileDescriptor waits = client();
    ASSERT_TRUE(waits);
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none{static_cast<rlim_t>(waits.get()), before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    EXPECT_EQ(round(10), 1u);
    EXPECT_EQ(round(10), 0u);  // not polled for a round
    EXPECT_EQ(server->clients(), 0u);
    ::setrlimit(RLIMIT_NOFILE, &before);
    ASSERT_TRUE(send(waits, "{\"command\": \"echo\"}\n"));
    EXPECT_EQ(line(waits), "{\"ok\":true,\"result\":{}}\n");
}

TEST_F(Server, SocketIsRemovedAtTheEndUnlessItIsAnothers) {
    server.reset();
    EXPECT_FALSE(std::filesystem::exists(path));
    server = std::make_unique<ControlServer>(path, commands);
    std::filesystem::remove(path);
    std::ofstream{path} << "mine";
    server.reset();
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(Server, AnothersSocketIsRefusedAndKept) {
    const std::string why = refused([&] { ControlServer second(path, commands); });
    EXPECT_EQ(why, "control.socket " + path.string() + ": process " + std::to_string(getpid()) +
                       " serves there, most often another snmpgate; end it, or set control.socket to another path");
    expect_serves();
}

TEST_F(Server, AnothersFullSocketIsRefusedToo) {
    std::vector<FileDescriptor> waiting;
    do waiting.push_back(client());
    while (waiting.back() && waiting.size() < 1000);
    ASSERT_FALSE(waiting.back());  // nobody accepted them
    EXPECT_NE(refused([&] { ControlServer second(path, commands); }).find("serves there"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(Server, SocketOfADeadProcessIsReplaced) {
    server.reset();
    const pid_t child = ::fork();
    if (child == 0) {
        ControlServer dies(path, commands);
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_TRUE(std::filesystem::exists(path));
    server = std::make_unique<ControlServer>(path, commands);
    expect_serves();
}

TEST_F(Server, WhatCannotBeServedIsRefusedWithKeyPathAndCure) {
    const auto why = [&](const std::filesystem::path& at) { return refused([&] { ControlServer one(at, commands); }); };
    std::ofstream{folder / "file"} << "mine";
    EXPECT_EQ(why(folder / "file"),
              "control.socket " + (folder / "file").string() +
                  ": is there and is no socket; remove it, or set control.socket to another path");
    EXPECT_TRUE(std::filesystem::exists(folder / "file"));
    EXPECT_NE(why(folder / "file" / "x.sock").find("Not a directory; set control.socket to"), std::string::npos);
    EXPECT_NE(why(folder / std::string(120, 'x')).find("a socket's path has 1 to 107"), std::string::npos);
    const FileDescriptor held{::open(folder.c_str(), O_RDONLY)};
    ::flock(held.get(), LOCK_EX);
    EXPECT_NE(why(folder / "x.sock").find("an snmpgate that starts; try again"), std::string::npos);
}

TEST_F(Server, FolderThatMayNotBeWrittenIsRefused) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    const std::filesystem::path closed_folder = folder / "closed";
    ::mkdir(closed_folder.c_str(), 0500);
    const std::string why = refused([&] { ControlServer one(closed_folder / "x.sock", commands); });
    EXPECT_NE(why.find("Permission denied; let the user snmpgate runs as write there"), std::string::npos) << why;
}

}  // namespace
}  // namespace snmpgate::app
