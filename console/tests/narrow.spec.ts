import type { Locator } from "@playwright/test";
import { at, expect, test } from "./support/test";

test.use({ viewport: { width: 390, height: 844 } });

/** Whether an element shows all of its text. */
function isWhole(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => element.scrollWidth <= element.clientWidth);
}

test("figures shrink until all their digits fit", async ({ page }) => {
  await page.route("**/api/v1/db/panels/revenue", (route) =>
    route.fulfill({
      json: {
        success: true,
        columns: [{ name: "revenue", kind: "f64" }],
        rows: [[987654321098.76]],
        row_count: 1,
        truncated: false,
        execution_time_ms: 1,
      },
    }),
  );
  await page.goto(at.shop("/"));
  const figure = page.getByText("987,654,321,098.76");
  await expect(figure).toBeVisible();
  expect(await isWhole(figure)).toBe(true);
});

test("a figure that fails says so on one line, and can be tried again", async ({ page }) => {
  let fails = true;
  await page.route("**/api/v1/db/panels/revenue", (route) =>
    fails
      ? route.fulfill({
          status: 400,
          json: { error: { code: "QUERY_FAILED", message: "no such table: sales" } },
        })
      : route.continue(),
  );
  await page.goto(at.shop("/"));
  const panel = page.getByRole("article", { name: "Revenue", exact: true });
  await expect(panel.getByRole("alert")).toContainText("no such table: sales");
  const again = panel.getByRole("button", { name: "Try again" });
  expect(await panel.evaluate((card) => card.scrollHeight <= card.clientHeight)).toBe(true);
  fails = false;
  await again.click();
  await expect(panel).toContainText(/€[\d,]+/);
});

test("the pager shows its range and its page whole", async ({ page }) => {
  await page.goto(at.shop("/d/shop/t/events"));
  const range = page.locator(".pager p");
  await expect(range).toContainText("1–50 of");
  expect(await isWhole(range)).toBe(true);
  const step = await page.locator(".pager-at").boundingBox();
  expect(step?.height).toBeLessThan(24);
});

test("the history stays on the screen", async ({ page }) => {
  await page.goto(at.music("/sql?db=music&q=SELECT+1"));
  await expect(page.getByText(/^1 row in/)).toBeVisible();
  await page.getByRole("button", { name: "History" }).click();
  const menu = await page.getByRole("menu", { name: "History" }).boundingBox();
  expect(menu?.x).toBeGreaterThanOrEqual(0);
  expect((menu?.x ?? 0) + (menu?.width ?? 0)).toBeLessThanOrEqual(390);
});

test("broken modules are told on the first page, for the tree is shut", async ({ page }) => {
  await page.route("**/api/v1/db/databases", async (route) => {
    const answer = await (await route.fetch()).json();
    const problem = { message: "syntax error", file: "modules/blog/models.sql", line: 4, expected: null };
    answer.modules = [{ name: "blog", database: null, state: "failed", problem }];
    await route.fulfill({ json: answer });
  });
  for (const path of [at.shop("/"), at.music("/")]) {
    await page.goto(path);
    await expect(page.getByRole("main").getByText("modules/blog/models.sql:4")).toBeVisible();
  }
});
