#include <gtest/gtest.h>

#include "eal.hpp"

// Tests that touch mbufs or DPDK's tables: its environment, as any user, without hugepages.
int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    const snmpgate::app::Eal eal{snmpgate::app::Eal::offline(256)};
    return RUN_ALL_TESTS();
}
