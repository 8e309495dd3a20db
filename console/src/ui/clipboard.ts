import { say } from "./toast";

/** Copies text, also where the clipboard API is missing, as on plain HTTP, or refuses. */
export async function copy(text: string, what: string): Promise<void> {
  const written = navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (!(await written)) {
    const put = (event: ClipboardEvent) => {
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    };
    document.addEventListener("copy", put, { once: true });
    document.execCommand("copy");
  }
  say(`${what} copied`);
}
