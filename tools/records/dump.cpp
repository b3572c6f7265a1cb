#include "dump.hpp"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <memory>
#include <optional>
#include <unistd.h>

#include "format.hpp"
#include "reader.hpp"

namespace snmpgate::records {
namespace {

using What = BlockReader::What;

// stdout failed; errno says how.
struct OutputError {
    int error;
};

void put(const std::string& line) {
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size() || std::fputc('\n', stdout) == EOF)
        throw OutputError{errno};
}

void flush() {
    if (std::fflush(stdout) != 0) throw OutputError{errno};
}

// Numbers count every frame of a worker that wanted a record, so what is missing between two of them was lost.
class Numbers {
 public:
    struct Step {
        uint64_t expected;
        uint64_t number;
    };
    // Where `entry` does not follow the one before it of the same worker.
    [[nodiscard]] std::optional<Step> follow(const Entry& entry) {
        const auto [next, first] = next_.try_emplace(entry.worker, entry.number);
        const Step step{next->second, entry.number};
        next->second = entry.number + 1;
        if (first || step.expected == step.number) return std::nullopt;
        return step;
    }

 private:
    std::map<uint16_t, uint64_t> next_;
};

class Dump {
 public:
    explicit Dump(Format format) : format_(format) {}

    void file(const std::string& name, int fd) {
        BlockReader reader{fd};
        const auto block = std::make_unique<record::Block>();
        for (;;) {
            const BlockReader::Found found = reader.next(*block);
            const uint64_t offset = found.offset, size = found.size;
            switch (found.what) {
                case What::block:
                    for (size_t i = 0; i < block->header.count.host(); ++i) record(name, entry(*block, i));
                    flush();  // what a pipe has brought is shown, though it brings no more yet
                    break;
                case What::damage:
                    status_ = 1;
                    say(name, "no block at offset " + std::to_string(offset) + ": " +
                                  std::string(name_of(found.error)) + "; " + std::to_string(size) +
                                  " bytes passed over");
                    break;
                case What::cut:
                    say(name, "cut inside the block at offset " + std::to_string(offset) + ": " + std::to_string(size) +
                                  " bytes ignored");
                    return;
                case What::failed:
                    fail(name, found.system_error);
                    return;
                case What::end:
                    return;
            }
        }
    }

    void fail(const std::string& name, int error) {
        status_ = 1;
        say(name, std::strerror(error));
    }

    [[nodiscard]] int status() const { return status_; }

 private:
    void record(const std::string& name, const Entry& entry) {
        if (const auto step = numbers_.follow(entry)) gap(name, entry.worker, *step);
        put(format_ == Format::json ? json_line(entry) : text_line(entry));
    }

    void gap(const std::string& name, unsigned worker, Numbers::Step step) {
        // Numbers start at 0 in each run: going back is another run, or files given out of order.
        const bool back = step.number < step.expected;
        char text[160];
        if (format_ == Format::json) {
            std::snprintf(text, sizeof text,
                          R"({"gap":{"worker":%u,"expected":%)" PRIu64 R"(,"number":%)" PRIu64 R"(,"missing":%)" PRIu64
                          "}}",
                          worker, step.expected, step.number, back ? 0 : step.number - step.expected);
            put(text);
        } else if (back) {
            std::snprintf(text, sizeof text,
                          "worker %u: numbers go back from %" PRIu64 " to %" PRIu64
                          ": another run, or files out of order",
                          worker, step.expected - 1, step.number);
            say(name, text);
        } else {
            std::snprintf(text, sizeof text, "worker %u: %" PRIu64 " records missing, numbers %" PRIu64 " to %" PRIu64,
                          worker, step.number - step.expected, step.expected, step.number - 1);
            say(name, text);
        }
    }

    // Behind the records printed so far, where both go to one terminal.
    static void say(const std::string& name, const std::string& what) {
        flush();
        std::fprintf(stderr, "%s: %s\n", name.c_str(), what.c_str());
    }

    const Format format_;
    Numbers numbers_;
    int status_ = 0;
};

}  // namespace

int dump(const std::vector<std::string>& files, Format format) try {
    Dump dump{format};
    for (const std::string& name : files) {
        if (name == "-") {
            dump.file("stdin", STDIN_FILENO);
            continue;
        }
        const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            dump.fail(name, errno);
            continue;
        }
        dump.file(name, fd);
        ::close(fd);
    }
    return dump.status();
} catch (const OutputError& failed) {
    if (failed.error == EPIPE) return 0;  // the reader has seen enough
    std::fprintf(stderr, "stdout: %s\n", std::strerror(failed.error));
    return 1;
}

}  // namespace snmpgate::records
