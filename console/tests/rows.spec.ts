import { at, column, download, expect, grid, search, test } from "./support/test";

test("a deep link holds filter, order and page", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks?seconds=gt.100&sort=-seconds&page=2&page_size=20"));
  await expect(page.getByText("21–40 of 117")).toBeVisible();
  expect((await column(page, 4)).slice(0, 2)).toEqual(["Track 207", "Track 206"]);
  await expect(page.getByRole("columnheader", { name: "seconds" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
});

test("a heading sorts up, down and not at all; shift adds a column", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks"));
  const artist = page.getByRole("columnheader", { name: "artist_id" }).getByRole("button");
  await artist.click();
  await expect.poll(() => search(page)).toBe("?sort=artist_id");
  await artist.click();
  await expect.poll(() => search(page)).toBe("?sort=-artist_id");
  await page
    .getByRole("columnheader", { name: "title" })
    .getByRole("button")
    .click({ modifiers: ["Shift"] });
  await expect.poll(() => search(page)).toBe("?sort=-artist_id,title");
  await expect.poll(async () => (await column(page, 4))[0]).toBe("Track 100");
  await artist.click();
  await expect.poll(() => search(page)).toBe("");
  await page.goBack();
  await expect.poll(() => search(page)).toBe("?sort=-artist_id,title");
  await expect.poll(async () => (await column(page, 4))[0]).toBe("Track 100");
});

test("a filter is added, edited and removed, and the address follows", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks?page=3"));
  await page.getByRole("button", { name: "Add a filter" }).click();
  await page.getByLabel("Column").selectOption("title");
  await page.getByLabel("Operator").selectOption("contains");
  await page.getByLabel("Value").fill("k 22");
  await page.keyboard.press("Enter");
  await expect(page.getByText("1–11 of 11")).toBeVisible();
  expect(search(page)).toBe("?title=ilike.*k+22*");
  await page.getByRole("button", { name: /^title contains/ }).click();
  await page.getByLabel("Operator").selectOption("starts");
  await page.getByLabel("Value").fill("Track 22");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect.poll(() => search(page)).toBe("?title=ilike.Track+22*");
  await page.getByRole("button", { name: "Remove the filter on title" }).click();
  await expect(page.getByText("1–50 of 230")).toBeVisible();
});

test("what no row meets is said, with a way out", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks?title=eq.none"));
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await expect(page.getByText("1–50 of 230")).toBeVisible();
  await page.goto(at.music("/d/music/t/hollow"));
  await expect(page.getByText("There are no rows yet.")).toBeVisible();
});

test("the pager walks, and its size starts anew", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks"));
  await page.getByRole("button", { name: "Last page" }).click();
  await expect(page.getByText("201–230 of 230")).toBeVisible();
  await expect(page.getByRole("button", { name: "Next page" })).toBeDisabled();
  await page.getByLabel("Rows per page").selectOption("100");
  await expect(page.getByText("1–100 of 230")).toBeVisible();
  expect(search(page)).toBe("?page_size=100");
  await grid(page).focus();
  await page.keyboard.press("Control+End");
  await expect(page.getByRole("gridcell", { name: "Track 100", exact: true })).toBeInViewport();
});

test("a foreign key of two columns leads to its row", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks?id=eq.3"));
  await page.getByRole("gridcell").getByRole("link").nth(1).click();
  await expect.poll(() => search(page)).toBe("?artist_id=eq.1&number=eq.2");
  await expect(page.getByText("1–1 of 1", { exact: true })).toBeVisible();
  expect(await column(page, 3)).toEqual(["( )"]);
});

test("enter opens the record, arrows move it, escape gives the grid its focus back", async ({ page }) => {
  await page.goto(at.music("/d/music/t/artists"));
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const record = page.getByRole("complementary", { name: "Record of artists" });
  await expect(record).toContainText("9007199254740993");
  await expect(record).toContainText("12345678901234567890");
  await expect(record).toContainText("89 50 4e 47");
  await page.keyboard.press("ArrowDown");
  await expect(record).toContainText("Guns N' Roses");
  await page.keyboard.press("Escape");
  await expect(record).toHaveCount(0);
  await expect(grid(page)).toBeFocused();
  await page.getByRole("gridcell", { name: "Sigur Rós" }).click();
  await record.getByRole("link", { name: "albums" }).click();
  await expect(page).toHaveURL(at.music("/d/music/t/albums?artist_id=eq.1"));
});

test("texts are texts: markup does nothing, NULL is not empty, digits are exact", async ({ page }) => {
  await page.goto(at.music("/d/music/t/artists"));
  await expect(page.getByRole("gridcell", { name: "<img src=x" })).toBeVisible();
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  expect(await column(page, 4)).toContain("9007199254740993");
  expect((await column(page, 3)).slice(2)).toEqual(["NULL", "JP", ""]);
  expect((await column(page, 6)).slice(0, 3)).toEqual(["8 bytes", "NULL", "0 bytes"]);
  await page.goto(
    at.music(`/d/music/t/${encodeURIComponent('odd "name"')}?filter.page=gt.1&sort=%22a%2Cb%22`),
  );
  await expect(page.getByText("1–2 of 2", { exact: true })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "loose" })).toHaveClass(/num/);
});

test("a cell is copied by the keyboard", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(at.music("/d/music/t/artists"));
  await grid(page).focus();
  for (const key of ["ArrowDown", "ArrowRight", "Control+c"]) await page.keyboard.press(key);
  await expect(page.getByText("Cell copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("Sigur Rós");
});

test("a page is exported as CSV by RFC 4180 and as exact JSON", async ({ page }) => {
  await page.goto(at.music("/d/music/t/artists?id=in.(1,5)&sort=-id"));
  await expect(page.getByText("1–2 of 2", { exact: true })).toBeVisible();
  const csv = await download(page, "Download CSV");
  expect(csv.name).toBe("artists.csv");
  expect(csv.text.startsWith("id,name,country,plays,notes,portrait\r\n5,")).toBe(true);
  expect(csv.text).toContain('5,"Comma, ""Quote""\nand a second line","",0,,\r\n');
  const json = await download(page, "Download JSON");
  expect(json.text).toContain('"plays": 9007199254740993');
});

test("a column keeps the width that the pointer gave it", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks"));
  const heading = page.getByRole("columnheader", { name: "title" });
  const before = (await heading.boundingBox())?.width ?? 0;
  const edge = await heading.locator(".grid-edge").boundingBox();
  if (!edge) throw new Error("no edge");
  await page.mouse.move(edge.x + 4, edge.y + 10);
  await page.mouse.down();
  await page.mouse.move(edge.x + 84, edge.y + 10, { steps: 4 });
  await page.mouse.up();
  expect((await heading.boundingBox())?.width).toBe(before + 80);
  await page.reload();
  expect((await heading.boundingBox())?.width).toBe(before + 80);
  expect(search(page)).toBe("");
});

test("a failure stands in its place with code and id, and can be tried again", async ({ page }) => {
  await page.goto(at.music("/d/music/t/tracks?nope=eq.1"));
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("nope");
  await expect(alert.getByRole("button", { name: /^id/ })).toBeVisible();
  let calls = 0;
  await page.route(/tables\/tracks\?/, (route) => {
    calls += 1;
    return route.continue();
  });
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => calls).toBe(1);
});
