#include "reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace snmpgate::records {

using record::BlockError;

BlockReader::Found BlockReader::next(record::Block& block) {
    size_t used = 0;
    BlockError error = record::read_block(rest(), block, used);
    // A whole block is told at once, though a pipe has no more yet.
    while ((error == BlockError::truncated || error == BlockError::end) && !at_end_) {
        if (!read_more()) return {What::failed, offset_, 0, BlockError::none, error_};
        error = record::read_block(rest(), block, used);
    }
    const Found found{What::block, offset_, used};
    if (error == BlockError::none) {
        consume(used);
        return found;
    }
    if (error == BlockError::end) return {What::end, offset_};
    // Too few bytes for a header may be no block's either.
    const size_t seen = std::min(rest().size(), record::kMagic.size());
    if (std::memcmp(rest().data(), record::kMagic.data(), seen) != 0) error = BlockError::magic;

    const uint64_t begin = offset_;
    const bool resumed = find_block();
    if (error_ != 0) return {What::failed, offset_, 0, BlockError::none, error_};
    const What what = error == BlockError::truncated && !resumed ? What::cut : What::damage;
    return {what, begin, offset_ - begin, error};
}

// Moves on to the next block that verifies, or to the end.
bool BlockReader::find_block() {
    while (fill() && !rest().empty()) {
        const auto bytes = rest();
        const auto at = std::search(bytes.begin(), bytes.end(), record::kMagic.begin(), record::kMagic.end());
        const auto before = static_cast<size_t>(at - bytes.begin());
        if (at == bytes.end()) {  // a magic may begin in the last bytes
            const size_t keep = at_end_ ? 0 : record::kMagic.size() - 1;
            consume(bytes.size() - std::min(keep, bytes.size()));
            continue;
        }
        consume(before);
        if (!fill()) return false;
        size_t used = 0;
        if (record::read_block(rest(), candidate_, used) == BlockError::none) return true;
        consume(1);
    }
    return false;
}

std::span<const uint8_t> BlockReader::rest() const { return {buffer_.data() + begin_, end_ - begin_}; }

void BlockReader::consume(size_t size) {
    begin_ += size;
    offset_ += size;
}

// Has the whole of the next block in the buffer, or all that is left of the file.
bool BlockReader::fill() {
    while (!at_end_ && end_ - begin_ < sizeof(record::Block))
        if (!read_more()) return false;
    return true;
}

bool BlockReader::read_more() {
    const auto rest_begin = buffer_.begin() + static_cast<long>(begin_);
    std::copy(rest_begin, buffer_.begin() + static_cast<long>(end_), buffer_.begin());
    end_ -= std::exchange(begin_, 0);
    ssize_t got = 0;
    do got = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        error_ = errno;
        return false;
    }
    at_end_ = got == 0;
    end_ += static_cast<size_t>(got);
    return true;
}

}  // namespace snmpgate::records
