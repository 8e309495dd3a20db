// The work of the models' benchmark through Drizzle, on better-sqlite3 or postgres.js.
//
// Usage: drizzle_work.mjs ENGINE PLACE, with the folder of the packages in PACKAGES. What it reads and
// answers, line by line, stands in child.rs. A wrong answer ends it.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const load = createRequire(`${process.env.PACKAGES ?? "."}/package.json`);
const { and, asc, between, eq, gt, gte, or, relations } = load("drizzle-orm");

const POOL_CONNECTIONS = 8;
const [AUTHORS, POSTS, LIKES] = [10_000, 100_000, 1_000];
const [MANY_ROWS, UPDATED_ROWS, FOUND_ROWS, PARENTS, CHILDREN, PAGE_ROWS] = [10_000, 1_000, 50, 50, 10, 1_000];
const CALLS_PER_LOOK = 4;

function tables(table, types) {
  const content = () => ({
    authorId: types.number("author_id").notNull(),
    title: types.text("title").notNull(),
    likes: types.number("likes").notNull(),
    score: types.real("score").notNull(),
    published: types.truth("published").notNull(),
  });
  const author = table("author", {
    id: types.key("id"),
    name: types.text("name").notNull(),
    email: types.text("email").notNull(),
    score: types.real("score").notNull(),
    active: types.truth("active").notNull(),
  });
  const post = table("post", { id: types.key("id"), ...content() });
  const draft = table("draft", { id: types.key("id"), ...content() });
  const authorRelations = relations(author, ({ many }) => ({ posts: many(post) }));
  const postRelations = relations(post, ({ one }) => ({
    author: one(author, { fields: [post.authorId], references: [author.id] }),
  }));
  return { author, post, draft, authorRelations, postRelations };
}

