#include <atomic>
#include <sstream>
#include <thread>

#include "alerts/eve.hpp"
#include "alerts_fixture.hpp"

namespace snmpgate::app {
namespace {

using std::filesystem::rename;

struct Rotation : Folder {
    std::ostringstream said;
    EveLog log{file, EveLog::Existing::append, {}, {}, said};
    std::filesystem::path old = folder / "eve.json.1";
    uint32_t next = 0;

    void write() { log.write(*block(kStart, {discard(next++)})); }
    static std::vector<uint32_t> sources(const std::filesystem::path& of) {
        std::vector<uint32_t> sources;
        for (const nlohmann::json& line : lines_of(of)) {
            const auto ip = line["src_ip"].get<std::string>();
            sources.push_back(static_cast<uint32_t>(std::stoul(ip.substr(ip.rfind('.') + 1))));
        }
        return sources;
    }
    using Sources = std::vector<uint32_t>;
};

TEST_F(Rotation, ARenamedFileIsSeenAtTheNextWrite) {
    write();
    rename(file, old);
    write();
    write();
    EXPECT_EQ(sources(old), Sources{0});
    EXPECT_EQ(sources(file), (Sources{1, 2}));
}

TEST_F(Rotation, AFileThatSomebodyElseCreatedIsAppendedTo) {
    write();
    rename(file, old);
    std::ofstream{file} << "{\"src_ip\": \"10.1.0.9\"}\n";
    write();
    EXPECT_EQ(sources(file), (Sources{9, 1}));
}

TEST_F(Rotation, ReopenCreatesTheNewFileBeforeThereIsAnythingToWrite) {
    write();
    rename(file, old);
    log.reopen();
    EXPECT_TRUE(std::filesystem::exists(file));
    write();
    EXPECT_EQ(sources(file), Sources{1});
    log.reopen();
    write();
    EXPECT_EQ(sources(file), (Sources{1, 2})) << "nothing was rotated: the same file";
}

TEST_F(Rotation, ARemovedFileAndFolderAreCreatedAgain) {
    write();
    std::filesystem::remove(file);
    write();
    EXPECT_EQ(sources(file), Sources{1});
    std::filesystem::remove_all(folder);
    write();
    EXPECT_EQ(sources(file), Sources{2});
    EXPECT_EQ(log.counters().lost, 0u);
}

TEST_F(Rotation, ATruncatedFileGoesOnWithoutAHole) {
    write();
    std::filesystem::copy_file(file, old);
    std::filesystem::resize_file(file, 0);
    write();
    EXPECT_EQ(sources(old), Sources{0});
    EXPECT_EQ(sources(file), Sources{1});
}

TEST_F(Rotation, WhereTheNewFileCannotBeTheRenamedOneGoesOn) {
    write();
    rename(file, old);
    std::filesystem::create_directory(file);
    write();
    write();
    log.reopen();
    EXPECT_EQ(sources(old), (Sources{0, 1, 2}));
    EXPECT_EQ(log.counters().written, 3u);
    EXPECT_EQ(said.str(), "snmpgate: alerts: open " + file.string() +
                              ": Is a directory; 0 alerts lost so far; let this user write in that folder\n");
    std::filesystem::remove(file);
    write();
    EXPECT_EQ(sources(file), Sources{3});
}

TEST_F(Rotation, IntoARemovedFileNothingIsWritten) {
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    write();
    EXPECT_EQ(log.counters().written, 0u);
    EXPECT_EQ(log.counters().lost, 1u);
    EXPECT_NE(said.str().find("Is a directory; 1 alerts lost so far"), std::string::npos) << said.str();
    std::filesystem::remove(file);
    write();
    EXPECT_EQ(sources(file), Sources{1});
}

// What a crash left of a line stays by itself.
TEST_F(Rotation, AfterHalfALineTheNextBeginsANewOne) {
    std::ofstream{file, std::ios::app} << "{\"half";
    log.reopen();
    write();
    std::ifstream in{file};
    std::string half, line;
    std::getline(in, half);
    std::getline(in, line);
    EXPECT_EQ(half, "{\"half");
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

// One thread writes, another renames as fast as it can.
TEST_F(Rotation, NoLineIsLostOrTornWhileAnotherRenames) {
    constexpr unsigned kBlocks = 1000, kRenames = 200;
    std::atomic<bool> stop{false};
    std::atomic<unsigned> renames{0};
    std::thread rotator([&] {
        while (!stop && renames < kRenames) {
            if (::rename(file.c_str(), (folder / ("eve." + std::to_string(renames))).c_str()) == 0) ++renames;
        }
    });
    std::vector<record::Record> records(20, discard(0));
    uint64_t blocks = 0;
    while (blocks < kBlocks || (renames < kRenames && blocks < 20 * kBlocks)) {
        for (size_t i = 0; i < records.size(); ++i)
            records[i].rule = wire::be16{static_cast<uint16_t>(1 + blocks % 60'000)};
        log.write(*block(kStart, records));
        ++blocks;
    }
    stop = true;
    rotator.join();
    EXPECT_GT(renames, 10u);

    std::map<uint64_t, uint64_t> seen;  // lines, by the block's mark
    uint64_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        ++files;
        for (const nlohmann::json& line : lines_of(entry.path())) ++seen[line["snmpgate"]["rule"].get<uint64_t>()];
    }
    EXPECT_GE(files, renames);
    uint64_t lines = 0;
    for (const auto& [mark, count] : seen) {
        EXPECT_EQ(count % records.size(), 0u) << "block " << mark;
        lines += count;
    }
    EXPECT_EQ(lines, blocks * records.size());
    EXPECT_EQ(log.counters().written, lines);
    EXPECT_EQ(log.counters().lost, 0u);
    EXPECT_EQ(said.str(), "");
}

}  // namespace
}  // namespace snmpgate::app
