// expect: conversion from|no viable conversion
#include "wire/bytes.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
Ipv4 loopback = 0x7F000001;
#else
Ipv4 loopback{0x7F000001};
#endif
