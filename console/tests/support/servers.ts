import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const START_MS = 15_000;
export const KEY = "a-key-of-the-tests";

/** The modules of the application whose migrations are tested, one for each test that runs some. */
export const MODULES = ["shown", "runs", "fails", "stops", "slow", "odd"];

/**
 * Starts the shop, the music and a server with a key, and an application with one and without; the tests
 * find them in the environment.
 */
export default async function start(): Promise<() => void> {
  const program = process.env.HYPOSTYLE_BIN;
  if (!program) throw new Error("Set HYPOSTYLE_BIN to the path of the program `hypostyle`.");
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  const music = join(folder, "music.db");
  const fixture = fileURLToPath(new URL("../fixtures/music.sql", import.meta.url));
  execFileSync(program, ["query", "-d", music, "--file", fixture], { stdio: "pipe" });
  const shop = join(folder, "shop.db");
  const serve = ["serve", "--database", `music=${music}`];
  const running: ChildProcess[] = [];
  const stop = () => {
    // A server asked politely would first finish the statements that the tests left.
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    process.env.SHOP_URL = await url(program, ["demo", "--path", shop, "--orders", "2000"], folder, running);
    process.env.MUSIC_URL = await url(program, serve, folder, running);
    const app = ["serve", "--folder", application(folder)];
    process.env.APP_FOLDER = join(folder, "app");
    process.env.APP_URL = await url(program, [...app, "--api-key", KEY], folder, running);
    process.env.OPEN_APP_URL = await url(program, app, folder, running);
    process.env.KEYED_URL = await url(program, [...serve, "--api-key", KEY], folder, running);
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

/** Writes an application whose modules have one migration each, which starting applies. */
function application(folder: string): string {
  const app = join(folder, "app");
  for (const module of MODULES) {
    const migrations = join(app, "modules", module, "migrations");
    mkdirSync(migrations, { recursive: true });
    writeFileSync(join(app, "modules", module, "models.sql"), `-- database: ${module}\n`);
    writeFileSync(
      join(migrations, "V001__items.sql"),
      "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT);\n",
    );
  }
  writeFileSync(join(app, "hypostyle.toml"), 'name = "shown"\n');
  return app;
}

/** Starts a server on a free port, and answers its address once it says it. */
function url(program: string, args: string[], cwd: string, running: ChildProcess[]): Promise<string> {
  // An application takes every variable of this kind for a setting of its own.
  const { HYPOSTYLE_BIN: _, ...env } = process.env;
  const child = spawn(program, [...args, "--listen", "127.0.0.1:0", "--json"], { cwd, env });
  running.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`no address: ${said}`)), START_MS);
    const hear = (data: Buffer) => {
      said += data;
      const found = /"url":\s*"([^"]+)"/.exec(said);
      if (!found?.[1]) return;
      clearTimeout(late);
      resolve(found[1]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${program} ended with ${code}: ${said}`)));
  });
}
