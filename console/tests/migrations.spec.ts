import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { KEY } from "./support/servers";
import { at, expect, test, violations } from "./support/test";

/** Writes a migration of a module, whose server is running. */
function write(module: string, name: string, text: string): void {
  writeFileSync(join(process.env.APP_FOLDER ?? "", "modules", module, "migrations", name), text);
}

/** Keeps all others from writing to a database until it ends: a run waits for it. */
async function hold(module: string): Promise<ChildProcessWithoutNullStreams> {
  const file = join(process.env.APP_FOLDER ?? "", "data", "database", `${module}.db`);
  const shell = spawn(process.env.HYPOSTYLE_BIN ?? "", ["shell", "-d", file]);
  shell.stdin.write("BEGIN IMMEDIATE;\nCREATE TABLE held (a);\n");
  await new Promise((resolve) =>
    shell.stdout.on("data", (said) => /CREATE/.test(`${said}`) && resolve(said)),
  );
  return shell;
}

/** Opens the migrations of a module with the key of the server. */
async function open(page: Page, module: string): Promise<void> {
  await page.addInitScript((key) => sessionStorage.setItem("hypostyle.key", key), KEY);
  await page.goto(at.app(`/d/${module}/migrations`));
  await page.getByRole("heading", { name: `Migrations of ${module}` }).waitFor();
}

const state = (page: Page) => page.getByRole("region", { name: "State of the migrations" });

const row = (page: Page, file: string) => page.getByRole("row").filter({ hasText: file }).first();

test.beforeAll(() => {
  write("shown", "V002__notes.sql", "ALTER TABLE item ADD COLUMN note TEXT;\nDELETE FROM item;\n");
  write("shown", "R__names.sql", "CREATE VIEW names AS SELECT name FROM item;\n");
});

test("what is pending stands first with its SQL, and runs once its loss is confirmed", async ({ page }) => {
  write("runs", "V002__notes.sql", "ALTER TABLE item ADD COLUMN note TEXT;\nDELETE FROM item;\n");
  write("runs", "V003__tags.sql", "CREATE TABLE tag (id INTEGER PRIMARY KEY);\n");
  await open(page, "runs");
  await expect(state(page)).toContainText("2 pending");
  await expect(state(page)).toContainText("The schema is at version 001.");
  await expect(page.getByRole("row").nth(1)).toContainText("V002__notes.sql");
  await expect(page.getByLabel("SQL of V002__notes.sql").and(page.locator(".cm-content"))).toContainText(
    "ALTER TABLE item ADD COLUMN note TEXT;",
  );
  await expect(page.getByText("Statement 2 deletes every row: DELETE FROM item")).toBeVisible();

  await page.getByRole("button", { name: "Run 2 migrations…" }).click();
  const dialog = page.getByRole("dialog", { name: "Run 2 migrations" });
  await expect(dialog.getByRole("listitem").first()).toContainText("V002__notes.sql");
  await expect(dialog).toContainText("V002__notes.sql, statement 2 deletes every row");
  const run = dialog.getByRole("button", { name: "Run 2 migrations" });
  await expect(run).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Run 2 migrations…" })).toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByRole("textbox").fill("runs");
  await run.click();

  await expect(state(page)).toContainText("Up to date");
  await expect(state(page)).toContainText(/Applied 2 migrations in [\d.]+ m?s/);
  await expect(row(page, "V003__tags.sql")).toContainText("applied");
  await expect(row(page, "V003__tags.sql")).toContainText(/[\d.]+ m?s/);
  await expect(page.getByRole("button", { name: /^Run/ })).toHaveCount(0);
  await page.getByLabel("Filter tables").fill("tag");
  await expect(page.getByRole("treeitem", { name: /^tag/ })).toBeVisible();
});

test("a file that fails is told with its line, and runs once it is mended", async ({ page }) => {
  write("fails", "V002__broken.sql", "CREATE TABLE half (id INTEGER);\n\nINSERT INTO nope VALUES (1);\n");
  await open(page, "fails");
  await page.getByRole("button", { name: "Run 1 migration…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run 1 migration" }).click();
  const failure = page.getByRole("main").getByRole("alert");
  await expect(failure).toContainText("V002__broken.sql:3: no such table: nope. Nothing of the file remains");
  await expect(failure).toContainText("line 3");
  await expect(state(page)).toContainText("1 pending");
  await page.reload();
  await expect(failure).toContainText("V002__broken.sql:3");

  write("fails", "V002__broken.sql", "CREATE TABLE half (id INTEGER);\n");
  await page.getByRole("button", { name: "Look again" }).click();
  await expect(page.getByText("1 statement in one transaction")).toBeVisible();
  await page.getByRole("button", { name: "Run 1 migration…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run 1 migration" }).click();
  await expect(state(page)).toContainText("Up to date");
  await expect(failure).toHaveCount(0);
});

