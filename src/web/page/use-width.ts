import { type RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** How wide an element is, in CSS pixels, as it is laid out and whenever that changes; 0 before. */
export function useWidth<E extends HTMLElement>(): readonly [
  RefObject<E | null>,
  number,
] {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(() => {
      setWidth(current.clientWidth);
    });
    observer.observe(current);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [element, width];
}