function openSqlite(place) {
  const { integer, real, sqliteTable, text } = load("drizzle-orm/sqlite-core");
  const types = {
    key: (name) => integer(name).primaryKey(),
    number: (name) => integer(name),
    text: (name) => text(name),
    real: (name) => real(name),
    truth: (name) => integer(name, { mode: "boolean" }),
  };
  const schema = tables(sqliteTable, types);
  const connection = new (load("better-sqlite3"))(place);
  for (const pragma of ["journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "busy_timeout = 10000"]) {
    connection.pragma(pragma);
  }
  const db = load("drizzle-orm/better-sqlite3").drizzle(connection, { schema });
  const createMany = (rows) =>
    db.transaction((tx) => {
      for (let at = 0; at < rows.length; at += 100) {
        tx.insert(schema.draft).values(rows.slice(at, at + 100)).run();
      }
    });
  return { db, schema, createMany };
}

function openPostgres(place) {
  const { bigint, bigserial, boolean, doublePrecision, pgTable, text } = load("drizzle-orm/pg-core");
  const types = {
    key: (name) => bigserial(name, { mode: "number" }).primaryKey(),
    number: (name) => bigint(name, { mode: "number" }),
    text: (name) => text(name),
    real: (name) => doublePrecision(name),
    truth: (name) => boolean(name),
  };
  const schema = tables(pgTable, types);
  const url = new URL(place);
  const client = load("postgres")({
    host: url.searchParams.get("host") ?? decodeURIComponent(url.hostname),
    port: Number(url.searchParams.get("port") ?? (url.port || 5432)),
    user: decodeURIComponent(url.username || url.searchParams.get("user") || ""),
    database: url.pathname.slice(1),
    max: POOL_CONNECTIONS,
  });
  const db = load("drizzle-orm/postgres-js").drizzle(client, { schema });
  const createMany = (rows) => db.insert(schema.draft).values(rows);
  return { db, schema, createMany };
}

/** Marsaglia's xorshift with 64 bits, as the other libraries have. */
class Keys {
  state = 0x9e3779b97f4a7c15n;

  nextOf(last) {
    this.state = BigInt.asUintN(64, this.state ^ (this.state << 13n));
    this.state ^= this.state >> 7n;
    this.state = BigInt.asUintN(64, this.state ^ (this.state << 17n));
    return Number(this.state % BigInt(last)) + 1;
  }
}

function numbered(number) {
  return {
    authorId: ((number - 1) % AUTHORS) + 1,
    title: `title of the post ${String(number).padStart(8, "0")}`,
    likes: (number * 7_919) % LIKES,
    score: number * 1.25 + 0.1,
    published: number % 3 === 0,
  };
}

class Library {
  constructor({ db, schema, createMany }) {
    Object.assign(this, { db, schema, createMany });
  }

  findById(id) {
    return this.db.query.post.findFirst({ where: eq(this.schema.post.id, id) });
  }

  findMany(likesMin) {
    const { post } = this.schema;
    const where = and(eq(post.published, true), gte(post.likes, likesMin));
    return this.db.select().from(post).where(where).orderBy(asc(post.likes), asc(post.id)).limit(FOUND_ROWS);
  }

  include(first) {
    const { author } = this.schema;
    const where = between(author.id, first, first + PARENTS - 1);
    return this.db.query.author.findMany({ where, orderBy: asc(author.id), with: { posts: true } });
  }

  async create(row) {
    const [draft] = await this.db.insert(this.schema.draft).values(row).returning();
    return draft;
  }

  async update(id, change) {
    const { draft } = this.schema;
    const [changed] = await this.db.update(draft).set(change).where(eq(draft.id, id)).returning();
    return changed;
  }

  page(likes, id) {
    const { post } = this.schema;
    const where = and(gte(post.likes, likes), or(gt(post.likes, likes), gt(post.id, id)));
    return this.db.select().from(post).where(where).orderBy(asc(post.likes), asc(post.id)).limit(PAGE_ROWS);
  }
}

async function call(library, work, keys, number) {
  if (work === "find-by-id") {
    const id = keys.nextOf(POSTS);
    assert.equal((await library.findById(id)).id, id);
  } else if (work === "find-many") {
    assert.equal((await library.findMany(keys.nextOf(LIKES - 100))).length, FOUND_ROWS);
  } else if (work === "include") {
    const parents = await library.include(keys.nextOf(AUTHORS - PARENTS));
    assert.equal(parents.reduce((sum, parent) => sum + parent.posts.length, 0), PARENTS * CHILDREN);
  } else if (work === "create") {
    assert.equal((await library.create(numbered(number))).id, number);
  } else if (work === "update") {
    const id = keys.nextOf(UPDATED_ROWS);
    const title = `title of the edit ${String(number).padStart(8, "0")}`;
    const draft = await library.update(id, { title, likes: number });
    assert.deepEqual([draft.id, draft.likes], [id, number]);
  } else {
    assert.fail(work);
  }
}

async function calls(library, work, milliseconds) {
  const [keys, end] = [new Keys(), performance.now() + milliseconds];
  let number = 0;
  while (performance.now() < end) {
    for (let call_ = 0; call_ < CALLS_PER_LOOK; call_ += 1) {
      number += 1;
      await call(library, work, keys, number);
    }
  }
  return number;
}

async function walk(library) {
  let [likes, id, rows, ids] = [-1, 0, 0, 0];
  for (;;) {
    const page = await library.page(likes, id);
    if (page.length === 0) break;
    for (const post of page) {
      assert.ok(likes < post.likes || (likes === post.likes && id < post.id));
      [likes, id] = [post.likes, post.id];
      rows += 1;
      ids += id;
    }
  }
  assert.deepEqual([rows, ids], [POSTS, (POSTS * (POSTS + 1)) / 2]);
  return rows;
}

async function measured(library, work, milliseconds) {
  const many = work === "create-many" ? Array.from({ length: MANY_ROWS }, (_, at) => numbered(at + 1)) : [];
  const [start, cpu] = [process.hrtime.bigint(), process.cpuUsage()];
  let operations;
  if (work === "create-many") {
    await library.createMany(many);
    operations = MANY_ROWS;
  } else if (work === "walk") {
    operations = await walk(library);
  } else {
    operations = await calls(library, work, milliseconds);
  }
  const used = process.cpuUsage(cpu);
  return [operations, Number(process.hrtime.bigint() - start), (used.user + used.system) * 1_000];
}

const post = ({ authorId, ...rest }) => ({ author_id: authorId, ...rest });

async function checked(library, work, argument) {
  if (work === "find-by-id") return post(await library.findById(argument));
  if (work === "find-many") return (await library.findMany(argument)).map(post);
  const parents = await library.include(argument);
  return parents.map(({ posts, ...author }) => [author, posts.map(post)]);
}

const [engine, place] = process.argv.slice(2);
const library = new Library(engine === "sqlite" ? openSqlite(place) : openPostgres(place));
for await (const line of createInterface({ input: process.stdin })) {
  const [work, what, argument] = line.split(" ");
  const answer = await (what === "check" ? checked : measured)(library, work, Number(argument));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit();
