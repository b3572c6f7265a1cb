#include "stages/exchange.hpp"

#include <new>
#include <stdexcept>
#include <string>

#include <rte_malloc.h>

namespace snmpgate::stages {

BlockExchange::BlockExchange(unsigned blocks, int socket)
    : blocks_(static_cast<record::Block*>(
          rte_zmalloc_socket("record_blocks", blocks * sizeof(record::Block), RTE_CACHE_LINE_SIZE, socket))) {
    if (blocks_ == nullptr)
        throw std::runtime_error("no memory for " + std::to_string(blocks) +
                                 " record blocks (records.blocks): reserve more hugepages or lower the key");
    for (unsigned i = 0; i < blocks; ++i) free_.push(new (&blocks_[i]) record::Block);
}

BlockExchange::~BlockExchange() { rte_free(blocks_); }

}  // namespace snmpgate::stages
