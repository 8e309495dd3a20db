export interface Colours {
  text: string;
  strong: string;
  line: string;
  tooltip: string;
  onTooltip: string;
  font: string;
  series: string[];
}

/** The colours of the page as a canvas takes them: `light-dark()` is resolved by the browser. */
export function colours(): Colours {
  const probe = document.createElement("span");
  document.body.append(probe);
  const read = (value: string) => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const found = {
    text: read("var(--text-3)"),
    strong: read("var(--text)"),
    line: read("var(--line)"),
    tooltip: read("light-dark(#26231f, #ebe8e2)"),
    onTooltip: read("light-dark(#ffffff, #1d1b18)"),
    font: getComputedStyle(document.body).fontFamily,
    series: [
      "var(--accent)",
      "light-dark(#b8691a, #e3a85f)",
      "light-dark(#5b63b7, #a3a9f0)",
      "light-dark(#a04a78, #e094ba)",
      "var(--text-3)",
    ].map(read),
  };
  probe.remove();
  return found;
}
