import { at, expect, test } from "./support/test";

test("the tree is walked by arrow keys and opens a table with enter", async ({ page }) => {
  await page.goto(at.shop("/"));
  await page.getByRole("treeitem", { name: /^customers/ }).waitFor();
  await page.keyboard.press("/");
  await expect(page.getByLabel("Filter tables")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("treeitem", { name: /^shop\s*sqlite/ })).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("treeitem")).toHaveCount(1);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("treeitem", { name: /^customers/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(at.shop("/d/shop/t/customers"));
  await expect(page).toHaveTitle("customers · shop · Hypostyle");
});

test("the filter keeps the tables that it names", async ({ page }) => {
  await page.goto(at.shop("/"));
  await page.getByLabel("Filter tables").fill("order");
  await expect(page.getByRole("treeitem", { name: /^order_lines/ })).toBeVisible();
  await expect(page.getByRole("treeitem", { name: /^customers/ })).toHaveCount(0);
  await page.getByLabel("Filter tables").fill("zzz");
  await expect(page.getByText("No table has such a name.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("treeitem", { name: /^customers/ })).toBeVisible();
});

test("the palette jumps to a table and gives the focus back when it closes", async ({ page }) => {
  await page.goto(at.shop("/health"));
  await page.getByRole("treeitem", { name: /^orders/ }).waitFor();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("top_p");
  await expect(page.getByRole("option").first()).toContainText("top_products");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("orders");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(at.shop("/d/shop/t/orders"));
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Health" })).toBeVisible();
});

test("a palette that was just closed opens again at once", async ({ page }) => {
  await page.goto(at.shop("/health"));
  await page.getByRole("treeitem", { name: /^orders/ }).waitFor();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  // Both keys in one task: nothing that waits for the browser to close the dialog comes between.
  await page.evaluate(() => {
    document.querySelector("dialog")?.requestClose();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
  });
  await expect(page.getByRole("combobox")).toBeVisible();
  await page.waitForTimeout(100);
  await expect(page.getByRole("combobox")).toBeVisible();
});

test("the theme follows the system until one is chosen, which is kept", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(at.shop("/health"));
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await ground()).toBe("rgb(22, 21, 20)");
  await page.getByRole("button", { name: "Use the light theme" }).click();
  expect(await ground()).toBe("rgb(255, 255, 255)");
  await page.reload();
  expect(await ground()).toBe("rgb(255, 255, 255)");
});

test("a question mark shows the shortcuts, the skip link leads to the view", async ({ page }) => {
  await page.goto(at.shop("/health"));
  await page.getByRole("heading", { name: "Health" }).waitFor();
  await page.keyboard.press("Tab");
  await expect(page.getByText("Skip to the content")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("on a narrow screen the tree is a drawer that a choice closes", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(at.shop("/"));
  const item = page.getByRole("treeitem", { name: /^products/ });
  await expect(item).toBeHidden();
  await page.getByRole("button", { name: "Databases and tables" }).click();
  await item.click();
  await expect(page).toHaveURL(at.shop("/d/shop/t/products"));
  await expect(item).toBeHidden();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBe(390);
});

test("an address without a view says so", async ({ page }) => {
  await page.goto(at.shop("/d/shop/x/y"));
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await page.goto(at.shop("/d/shop/t/nope"));
  await expect(page.getByRole("alert")).toContainText("There is no table nope in shop.");
});
