#include <limits>
#include <vector>

#include "fuzz.hpp"
#include "wire/cursor.hpp"

// A cursor against an index into a vector: the input's first half says what to do, the second is the frame.
namespace {

using namespace snmpgate;

struct Model {
    size_t at, end;
    [[nodiscard]] bool take(size_t count) {
        if (count > end - at) return false;
        at += count;
        return true;
    }
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span input{data, size};
    const auto program = input.first(size / 2);
    const fuzz::Exact frame{input.subspan(size / 2)};
    const std::span<const uint8_t> bytes = frame.span();
    std::vector<wire::Cursor> cursors{wire::Cursor{bytes}};
    std::vector<Model> models{{0, bytes.size()}};

    for (size_t i = 0; i + 1 < program.size(); i += 2) {
        // 255 stands for a count that wraps around when it is added to.
        const size_t count = program[i + 1] == 255 ? std::numeric_limits<size_t>::max() : program[i + 1];
        wire::Cursor& cursor = cursors.back();
        Model& model = models.back();
        const size_t at = model.at;
        uint8_t byte = 0;
        wire::be16 two;
        wire::be32 four;
        switch (program[i] % 9) {
            case 0:
                SNMPGATE_SAME(cursor.skip(count), model.take(count));
                break;
            case 1:
                SNMPGATE_SAME(cursor.read(byte), model.take(1));
                if (model.at != at) SNMPGATE_SAME(byte, bytes[at]);
                break;
            case 2:
                SNMPGATE_SAME(cursor.read(two), model.take(2));
                if (model.at != at) SNMPGATE_SAME(two.host(), bytes[at] * 256 + bytes[at + 1]);
                break;
            case 3:
                SNMPGATE_SAME(cursor.read(four), model.take(4));
                if (model.at != at) SNMPGATE_SAME(four.host() >> 24, bytes[at]);
                break;
            case 4: {
                wire::Cursor nested;
                const bool taken = cursor.take(count, nested);
                SNMPGATE_SAME(taken, model.take(count));
                if (!taken) break;
                cursors.push_back(nested);
                models.push_back({at, at + count});
                break;
            }
            case 5:
                SNMPGATE_SAME(cursor.peek(count, byte), count < model.end - model.at);
                if (count < model.end - model.at) SNMPGATE_SAME(byte, bytes[at + count]);
                break;
            case 6:
                if (cursors.size() == 1) break;
                cursors.pop_back();
                models.pop_back();
                break;
            case 7: {
                const bool inside = count != std::numeric_limits<size_t>::max() && count + 2 <= bytes.size();
                const size_t offset = inside ? count : bytes.size();
                const int expected = inside ? bytes[offset] * 256 + bytes[offset + 1] : 0;
                SNMPGATE_SAME(wire::load<wire::be16>(bytes, offset).host(), expected);
                break;
            }
            case 8: {
                const size_t end = count < bytes.size() ? count : bytes.size();
                const size_t begin = program[i] < end ? program[i] : end;
                cursors.emplace_back(bytes, program[i], count);
                models.push_back({begin, end});
                break;
            }
            default:
                break;
        }
        SNMPGATE_SAME(cursors.back().offset(), models.back().at);
        SNMPGATE_SAME(cursors.back().remaining(), models.back().end - models.back().at);
        SNMPGATE_SAME(cursors.back().empty(), models.back().end == models.back().at);
        SNMPGATE_SAME(cursors.back().rest().end(), models.back().end);
    }
    return 0;
}
