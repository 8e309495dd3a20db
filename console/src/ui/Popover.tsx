import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
  /** The content of the button. */
  button: ComponentChildren;
  label: string;
  buttonClass?: string;
  align?: "start" | "end";
  class?: string;
  /** Whether the panel holds only `.menu-item`s, walked by arrow keys. */
  menu?: boolean;
  disabled?: boolean;
  /** Whether the content of the button is its name. */
  spoken?: boolean;
  children: (close: () => void) => ComponentChildren;
}

/** A button with a panel below it; Escape and a click elsewhere close it, the focus goes back. */
export function Popover({
  button,
  label,
  buttonClass = "button",
  align = "start",
  menu,
  disabled,
  spoken,
  ...rest
}: Props) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    anchor.current?.querySelector<HTMLElement>(".popover [data-autofocus], .popover .menu-item")?.focus();
    const outside = (event: PointerEvent) => {
      if (!anchor.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(anchor.current, event.key === "ArrowDown" ? 1 : -1);
    }
  };
  return (
    <div class="popover-anchor" ref={anchor} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={trigger}
        class={buttonClass}
        aria-label={spoken ? undefined : label}
        title={label}
        aria-haspopup={menu ? "menu" : "dialog"}
        aria-expanded={open}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div
          class={`popover ${align} ${rest.class ?? ""}`}
          role={menu ? "menu" : "dialog"}
          aria-label={label}
        >
          {rest.children(close)}
        </div>
      )}
    </div>
  );
}

function step(anchor: HTMLElement | null, by: number): void {
  const items = [...(anchor?.querySelectorAll<HTMLElement>(".menu-item") ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + by + items.length) % items.length]?.focus();
}
