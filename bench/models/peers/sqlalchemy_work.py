"""The work of the models' benchmark through SQLAlchemy's ORM, on aiosqlite or asyncpg.

Usage: sqlalchemy_work.py ENGINE PLACE. What it reads and answers, line by line, stands in child.rs.
A wrong answer ends it.
"""

import asyncio
import json
import sys
import time

from sqlalchemy import ForeignKey, String, event, insert, select, tuple_, update
from sqlalchemy import BigInteger, Integer
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

POOL_CONNECTIONS = 8
AUTHORS, POSTS, LIKES = 10_000, 100_000, 1_000
MANY_ROWS, UPDATED_ROWS, FOUND_ROWS, PARENTS, CHILDREN, PAGE_ROWS = 10_000, 1_000, 50, 50, 10, 1_000
CALLS_PER_LOOK = 4
PRAGMAS = "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "busy_timeout = 10000"

Number = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    type_annotation_map = {int: Number, str: String}


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    score: Mapped[float]
    active: Mapped[bool]
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    title: Mapped[str]
    likes: Mapped[int]
    score: Mapped[float]
    published: Mapped[bool]


class Draft(Base):
    __tablename__ = "draft"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int]
    title: Mapped[str]
    likes: Mapped[int]
    score: Mapped[float]
    published: Mapped[bool]


def numbered(number):
    return {
        "author_id": (number - 1) % AUTHORS + 1,
        "title": f"title of the post {number:08}",
        "likes": number * 7_919 % LIKES,
        "score": number * 1.25 + 0.1,
        "published": number % 3 == 0,
    }


class Keys:
    """Marsaglia's xorshift with 64 bits, as the other libraries have."""

    def __init__(self):
        self.state = 0x9E3779B97F4A7C15

    def next_of(self, last):
        bits = (1 << 64) - 1
        self.state ^= (self.state << 13) & bits
        self.state ^= self.state >> 7
        self.state ^= (self.state << 17) & bits
        return self.state % last + 1


class Library:
    def __init__(self, engine):
        self.session = async_sessionmaker(engine, expire_on_commit=False)

    async def find_by_id(self, number):
        async with self.session() as session:
            return await session.get(Post, number)

    async def find_many(self, likes_min):
        found = (
            select(Post)
            .where(Post.published == True, Post.likes >= likes_min)  # noqa: E712
            .order_by(Post.likes, Post.id)
            .limit(FOUND_ROWS)
        )
        async with self.session() as session:
            return (await session.scalars(found)).all()

    async def include(self, first):
        found = (
            select(Author)
            .where(Author.id.between(first, first + PARENTS - 1))
            .order_by(Author.id)
            .options(selectinload(Author.posts))
        )
        async with self.session() as session:
            return (await session.scalars(found)).all()

    async def create(self, row):
        async with self.session.begin() as session:
            draft = Draft(**row)
            session.add(draft)
        return draft

    async def create_many(self, rows):
        async with self.session.begin() as session:
            await session.execute(insert(Draft), rows)

    async def update(self, number, title, likes):
        change = update(Draft).where(Draft.id == number).values(title=title, likes=likes)
        async with self.session.begin() as session:
            return (await session.scalars(change.returning(Draft))).one()

    async def page(self, last):
        found = (
            select(Post)
            .where(tuple_(Post.likes, Post.id) > tuple_(*last))
            .order_by(Post.likes, Post.id)
            .limit(PAGE_ROWS)
        )
        async with self.session() as session:
            return (await session.scalars(found)).all()


async def call(library, work, keys, number):
    if work == "find-by-id":
        wanted = keys.next_of(POSTS)
        assert (await library.find_by_id(wanted)).id == wanted
    elif work == "find-many":
        assert len(await library.find_many(keys.next_of(LIKES - 100))) == FOUND_ROWS
    elif work == "include":
        parents = await library.include(keys.next_of(AUTHORS - PARENTS))
        assert sum(len(parent.posts) for parent in parents) == PARENTS * CHILDREN
    elif work == "create":
        assert (await library.create(numbered(number))).id == number
    elif work == "update":
        wanted = keys.next_of(UPDATED_ROWS)
        draft = await library.update(wanted, f"title of the edit {number:08}", number)
        assert (draft.id, draft.likes) == (wanted, number)
    else:
        raise ValueError(work)


async def calls(library, work, seconds):
    keys, number, end = Keys(), 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(CALLS_PER_LOOK):
            number += 1
            await call(library, work, keys, number)
    return number


async def walk(library):
    last, rows, ids = (-1, 0), 0, 0
    while page := await library.page(last):
        for post in page:
            assert last < (post.likes, post.id)
            last = (post.likes, post.id)
            rows, ids = rows + 1, ids + post.id
    assert (rows, ids) == (POSTS, POSTS * (POSTS + 1) // 2)
    return rows


async def measured(library, work, milliseconds):
    rows = [numbered(number) for number in range(1, MANY_ROWS + 1)] if work == "create-many" else []
    start, cpu = time.perf_counter_ns(), time.process_time_ns()
    if work == "create-many":
        await library.create_many(rows)
        operations = MANY_ROWS
    elif work == "walk":
        operations = await walk(library)
    else:
        operations = await calls(library, work, milliseconds / 1_000)
    return [operations, time.perf_counter_ns() - start, time.process_time_ns() - cpu]


def post(row):
    names = ("id", "author_id", "title", "likes", "score", "published")
    return {name: getattr(row, name) for name in names}


def author(row):
    names = ("id", "name", "email", "score", "active")
    return [{name: getattr(row, name) for name in names}, [post(child) for child in row.posts]]


async def checked(library, work, argument):
    if work == "find-by-id":
        return post(await library.find_by_id(argument))
    if work == "find-many":
        return [post(row) for row in await library.find_many(argument)]
    return [author(row) for row in await library.include(argument)]


def opened(engine, place):
    if engine == "postgres":
        url = place.replace("postgres://", "postgresql+asyncpg://", 1)
        return create_async_engine(url, pool_size=POOL_CONNECTIONS, max_overflow=0)
    opened = create_async_engine(f"sqlite+aiosqlite:///{place}", pool_size=POOL_CONNECTIONS)

    @event.listens_for(opened.sync_engine, "connect")
    def set_up(connection, _):
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return opened


async def main():
    library = Library(opened(sys.argv[1], sys.argv[2]))
    for line in sys.stdin:
        work, what, argument = line.split()
        answer = await (checked if what == "check" else measured)(library, work, int(argument))
        print(json.dumps(answer), flush=True)


asyncio.run(main())
