import { signal } from "@preact/signals";

const message = signal("");
let timer = 0;

/** Says a short thing for two seconds, to eyes and to screen readers. */
export function say(text: string): void {
  message.value = text;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    message.value = "";
  }, 2000);
}

export function Toast() {
  return (
    <div class="toast" role="status">
      {message.value}
    </div>
  );
}
