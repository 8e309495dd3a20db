import type { Page } from "@playwright/test";
import { at, expect, grid, test, violations } from "./support/test";

const VIEWS: [string, string, (page: Page) => Promise<unknown>][] = [
  ["overview", at.shop("/"), (page) => page.getByRole("img", { name: /bar chart/ }).waitFor()],
  ["start", at.music("/"), (page) => page.getByRole("row", { name: /^tracks/ }).waitFor()],
  ["rows", at.music("/d/music/t/artists?id=gt.0&sort=id"), openRecord],
  ["schema", at.music("/d/music/t/albums/schema"), (page) => page.getByLabel("Definition in SQL").waitFor()],
  ["sql", at.music("/sql?db=music&q=SELECT+*+FROM+tracks"), (page) => grid(page).waitFor()],
  ["failure", at.music("/sql?db=music&q=SELECT+nope"), (page) => page.getByRole("alert").waitFor()],
  ["health", at.music("/health"), (page) => page.getByText("queries/s").waitFor()],
  ["palette", at.music("/health"), openPalette],
  ["key", at.keyed("/"), (page) => page.getByLabel("API key").waitFor()],
];

for (const [name, url, ready] of VIEWS) {
  test(`axe has nothing against ${name}, light or dark, wide or narrow`, async ({ page }) => {
    await page.goto(url);
    await ready(page);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await violations(page)).toEqual([]);
  });
}

async function openRecord(page: Page): Promise<void> {
  await page.getByRole("gridcell", { name: "Sigur Rós" }).click();
  await page.getByRole("complementary", { name: "Record of artists" }).waitFor();
}

async function openPalette(page: Page): Promise<void> {
  await page.getByText("queries/s").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("option").first().waitFor();
}
