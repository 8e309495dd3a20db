/** The mark of the house: a lintel on columns. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="5.5" fill="var(--accent)" />
      <path
        fill="var(--on-accent)"
        d="M5 6h14v2.2H5zM6.2 9.6h2.6V18H6.2zM10.7 9.6h2.6V18h-2.6zM15.2 9.6h2.6V18h-2.6z"
      />
    </svg>
  );
}
