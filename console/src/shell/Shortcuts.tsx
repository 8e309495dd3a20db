import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { shortcutsOpen } from "./state";

const GROUPS: [string, [string, string[]][]][] = [
  [
    "Everywhere",
    [
      ["Search tables and pages", ["Ctrl", "K"]],
      ["Filter the tree", ["/"]],
      ["Migrations of the database", ["m"]],
      ["This list", ["?"]],
    ],
  ],
  [
    "Grid",
    [
      ["Move by cell, page, end", ["↑ ↓ ← →", "PgUp PgDn", "Home End"]],
      ["Open the record, or sort by a heading", ["Enter"]],
      ["Sort by a further column", ["Shift", "Enter"]],
      ["Copy the cell", ["Ctrl", "C"]],
      ["Resize the column of a heading", ["Alt", "← →"]],
    ],
  ],
  [
    "SQL",
    [
      ["Run the statement or the selection", ["Ctrl", "Enter"]],
      ["Complete a name", ["Ctrl", "Space"]],
      ["Leave the editor with the Tab key", ["Esc", "Tab"]],
    ],
  ],
];

export function Shortcuts() {
  if (!shortcutsOpen.value) return null;
  const close = () => {
    shortcutsOpen.value = false;
  };
  return (
    <Dialog label="Keyboard shortcuts" onClose={close}>
      <div class="shortcuts">
        <div class="row">
          <h2 class="grow">Keyboard shortcuts</h2>
          <button type="button" class="button quiet icon" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        {GROUPS.map(([name, keys]) => (
          <section key={name}>
            <h3>{name}</h3>
            <ul>
              {keys.map(([what, combination]) => (
                <li key={what}>
                  <span class="grow">{what}</span>
                  {combination.map((key) => (
                    <kbd key={key} class="kbd">
                      {key}
                    </kbd>
                  ))}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
