import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
  text: string;
  engine: string;
  label: string;
}

/** SQL to be read; the highlighting comes later than the page, so the plain text stands there until then. */
export function SqlText({ text, engine, label }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let destroy: (() => void) | null = null;
    let gone = false;
    import("../sql/viewer").then(({ createViewer }) => {
      if (gone || !box.current) return;
      destroy = createViewer({ parent: box.current, text, engine, label });
      setReady(true);
    });
    return () => {
      gone = true;
      destroy?.();
      setReady(false);
    };
  }, [text, engine, label]);
  return (
    <div class="migration-sql">
      <div ref={box} />
      {!ready && (
        <pre class="migration-sql-wait" tabIndex={0} aria-label={label}>
          {text}
        </pre>
      )}
    </div>
  );
}
