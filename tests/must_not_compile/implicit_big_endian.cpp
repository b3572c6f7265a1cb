// expect: conversion from|no viable conversion
#include "wire/bytes.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
be16 port = 5;
#else
be16 port{5};
#endif
