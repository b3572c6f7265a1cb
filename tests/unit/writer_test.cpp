#include "records/writer.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace snmpgate::app {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<uint8_t>;
using record::Block;

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kStart = 1'714'564'800 * kSecond;  // 2024-05-01T12:00:00Z
constexpr size_t kFull = 16384;                       // bytes of a block of 255 records

class Writer : public testing::Test {
 protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "snmpgate-writer-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
    }
    void TearDown() override { fs::remove_all(root_); }

    RecordFiles numbered() const { return {.directory = root_ / "records", .names = RecordFiles::Names::numbered}; }
    RecordFiles by_time() const { return {.directory = root_ / "records"}; }

    // A block of `count` records, each with a byte pattern that tells it from every other.
    Block& block(uint64_t time, uint32_t count = 255) {
        *block_ = Block{};
        block_->header.base_time = wire::be64{time};
        block_->header.base_number = wire::be64{next_number_};
        block_->header.tick = wire::be32{1 << 20};
        block_->header.count = wire::be16{static_cast<uint16_t>(count)};
        for (uint32_t i = 0; i < count; ++i) {
            block_->records[i].number = static_cast<uint8_t>(i);
            block_->records[i].request_id = wire::be32{static_cast<uint32_t>(next_number_ + i)};
        }
        next_number_ += count;
        return *block_;
    }

    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(root_ / "records")) names.push_back(entry.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }
    Bytes bytes(const std::string& name) const {
        std::ifstream in(root_ / "records" / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    // The request-ids of every record of a file, which must be whole blocks.
    std::vector<uint32_t> ids(const std::string& name) const {
        std::vector<uint32_t> ids;
        const Bytes file = bytes(name);
        std::span<const uint8_t> rest = file;
        const auto block = std::make_unique<Block>();
        size_t used = 0;
        while (!rest.empty()) {
            const record::BlockError error = record::read_block(rest, *block, used);
            EXPECT_EQ(error, record::BlockError::none) << name << " at " << file.size() - rest.size();
            if (error != record::BlockError::none) break;
            for (uint32_t i = 0; i < block->header.count.host(); ++i)
                ids.push_back(block->records[i].request_id.host());
            rest = rest.subspan(used);
        }
        return ids;
    }
    static std::vector<uint32_t> range(uint32_t from, uint32_t count) {
        std::vector<uint32_t> numbers(count);
        for (uint32_t i = 0; i < count; ++i) numbers[i] = from + i;
        return numbers;
    }

    fs::path root_;
    std::ostringstream log_;
    uint64_t next_number_ = 0;
    std::unique_ptr<Block> block_ = std::make_unique<Block>();
};

using Names = std::vector<std::string>;

TEST_F(Writer, WhatIsWrittenIsReadBack) {
    {
        RecordWriter writer{numbered(), log_};
        writer.write(block(kStart, 255));
        writer.write(block(kStart, 1));
        writer.write(block(kStart, 17));
        EXPECT_EQ(writer.counters().files, 1u);
        EXPECT_EQ(writer.counters().blocks, 3u);
        EXPECT_EQ(writer.counters().records, 273u);
        EXPECT_EQ(writer.counters().records_lost_writing, 0u);
    }
    EXPECT_EQ(names(), Names{"records-000000.rec"});
    EXPECT_EQ(ids("records-000000.rec"), range(0, 273));
    EXPECT_EQ(log_.str(), "");
}

TEST_F(Writer, ADirectoryThatIsMissingIsMadeForOwnerAndGroup) {
    const mode_t before = ::umask(0);
    RecordFiles files = numbered();
    files.directory = root_ / "records" / "deep" / "down";
    RecordWriter writer{files, log_};
    writer.write(block(kStart));
    ::umask(before);
    for (const char* made : {"records", "records/deep", "records/deep/down"}) {
        struct stat status {};
        ASSERT_EQ(::stat((root_ / made).c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 07777, 0750u) << made;
    }
    struct stat status {};
    ASSERT_EQ(::stat((files.directory / "records-000000.rec").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(Writer, ADirectoryThatCannotBeIsRefusedWithPathCauseAndCure) {
    std::ofstream(root_ / "records") << "a file";
    const auto refusal = [&](const fs::path& directory) -> std::string {
        RecordFiles files = numbered();
        files.directory = directory;
        try {
            RecordWriter writer{files, log_};
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "not refused";
    };
    const std::string there = (root_ / "records").string();
    EXPECT_EQ(refusal(there), "records.directory " + there +
                                  ": is no directory: Not a directory; make records.directory a directory again");
    EXPECT_EQ(refusal(there + "/below"),
              "records.directory " + there +
                  "/below: cannot be created: Not a directory; make records.directory a directory again");
    EXPECT_NE(refusal("").find("cannot be created"), std::string::npos);
}

TEST_F(Writer, LiveNamesTellTheTimeOfTheFirstBlockAndSortInOrder) {
    RecordFiles files = by_time();
    files.rotate_bytes = kFull;  // one block a file
    RecordWriter writer{files, log_};
    writer.write(block(kStart + 999'999'999));
    writer.write(block(kStart + kSecond));
    writer.write(block(kStart + kSecond));
    writer.close();
    const Names expected = {"records-20240501T120000-000000.rec", "records-20240501T120001-000001.rec",
                            "records-20240501T120001-000002.rec"};
    EXPECT_EQ(names(), expected);
    for (uint32_t i = 0; i < 3; ++i) EXPECT_EQ(ids(expected[i]), range(255 * i, 255));
}

TEST_F(Writer, ARestartWithinTheSecondOverwritesNothing) {
    for (int run = 0; run < 3; ++run) {
        RecordWriter writer{by_time(), log_};
        writer.write(block(kStart, 1));
    }
    const Names expected = {"records-20240501T120000-000000.rec", "records-20240501T120000-000001.rec",
                            "records-20240501T120000-000002.rec"};
    EXPECT_EQ(names(), expected);
    for (uint32_t i = 0; i < 3; ++i) EXPECT_EQ(ids(expected[i]), range(i, 1));
}

TEST_F(Writer, ASecondReplayLeavesNothingOfTheFirst) {
    RecordFiles files = numbered();
    files.rotate_bytes = kFull;
    {
        RecordWriter writer{files, log_};
        for (int i = 0; i < 4; ++i) writer.write(block(kStart));
    }
    EXPECT_EQ(names().size(), 4u);
    {
        RecordWriter writer{files, log_};
        next_number_ = 7;
        writer.write(block(kStart));
    }
    EXPECT_EQ(names(), Names{"records-000000.rec"});
    EXPECT_EQ(ids("records-000000.rec"), range(7, 255));
}

TEST_F(Writer, NoFileGrowsPastItsSize) {
    RecordFiles files = numbered();
    files.rotate_bytes = 2 * kFull + 128;  // two full blocks and one of a single record fit exactly
    RecordWriter writer{files, log_};
    for (const uint32_t count : {255u, 255u, 1u, 255u, 255u, 2u}) writer.write(block(kStart, count));
    writer.close();
    EXPECT_EQ(names(), (Names{"records-000000.rec", "records-000001.rec", "records-000002.rec"}));
    EXPECT_EQ(bytes("records-000000.rec").size(), 2 * kFull + 128);
    EXPECT_EQ(bytes("records-000001.rec").size(), 2 * kFull);
    EXPECT_EQ(bytes("records-000002.rec").size(), 192u);
    EXPECT_EQ(writer.counters().files, 3u);
}

TEST_F(Writer, ABlockLargerThanAFileMayBeStillFindsAFile) {
    RecordFiles files = numbered();
    files.rotate_bytes = 1;
    RecordWriter writer{files, log_};
    for (int i = 0; i < 3; ++i) writer.write(block(kStart));
    EXPECT_EQ(names().size(), 3u);
    EXPECT_EQ(writer.counters().records, 3u * 255);
}

TEST_F(Writer, AFileSpansLessThanItsTimeByTheClockOfTheBlocks) {
    RecordFiles files = numbered();
    files.rotate_seconds = 10;
    RecordWriter writer{files, log_};
    for (const uint64_t time : {kStart, kStart + 10 * kSecond - 1, kStart + 10 * kSecond,  // the third begins a file
                                kStart + 9 * kSecond,  // of another worker, older than the file
                                kStart + 25 * kSecond})
        writer.write(block(time, 1));
    writer.close();
    EXPECT_EQ(ids("records-000000.rec"), range(0, 2));
    EXPECT_EQ(ids("records-000001.rec"), range(2, 2));
    EXPECT_EQ(ids("records-000002.rec"), range(4, 1));
}

TEST_F(Writer, ZeroMeansNoLimit) {
    RecordFiles files = numbered();
    files.rotate_bytes = files.rotate_seconds = 0;
    RecordWriter writer{files, log_};
    for (uint64_t i = 0; i < 20; ++i) writer.write(block(kStart + i * 100'000 * kSecond));
    EXPECT_EQ(names().size(), 1u);
}

// The limit on a file's size makes the kernel take the first part of a block and refuse the rest, as a disk does that
// fills up.
class FileSizeLimit {
 public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        before_signal_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, before_signal_);
    }

 private:
    rlimit before_{};
    void (*before_signal_)(int) = SIG_DFL;
};

TEST_F(Writer, AShortWriteLeavesWholeBlocksOnly) {
    RecordWriter writer{numbered(), log_};
    {
        const FileSizeLimit limit{kFull + 5000};
        writer.write(block(kStart));
        writer.write(block(kStart));  // 5,000 of its bytes are taken
        EXPECT_EQ(bytes("records-000000.rec").size(), kFull);
        EXPECT_EQ(writer.counters().records_lost_writing, 255u);
        writer.write(block(kStart));  // a new file has room again
    }
    writer.close();
    EXPECT_EQ(ids("records-000000.rec"), range(0, 255));
    EXPECT_EQ(ids("records-000001.rec"), range(510, 255));
    EXPECT_EQ(writer.counters().records, 510u);
    EXPECT_NE(log_.str().find("less was written than asked; 255 records lost in writing so far"), std::string::npos)
        << log_.str();
}

TEST_F(Writer, ADiskThatStaysFullCostsOneEmptyFileAndOneMessage) {
    RecordWriter writer{numbered(), log_};
    {
        const FileSizeLimit limit{5000};
        for (int i = 0; i < 50; ++i) writer.write(block(kStart));
        EXPECT_EQ(names(), Names{"records-000000.rec"});
        EXPECT_EQ(bytes("records-000000.rec").size(), 0u);
        EXPECT_EQ(writer.counters().records_lost_writing, 50u * 255);
        EXPECT_EQ(writer.counters().records, 0u);
    }
    const std::string said = log_.str();
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
    writer.write(block(kStart));  // by itself, once there is room
    EXPECT_EQ(ids("records-000000.rec"), range(50 * 255, 255));
}

TEST_F(Writer, OneKindOfFailureIsToldOnceAMinute) {
    RecordWriter writer{numbered(), log_};
    const FileSizeLimit limit{0};
    for (uint64_t second = 0; second < 121; ++second) writer.write(block(kStart + second * kSecond, 1));
    const std::string said = log_.str();
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 3) << said;  // at 0, 60 and 120 s
    EXPECT_NE(said.find("write " + (root_ / "records/records-000000.rec").string() +
                        ": File too large; 121 records lost in writing so far; raise the file size limit"),
              std::string::npos)
        << said;
}

TEST_F(Writer, ADirectoryThatIsRemovedIsMadeAgain) {
    RecordWriter writer{numbered(), log_};
    writer.write(block(kStart));
    fs::remove_all(root_ / "records");
    writer.write(block(kStart));
    EXPECT_EQ(ids("records-000001.rec"), range(255, 255));
    EXPECT_EQ(writer.counters().records_lost_writing, 0u);
}

TEST_F(Writer, ADirectoryThatIsGoneLosesRecordsUntilItIsBack) {
    RecordWriter writer{numbered(), log_};
    writer.write(block(kStart));
    fs::remove_all(root_ / "records");
    std::ofstream(root_ / "records") << "a file in its place";
    for (int i = 0; i < 3; ++i) writer.write(block(kStart));
    EXPECT_EQ(writer.counters().records_lost_writing, 3u * 255);
    const std::string said = log_.str();
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
    EXPECT_NE(said.find("Not a directory; 255 records lost"), std::string::npos) << said;
    fs::remove(root_ / "records");
    writer.write(block(kStart));
    EXPECT_EQ(ids("records-000001.rec"), range(4 * 255, 255));
}

TEST_F(Writer, AFileThatIsEmptiedGoesOnWithoutAHole) {
    RecordWriter writer{numbered(), log_};
    writer.write(block(kStart));
    fs::resize_file(root_ / "records/records-000000.rec", 0);
    writer.write(block(kStart));
    EXPECT_EQ(ids("records-000000.rec"), range(255, 255));
}

TEST_F(Writer, AFileCutAtAnyByteIsReadToItsLastWholeBlock) {
    {
        RecordWriter writer{numbered(), log_};
        for (const uint32_t count : {3u, 1u, 5u}) writer.write(block(kStart, count));
    }
    const Bytes file = bytes("records-000000.rec");
    const size_t ends[] = {64 + 3 * 64, 64 + 3 * 64 + 128, 64 + 3 * 64 + 128 + 64 + 5 * 64};
    ASSERT_EQ(file.size(), ends[2]);
    const auto read = std::make_unique<Block>();
    for (size_t size = 0; size <= file.size(); ++size) {
        std::span<const uint8_t> rest{file.data(), size};
        size_t whole = 0, used = 0;
        record::BlockError error;
        while ((error = record::read_block(rest, *read, used)) == record::BlockError::none) {
            ++whole;
            rest = rest.subspan(used);
        }
        const auto expected = static_cast<size_t>(std::upper_bound(std::begin(ends), std::end(ends), size) - ends);
        ASSERT_EQ(whole, expected) << "cut at " << size;
        ASSERT_EQ(error, rest.empty() ? record::BlockError::end : record::BlockError::truncated) << "cut at " << size;
    }
}

}  // namespace
}  // namespace snmpgate::app
