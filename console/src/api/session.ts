import { signal } from "@preact/signals";

const NAME = "hypostyle.key";

/** Whether the server refused a call for want of a key. */
export const keyWanted = signal(false);

/** Grows with every new key, so that what failed without it loads again. */
export const keyEpoch = signal(0);

export function key(): string | null {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return memory;
  }
}

/** Keeps the key as long as the tab lives. */
export function setKey(value: string): void {
  memory = value;
  try {
    sessionStorage.setItem(NAME, value);
  } catch {
    // Storage may be switched off: the key then lives as long as the page.
  }
  keyWanted.value = false;
  keyEpoch.value += 1;
}

/** Asks for another key, unless one was given since the refused call began. */
export function refuse(used: string | null): void {
  if (used === key()) keyWanted.value = true;
}

let memory: string | null = null;