test("a file that stopped in the middle says where, and is resumed", async ({ page }) => {
  const text = (word: string) =>
    `-- no-transaction\nCREATE TABLE one (id INTEGER);\nCREATE ${word} two (id INTEGER);\n`;
  write("stops", "V002__stops.sql", text("TABEL"));
  await open(page, "stops");
  await expect(page.getByText("2 statements, each for itself: no transaction")).toBeVisible();
  await page.getByRole("button", { name: "Run 1 migration…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run 1 migration" }).click();
  await expect(state(page)).toContainText("V002 stopped at statement 2 of 2");
  await expect(row(page, "V002__stops.sql")).toContainText("stopped");

  write("stops", "V002__stops.sql", text("TABLE"));
  await page.getByRole("button", { name: "Resume…" }).click();
  const dialog = page.getByRole("dialog", { name: "Resume V002" });
  await expect(dialog.getByRole("radio", { name: "The schema tells whether it ran" })).toBeChecked();
  await dialog.getByRole("button", { name: "Resume V002" }).click();
  await expect(state(page)).toContainText("Up to date");
});

test("how far a run is shows wherever the page is open", async ({ page, context }) => {
  write("slow", "V002__tags.sql", "CREATE TABLE tag (id INTEGER PRIMARY KEY);\n");
  const held = await hold("slow");
  await open(page, "slow");
  const other = await context.newPage();
  await page.getByRole("button", { name: "Run 1 migration…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run 1 migration" }).click();
  await expect(state(page)).toContainText("Running 1 of 1");
  await open(other, "slow");
  for (const one of [page, other]) {
    await expect(state(one)).toContainText("V002__tags.sql");
    await expect(one.getByRole("progressbar")).toHaveAttribute("value", "0");
    await expect(one.getByRole("button", { name: "Running…" })).toHaveAttribute("aria-disabled", "true");
  }
  held.stdin.end("ROLLBACK;\n");
  for (const one of [page, other]) await expect(state(one)).toContainText("Up to date");
});

test("a file that was changed keeps all others from running, and says what to do", async ({ page }) => {
  write("odd", "V001__items.sql", "CREATE TABLE other (id INTEGER);\n");
  write("odd", "V002__tags.sql", "CREATE TABLE tag (id INTEGER PRIMARY KEY);\n");
  await open(page, "odd");
  await expect(state(page)).toContainText("1 file does not fit what was applied");
  await expect(row(page, "V001__items.sql")).toContainText("changed since");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("restore the file");
  await expect(page.getByRole("button", { name: /^Run/ })).toHaveCount(0);
});

test("a server without a key shows what is pending, and which setting lets it run", async ({ page }) => {
  await page.goto(at.openApp("/d/shown/migrations"));
  await expect(state(page)).toContainText("2 pending");
  await expect(page.getByRole("main")).toContainText("Set api_key under [server] in hypostyle.toml");
  await expect(page.getByRole("button", { name: /^Run/ })).toHaveCount(0);
});

test("the page is reached by key, palette, top bar and from its database", async ({ page }) => {
  const url = at.openApp("/d/shown/migrations");
  await page.goto(at.openApp("/"));
  await page.getByRole("treeitem", { name: /^shown/ }).waitFor();
  await page.keyboard.press("m");
  await expect(page).toHaveURL(url);
  const top = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Migrations" });
  await expect(top).toHaveAttribute("aria-current", "page");
  await page.goto(at.openApp("/health"));
  await top.click();
  await expect(page).toHaveURL(url);
  await page.goto(at.openApp("/d/shown"));
  await page.getByRole("main").getByRole("link", { name: "Migrations", exact: true }).click();
  await expect(page).toHaveURL(url);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("migrations runs");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(at.openApp("/d/runs/migrations"));
  await page.getByLabel("Filter tables").pressSequentially("m");
  await expect(page.getByLabel("Filter tables")).toHaveValue("m");
});

test("a database without migrations has no such page", async ({ page }) => {
  await page.goto(at.music("/"));
  await page.getByRole("row", { name: /^tracks/ }).waitFor();
  await expect(page.getByRole("link", { name: "Migrations" })).toHaveCount(0);
  await page.keyboard.press("m");
  await expect(page).toHaveURL(at.music("/"));
});

test("the SQL folds away by keyboard, and nothing scrolls sideways on a narrow screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "shown");
  const sql = page.getByLabel("SQL of V002__notes.sql").and(page.locator(".cm-content"));
  await expect(sql).toBeVisible();
  const wide = await page.getByRole("region", { name: "Migrations of shown" }).evaluate((element) => {
    return element.scrollWidth - element.clientWidth;
  });
  expect(wide).toBe(0);
  const fold = page.getByRole("button", { name: "SQL of V002__notes.sql" });
  await fold.focus();
  await page.keyboard.press("Enter");
  await expect(sql).toBeHidden();
  await expect(fold).toHaveAttribute("aria-expanded", "false");
});

test("axe has nothing against the migrations and their dialog, light or dark, wide or narrow", async ({
  page,
}) => {
  await open(page, "shown");
  await expect(page.locator(".cm-content").first()).toBeVisible();
  const check = async () => {
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: "light" });
  };
  await check();
  await page.getByRole("button", { name: "Run 2 migrations…" }).click();
  await page.getByRole("dialog").waitFor();
  await check();
});
