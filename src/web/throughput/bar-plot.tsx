import { rateText } from "../page/figures.js";
import { useWidth } from "../page/use-width.js";
import { niceCeiling, tickText, timeTicks } from "./plot-scale.js";

/** What one bar stands for: a value over a stretch of time, some of it bad. */
export interface Bar {
  readonly startMs: number;
  readonly endMs: number;
  readonly value: number;
  readonly bad: number;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const HEIGHT = 128;
const TOP = 6;
const LEFT = 46;
const BOTTOM = 20;
const PIXELS_PER_TICK = 90;

/** Bars over time; where there is nothing, there is no bar. `text` says all of it in words, to those who can't see it. */
export function BarPlot(props: {
  readonly name: string;
  readonly text: string;
  readonly bars: readonly Bar[];
  readonly shaded: readonly Span[];
  /** The bar that is pointed at, or null. */
  readonly at: number | null;
  readonly onAt: (at: number | null) => void;
}) {
  const { bars, at, onAt } = props;
  const [element, width] = useWidth<HTMLElement>();
  const point = (event: MouseEvent) => {
    const x = event.offsetX - LEFT;
    const bar = Math.floor((x / (width - LEFT)) * bars.length);
    onAt(bar >= 0 && bar < bars.length ? bar : null);
  };
  return (
    <figure ref={element}>
      <figcaption>{props.name}</figcaption>
      {width > LEFT && (
        <svg
          class="plot"
          role="img"
          aria-label={props.text}
          width={width}
          height={HEIGHT}
          onMouseMove={point}
          onMouseLeave={() => {
            onAt(null);
          }}
        >
          <Drawing bars={bars} width={width} at={at} shaded={props.shaded} />
        </svg>
      )}
    </figure>
  );
}

function Drawing(props: {
  readonly bars: readonly Bar[];
  readonly shaded: readonly Span[];
  readonly width: number;
  readonly at: number | null;
}) {
  const { bars, shaded, width, at } = props;
  const startMs = bars[0]?.startMs ?? 0;
  const spanMs = Math.max(1, (bars.at(-1)?.endMs ?? 1) - startMs);
  const top = niceCeiling(Math.max(...bars.map(({ value }) => value)));
  const x = (ms: number) => LEFT + ((ms - startMs) / spanMs) * (width - LEFT);
  const y = (value: number) =>
    HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const pointed = at === null ? undefined : bars[at];
  const band = (className: string, { startMs: from, endMs: to }: Span) => (
    <rect
      key={from}
      class={className}
      x={x(Math.max(from, startMs))}
      width={Math.max(1, x(Math.min(to, startMs + spanMs)) - x(from))}
      y={TOP}
      height={HEIGHT - TOP - BOTTOM}
    />
  );
  return (
    <>
      {shaded.map((span) => band("paused", span))}
      {pointed !== undefined && band("pointed", pointed)}
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line class="grid" x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {rateText(value)}
          </text>
        </g>
      ))}
      <path class="bars" d={outlineOf(bars, x, y, ({ value }) => value)} />
      <path class="bad-bars" d={outlineOf(bars, x, y, ({ bad }) => bad)} />
      <TimeAxis startMs={startMs} spanMs={spanMs} x={x} width={width} />
    </>
  );
}

function TimeAxis(props: {
  readonly startMs: number;
  readonly spanMs: number;
  readonly x: (ms: number) => number;
  readonly width: number;
}) {
  const { startMs, spanMs, x, width } = props;
  const most = Math.floor((width - LEFT) / PIXELS_PER_TICK);
  return timeTicks(startMs, startMs + spanMs, most).map((atMs) => (
    <text
      key={atMs}
      // At the right edge a text would be cut off.
      x={Math.min(x(atMs), width - PIXELS_PER_TICK / 3)}
      y={HEIGHT - 4}
      text-anchor="middle"
    >
      {tickText(atMs, spanMs)}
    </text>
  ));
}

/** All bars as one path, a pixel apart where they are wide enough to spare it. */
function outlineOf(
  bars: readonly Bar[],
  x: (ms: number) => number,
  y: (value: number) => number,
  valueOf: (bar: Bar) => number,
): string {
  const base = y(0);
  return bars
    .filter((bar) => valueOf(bar) > 0)
    .map((bar) => {
      const left = x(bar.startMs);
      const full = x(bar.endMs) - left;
      const wide = Math.max(1, full > 3 ? full - 1 : full);
      const top = Math.min(base - 1, y(valueOf(bar)));
      return `M${left.toFixed(1)} ${base.toFixed(1)}V${top.toFixed(1)}h${wide.toFixed(1)}V${base.toFixed(1)}z`;
    })
    .join("");
}
