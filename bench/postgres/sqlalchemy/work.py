"""The work of one benchmark through SQLAlchemy Core on asyncpg.

Usage: work.py URL WORK ARGUMENT. Except for `stream`, which runs once, it reads the milliseconds of
a round from a line of its input and answers each by a line of JSON. A wrong answer ends it.
"""

import asyncio
import datetime
import json
import sys
import time

from sqlalchemy import BigInteger, Boolean, Column, Double, MetaData, Table, Text, TIMESTAMP
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import create_async_engine

POOL_CONNECTIONS = 8
ITEM_ROWS = 10_000
BULK_ROWS = 100_000
CALLS_PER_LOOK = 8
FIRST = datetime.datetime(2023, 11, 14, 22, 13, 20)


def table(name):
    return Table(
        name,
        MetaData(),
        Column("id", BigInteger, primary_key=True),
        Column("name", Text),
        Column("score", Double),
        Column("active", Boolean),
        Column("ts", TIMESTAMP),
    )


ITEM, LARGE, TARGET = table("item"), table("large"), table("target")
SELECT = select(ITEM)
# Without RETURNING, as the others insert.
INSERT = insert(TARGET).inline()


def numbered(number):
    return {
        "name": f"customer name {number:08}",
        "score": number * 1.25 + 0.1,
        "active": number % 3 == 0,
        "ts": FIRST + datetime.timedelta(seconds=number, microseconds=number % 1_000_000),
    }


class Keys:
    """Marsaglia's xorshift with 64 bits, as the other libraries have."""

    def __init__(self, task):
        self.state = 0x9E3779B97F4A7C15 ^ ((task + 1) * 7919)

    def next_id(self):
        bits = (1 << 64) - 1
        self.state ^= (self.state << 13) & bits
        self.state ^= self.state >> 7
        self.state ^= (self.state << 17) & bits
        return self.state % ITEM_ROWS + 1


async def point_select(engine, tasks, seconds):
    async def task(number):
        keys, calls, end = Keys(number), 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            for _ in range(CALLS_PER_LOOK):
                wanted = keys.next_id()
                async with engine.connect() as connection:
                    found = await connection.execute(SELECT.where(ITEM.c.id == wanted))
                    assert found.one().id == wanted
                calls += 1
        return calls

    return sum(await asyncio.gather(*(task(number) for number in range(tasks))))


async def insert_rows(engine, rows, seconds):
    """So many rows in a transaction: one by itself, more handed over as one."""
    written, end = 0, time.perf_counter() + seconds
    while written < BULK_ROWS and time.perf_counter() < end:
        chunk = ITEMS[written : written + rows]
        async with engine.begin() as connection:
            await connection.execute(INSERT, chunk if rows > 1 else chunk[0])
        written += len(chunk)
    return written


async def acquire(engine, _, seconds):
    calls, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(CALLS_PER_LOOK):
            async with engine.connect():
                calls += 1
    return calls


async def scan(engine, totals):
    async with engine.connect() as connection:
        rows = await connection.stream(select(LARGE), execution_options={"yield_per": 1_000})
        async for chunk in rows.partitions():
            for number, name, score, active, moment in chunk:
                totals["rows"] += 1
                totals["ids"] += number
                totals["name_bytes"] += len(name)
                totals["scores"] += score
                totals["active"] += active
                totals["micros"] += moment.microsecond


def peak_memory_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


async def stream(url):
    idle_bytes = peak_memory_bytes()
    engine = create_async_engine(url)
    totals = dict(rows=0, ids=0, name_bytes=0, scores=0.0, active=0, micros=0)
    start, cpu = time.perf_counter_ns(), time.process_time_ns()
    await scan(engine, totals)
    figures = dict(
        operations=totals["rows"],
        wall_ns=time.perf_counter_ns() - start,
        cpu_ns=time.process_time_ns() - cpu,
        idle_bytes=idle_bytes,
        peak_bytes=peak_memory_bytes(),
        result=totals,
    )
    print(json.dumps(figures), flush=True)


async def rounds(url, work, argument):
    engine = create_async_engine(url, pool_size=POOL_CONNECTIONS, max_overflow=0)
    if work is not insert_rows:
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    for line in sys.stdin:
        start, cpu = time.perf_counter_ns(), time.process_time_ns()
        operations = await work(engine, argument, int(line) / 1_000)
        wall_ns, cpu_ns = time.perf_counter_ns() - start, time.process_time_ns() - cpu
        print(json.dumps([operations, wall_ns, cpu_ns]), flush=True)


ITEMS = []


def main():
    url, work, argument = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if work == "stream":
        asyncio.run(stream(url))
        return
    if work == "insert_rows":
        ITEMS.extend(numbered(number) for number in range(1, BULK_ROWS + 1))
    works = {work.__name__: work for work in (point_select, insert_rows, acquire)}
    asyncio.run(rounds(url, works[work], argument))


main()
