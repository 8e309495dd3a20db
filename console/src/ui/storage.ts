/** Reads what was kept; `null` where nothing was, or storage is switched off. */
export function readStored<T>(name: string): T | null {
  try {
    const text = localStorage.getItem(name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** Keeps a value; full or switched-off storage loses it silently, for it is a comfort only. */
export function store(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A comfort only.
  }
}
