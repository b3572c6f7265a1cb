"""Numbered flows between two namespaces, and the judge of what arrived.

As a program, in one namespace:
    flows.py receive FILE    takes datagrams and streams until all streams ended and it is quiet; writes to FILE
    flows.py send PAIRS      sends both; PAIRS is JSON: [[own address, peer's address], ...], a flow for each
"""

import collections
import hashlib
import json
import socket
import struct
import sys
import threading
import time
from typing import NamedTuple

DATAGRAMS = 320  # of each flow
ROUND = 0.008  # seconds from one datagram of every flow to the next
STREAMS = 4  # the first flows carry a TCP connection too
STREAM_SIZE = 1_000_000
STREAM_RATE = 1_000_000  # bytes per second
UDP_PORT, TCP_PORT = 9000, 7100
QUIET = 2  # seconds
ENOUGH = 30  # seconds, for all of it

HEADER = struct.Struct("!II")  # flow, sequence number
SO_RCVBUFFORCE, SO_MAX_PACING_RATE = 33, 47


class Verdict(NamedTuple):
    lost: int
    duplicated: int
    reordered: int  # arrived after one that was sent later
    unknown: int  # never sent


CLEAN = Verdict(0, 0, 0, 0)


def judge(sent, received):
    """What became of things that were sent in this order, no two of them alike."""
    position = {item: number for number, item in enumerate(sent)}
    highest, reordered = -1, 0
    times = collections.Counter()
    for item in received:
        times[item] += 1
        if times[item] == 1 and item in position:
            reordered += position[item] < highest
            highest = max(highest, position[item])
    return Verdict(lost=sum(item not in times for item in position),
                   duplicated=sum(count - 1 for count in times.values()),
                   reordered=reordered,
                   unknown=sum(item not in position for item in times))


class Wire(NamedTuple):
    gaps: int  # segments that began behind what had come before: something was lost, or overtaken
    repeated: int  # segments with bytes that had come before: TCP's own repair, or a needless one


def tcp_wire(segments):
    """How a connection's data came, as (sequence number, length) of its segments."""
    gaps = repeated = 0
    expected = None
    for number, length in segments:
        ahead = 0 if expected is None else (number - expected + 2**31) % 2**32 - 2**31
        gaps += ahead > 0
        repeated += ahead < 0
        if ahead + length > 0 or expected is None:
            expected = (number + length) % 2**32
    return Wire(gaps, repeated)


class Segment(NamedTuple):
    port: int  # the server's
    to_server: bool
    identity: tuple  # tells it from every other of its connection and direction, retransmissions included
    number: int
    length: int  # of data


def segment_of(frame):
    """Of a captured Ethernet frame with TCP over IPv4, known apart by what a gate leaves alone."""
    header = 14 + (frame[14] & 15) * 4
    total, number = struct.unpack_from("!HH", frame, 16)
    source, destination, sequence, acknowledged, offset, flags = struct.unpack_from("!HHIIBB", frame, header)
    length = total - (header - 14) - (offset >> 4) * 4
    to_server = TCP_PORT <= destination < TCP_PORT + STREAMS
    return Segment(destination if to_server else source, to_server,
                   (number, sequence, acknowledged, flags, length), sequence, length)


def datagram(flow, number):
    """Flow and number again and again, in all sizes up to a full frame."""
    size = HEADER.size + (flow * 131 + number * 37) % 1400
    return (HEADER.pack(flow, number) * (size // HEADER.size + 1))[:size]


def stream(index):
    return hashlib.shake_256(b"stream %d" % index).digest(STREAM_SIZE)


# The sender


def send_datagrams(pairs):
    sockets = []
    for flow, (own, peer) in enumerate(pairs):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind((own, 20000 + flow))
        one.connect((peer, UDP_PORT))
        sockets.append(one)
    start = time.monotonic()
    for number in range(DATAGRAMS):
        time.sleep(max(0, start + number * ROUND - time.monotonic()))
        for flow, one in enumerate(sockets):
            one.send(datagram(flow, number))


def send_stream(index, own, peer):
    with socket.create_connection((peer, TCP_PORT + index), timeout=ENOUGH, source_address=(own, 0)) as one:
        one.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, STREAM_RATE)
        one.sendall(stream(index))


def send(pairs):
    threads = [threading.Thread(target=send_stream, args=(index, *pairs[index])) for index in range(STREAMS)]
    for thread in threads:
        thread.start()
    send_datagrams(pairs)
    for thread in threads:
        thread.join()


# The receiver


def receive_stream(listener, digests):
    connection, _ = listener.accept()
    digest = hashlib.sha256()
    while data := connection.recv(1 << 16):
        digest.update(data)
    digests[listener.getsockname()[1] - TCP_PORT] = digest.hexdigest()


def receive(file):
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)  # all of them: none is lost for want of a receiver
    datagrams.bind(("", UDP_PORT))
    datagrams.settimeout(QUIET)
    digests, threads = {}, []
    for index in range(STREAMS):
        listener = socket.create_server(("", TCP_PORT + index))
        listener.settimeout(ENOUGH)
        threads.append(threading.Thread(target=receive_stream, args=(listener, digests), daemon=True))
        threads[-1].start()
    print("listening", flush=True)

    arrived, damaged = [], 0
    end = time.monotonic() + ENOUGH
    quiet = False
    while time.monotonic() < end and not (quiet and not any(thread.is_alive() for thread in threads)):
        try:
            data = datagrams.recv(2048)
        except TimeoutError:
            quiet = len(arrived) > 0
            continue
        flow_and_number = HEADER.unpack_from(data)
        damaged += data != datagram(*flow_and_number)
        arrived.append(flow_and_number)
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"datagrams": arrived, "damaged": damaged, "streams": digests}, out)


if __name__ == "__main__":
    {"receive": receive, "send": lambda pairs: send(json.loads(pairs))}[sys.argv[1]](sys.argv[2])
