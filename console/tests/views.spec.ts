import { KEY } from "./support/servers";
import { at, expect, test } from "./support/test";

test("the overview shows figures, charts and a table, each with its statement", async ({ page }) => {
  await page.goto(at.shop("/"));
  await expect(page).toHaveTitle("Overview · Hypostyle");
  const revenue = page.getByRole("article", { name: "Revenue", exact: true });
  await expect(revenue).toContainText(/€[\d,]+/);
  const chart = page.getByRole("article", { name: "Revenue by month" });
  await expect(chart.getByRole("img", { name: /line chart of revenue over \d+ values/ })).toBeVisible();
  await chart.getByRole("button", { name: "Show Revenue by month as a table" }).click();
  await expect(chart.getByRole("row").nth(1)).toContainText("2024-01");
  await chart.getByRole("link", { name: "Open Revenue by month in the editor" }).click();
  await expect(page).toHaveURL(/\/sql\?db=shop&q=SELECT/);
  await expect(page.getByText(/^24 rows in/)).toBeVisible();
});

test("without panels the overview lists databases and tables", async ({ page }) => {
  await page.goto(at.music("/"));
  await expect(page.getByRole("heading", { name: "Databases" })).toBeVisible();
  const row = page.getByRole("row", { name: /^tracks/ });
  await expect(row).toContainText("230");
  await expect(row).toContainText("albums");
  await row.getByRole("link", { name: "tracks", exact: true }).click();
  await expect(page).toHaveURL(at.music("/d/music/t/tracks"));
});

test("the schema shows columns, keys, indexes, checks and the statement", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks/schema"));
  await expect(page).toHaveTitle("tracks schema · music · Hypostyle");
  await expect(page.getByRole("row", { name: /^id/ })).toContainText("primary key");
  await expect(page.getByRole("row", { name: /^artist_id/ })).toContainText("→ albums");
  await expect(page.getByText("tracks_title")).toContainText("tracks_title");
  await expect(page.getByText("(title desc)")).toBeVisible();
  await expect(page.getByLabel("Definition in SQL")).toContainText("CREATE TABLE tracks");
  await page.getByRole("link", { name: "Schema of albums" }).click();
  await expect(page).toHaveURL(at.music("/d/music/t/albums/schema"));
  await page.getByRole("link", { name: "Schema of artists" }).click();
  await expect(page.getByText("plays >= 0", { exact: true })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(at.music("/d/music/t/albums/schema"));
});

test("health is looked up again and again until it is paused", async ({ page }) => {
  let calls = 0;
  await page.route("**/api/v1/db/health", (route) => {
    calls += 1;
    return route.continue();
  });
  await page.goto(at.music("/health"));
  const card = page.getByRole("article", { name: "music" });
  await expect(card).toContainText("ready");
  await expect(card).toContainText(/\d+ active, \d+ idle of \d+/);
  await expect(card).toContainText(/[\d.]+ queries\/s/);
  await expect.poll(() => calls).toBeGreaterThan(1);
  await page.getByRole("button", { name: "Pause" }).click();
  const before = calls;
  await page.waitForTimeout(2000);
  expect(calls).toBe(before);
});

test("a server with a key asks for it once", async ({ page }) => {
  await page.goto(at.keyed("/d/music/t/tracks?id=eq.7"));
  await expect(page).toHaveTitle(/^Sign in/);
  await page.getByLabel("API key").fill("wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("API key").fill(KEY);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("gridcell", { name: "Track 7" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("gridcell", { name: "Track 7" })).toBeVisible();
});

test("a late refusal of an earlier key asks for nothing", async ({ page }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/v1/db/databases", async (route) => {
    if (route.request().headers().authorization === "Bearer wrong") await released;
    await route.continue();
  });
  await page.goto(at.keyed("/d/music/t/tracks?id=eq.7"));
  await page.getByLabel("API key").fill("wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("API key").fill(KEY);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("gridcell", { name: "Track 7" })).toBeVisible();
  const refused = page.waitForResponse((response) => response.status() === 401);
  release();
  await refused;
  await page.waitForTimeout(300);
  await expect(page.getByRole("gridcell", { name: "Track 7" })).toBeVisible();
  await expect(page.getByLabel("API key")).toHaveCount(0);
});
