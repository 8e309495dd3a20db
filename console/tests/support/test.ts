import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test as base, expect, type Locator, type Page } from "@playwright/test";

export { expect };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Addresses of the servers that the global setup started. */
export const at = {
  shop: (path: string) => process.env.SHOP_URL + path,
  music: (path: string) => process.env.MUSIC_URL + path,
  keyed: (path: string) => process.env.KEYED_URL + path,
  app: (path: string) => process.env.APP_URL + path,
  openApp: (path: string) => process.env.OPEN_APP_URL + path,
};

/** A page on which every error of the console fails the test; answers of 4xx are no such errors. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
      errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await use(page);
    expect(errors).toEqual([]);
  },
});

export function grid(page: Page): Locator {
  return page.getByRole("grid");
}

/** The texts of a column from the top, as far as they are drawn. */
export function column(page: Page, number: number): Promise<string[]> {
  return page.locator(`[role="gridcell"][aria-colindex="${number}"]`).allInnerTexts();
}

/** The part of the address that a table's view keeps. */
export function search(page: Page): string {
  return decodeURIComponent(new URL(page.url()).search);
}

/** What axe has to say against the page. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } };
    interface Violation {
      id: string;
      nodes: { html: string; failureSummary: string }[];
    }
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
  });
}

/** The text of the file that a click hands over. */
export async function download(page: Page, item: string): Promise<{ name: string; text: string }> {
  await page.getByRole("button", { name: "Export" }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: item }).click();
  const file = await coming;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}
