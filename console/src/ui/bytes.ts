/** How many bytes a base64 text stands for. */
export function byteCount(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return Math.max(0, (base64.length * 3) / 4 - padding);
}

/** `0 bytes`, `812 bytes`, `1.4 kB` */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} byte${bytes === 1 ? "" : "s"}`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The first bytes as pairs of hex digits. */
export function hex(base64: string, bytesMax: number): string {
  try {
    const start = atob(base64.slice(0, Math.ceil(bytesMax / 3) * 4));
    return Array.from(start.slice(0, bytesMax), (char) =>
      char.charCodeAt(0).toString(16).padStart(2, "0"),
    ).join(" ");
  } catch {
    return base64.slice(0, bytesMax);
  }
}
