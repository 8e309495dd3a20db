import type { Page } from "@playwright/test";
import { at, column, download, expect, test } from "./support/test";

const ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";

function link(sql: string, db = "music"): string {
  return `/sql?${new URLSearchParams({ db, q: sql })}`;
}

async function write(page: Page, sql: string): Promise<void> {
  await page.getByRole("textbox", { name: "SQL statement" }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(sql);
}

test("ctrl-enter runs the statement, the address shares it", async ({ page }) => {
  await page.goto(at.music("/sql"));
  await write(page, "SELECT 1 AS a, NULL AS b, 9007199254740993 AS c");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText(/^1 row in/)).toBeVisible();
  expect(await column(page, 3)).toEqual(["9007199254740993"]);
  const shared = page.url();
  expect(new URL(shared).searchParams.get("q")).toBe("SELECT 1 AS a, NULL AS b, 9007199254740993 AS c");
  await page.goto(at.music("/health"));
  await page.goto(shared);
  await expect(page.getByText(/^1 row in/)).toBeVisible();
});

test("a selection runs alone", async ({ page }) => {
  await page.goto(at.music("/sql"));
  await write(page, "SELECT 'one' AS a;\nSELECT 'two' AS a");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("gridcell", { name: "two" })).toBeVisible();
});

test("a failure names its place and marks it in the editor", async ({ page }) => {
  await page.goto(at.music(link("SELECT id,\n  nope\nFROM tracks")));
  await expect(page.getByRole("alert")).toContainText("nope");
  await expect(page.getByRole("alert")).toContainText("line 2, column 3");
  await expect(page.locator(".cm-lintRange-error")).toHaveText("nope");
  await write(page, "SELECT 1");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(0);
});

test("a statement that would write is refused", async ({ page }) => {
  await page.goto(at.music(link("DELETE FROM tracks")));
  await expect(page.getByRole("alert")).toBeVisible();
  await page.goto(at.music("/d/music/t/tracks"));
  await expect(page.getByText("1–50 of 230")).toBeVisible();
});

test("cancel gives the editor back at once", async ({ page }) => {
  await page.goto(at.music(link(ENDLESS)));
  await expect(page.getByText(/^\d\.[2-9] s$/)).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Cancelled.")).toBeVisible();
  await write(page, "SELECT 'next' AS a");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("gridcell", { name: "next" })).toBeVisible();
});

test("cancel stops the statement in the engine too", async ({ page, request }) => {
  const running = async () => {
    const health = await (await request.get(at.shop("/api/v1/db/health"))).json();
    return health.databases[0].figures.in_flight as number;
  };
  await page.goto(at.shop(link(ENDLESS, "shop")));
  await expect(page.getByText(/^\d\.[2-9] s$/)).toBeVisible();
  expect(await running()).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(running).toBe(0);
});

test("many rows are drawn few at a time, and a cut result says so", async ({ page }) => {
  await page.goto(at.music(link("SELECT a.id, b.id AS b FROM tracks a, tracks b")));
  await expect(page.getByText("only the first 10,000 are shown")).toBeVisible();
  expect(await page.getByRole("row").count()).toBeLessThan(80);
  await page.getByRole("grid").focus();
  await page.keyboard.press("Control+ArrowDown");
  await expect(page.locator('[aria-rowindex="10001"]')).toBeInViewport();
});

test("the history brings a statement back", async ({ page }) => {
  await page.goto(at.music(link("SELECT 'first' AS a")));
  await expect(page.getByRole("gridcell", { name: "first" })).toBeVisible();
  await write(page, "SELECT 'second' AS a");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("gridcell", { name: "second" })).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "History" }).click();
  await page.getByRole("menuitem", { name: /first/ }).click();
  await expect(page.getByRole("gridcell", { name: "first" })).toBeVisible();
});

test("names are completed from the catalogue", async ({ page }) => {
  await page.goto(at.music("/sql"));
  await page.getByRole("treeitem", { name: /^tracks/ }).waitFor();
  await page.getByRole("textbox", { name: "SQL statement" }).click();
  await page.keyboard.type("SELECT * FROM album_l");
  await expect(page.locator(".cm-tooltip-autocomplete")).toContainText("album_lengths");
  await page.waitForTimeout(150);
  await page.keyboard.press("Tab");
  await expect(page.locator(".cm-line")).toHaveText("SELECT * FROM album_lengths");
});

test("a result is exported and drawn", async ({ page }) => {
  await page.goto(at.music(link("SELECT title, seconds, tracks AS title FROM album_lengths ORDER BY 1")));
  await page.getByRole("gridcell").first().waitFor();
  const { text } = await download(page, "Download JSON");
  expect(JSON.parse(text)).toContainEqual({ title: "教育", seconds: expect.any(Number), title_2: 57 });
  await page.getByRole("button", { name: "Chart" }).click();
  await expect(page.getByRole("img", { name: /^Result: bar chart of/ })).toBeVisible();
});

test("the edge above the results moves by keys", async ({ page }) => {
  await page.goto(at.music("/sql"));
  const edge = page.getByRole("separator", { name: "Height of the editor" });
  await edge.focus();
  await page.keyboard.press("ArrowDown");
  await expect(edge).toHaveAttribute("aria-valuenow", "224");
});

test("the longest number of a result is shown with all its digits", async ({ page }) => {
  const sql = "SELECT 1 AS n UNION ALL SELECT 9007199254740993 UNION ALL SELECT 2";
  await page.goto(at.music(`/sql?db=music&q=${encodeURIComponent(sql)}`));
  const number = page.getByRole("gridcell", { name: "9007199254740993" }).locator("span");
  await expect(number).toBeVisible();
  expect(await number.evaluate((cell) => cell.scrollWidth <= cell.clientWidth)).toBe(true);
});
