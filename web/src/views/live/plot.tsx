/** @file A curve over epochs. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../../theme.ts';

/** In units of the page’s letters, which grow with the screen. */
const HEIGHT = 8.75;

/** In CSS pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

interface PlotProps {
  /** For those who do not see it. */
  readonly description: string;
  readonly epochs: readonly number[];
  /** One an epoch; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  readonly reference?: number | undefined;
  /** The axis goes from the first epoch to this, so that a curve grows into its place. */
  readonly lastEpoch: number;
  /** Epochs after which the pictures have changed: a dotted line each. */
  readonly marks: readonly number[];
  /** Marked with a line. */
  readonly epoch: number;
  /** Called with the epoch that is clicked. */
  readonly onPick: (epoch: number) => void;
}

export function Plot(props: PlotProps): JSX.Element {
  const { description, epochs, values } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  // The plot outlives renderings and must see the newest of them.
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = frame.current!;
    const made = new uPlot(optionsOf(sizeOf(element), latest), [[], []], element);
    plot.current = made;
    made.over.addEventListener('click', () => {
      const { epochs, onPick } = latest.current;
      const epoch = epochs[made.cursor.idx ?? -1];
      if (epoch !== undefined) onPick(epoch);
    });
    const resize = new ResizeObserver(() => made.setSize(sizeOf(element)));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
    };
  }, [theme.value]);
  useEffect(() => {
    plot.current?.setData([[...epochs], [...values]]);
  }, [epochs, values, props.epoch, props.lastEpoch, props.marks, theme.value]);

  return <div class="plot" ref={frame} role="img" aria-label={description} />;
}

function sizeOf({ clientWidth: width }: HTMLElement): Size {
  return { width, height: HEIGHT * Number.parseFloat(getComputedStyle(document.documentElement).fontSize) };
}

function optionsOf(size: Size, latest: { readonly current: PlotProps }): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const [text, line, accent] = [colour('--soft'), colour('--line'), colour('--accent')];
  const pixels = Number.parseFloat(style.fontSize) * 0.75;
  const axis: uPlot.Axis = {
    stroke: text,
    font: `${pixels}px system-ui, sans-serif`,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
  return {
    ...size,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'epochs' }, points: { size: 7 } },
    scales: {
      x: { time: false, range: () => [1, Math.max(2, latest.current.lastEpoch)] },
      y: { range: yRange(latest) },
    },
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], size: 1.9 * pixels, gap: 4 },
      {
        ...axis,
        size: 4.4 * pixels,
        gap: 6,
        space: 32,
        values: (_, ticks) => ticks.map((value) => latest.current.format(value)),
      },
    ],
    series: [{}, { stroke: accent, width: 2, points: { show: latest.current.lastEpoch <= 30, size: 5, fill: accent } }],
    hooks: {
      draw: [
        (plot) => {
          const { epoch, marks, reference } = latest.current;
          const x = plot.valToPos(epoch, 'x', true);
          const { left, top, width: wide, height: high } = plot.bbox;
          stroke(plot, text, [], [x, top, x, top + high]);
          for (const mark of marks) {
            const between = plot.valToPos(mark + 0.5, 'x', true);
            stroke(plot, text, [1, 3], [between, top, between, top + high]);
          }
          if (reference === undefined) return;
          const y = plot.valToPos(reference, 'y', true);
          stroke(plot, text, [4, 4], [left, y, left + wide, y]);
        },
      ],
    },
  };
}

/** All values and the reference, with air; a curve that hardly moves is not blown up to look as if it did. */
function yRange(latest: { readonly current: PlotProps }): uPlot.Range.Function {
  return () => {
    const { values, reference } = latest.current;
    const all = [...values, reference ?? null].filter((value) => value !== null);
    const [least, most] = all.length === 0 ? [0, 1] : [Math.min(...all), Math.max(...all)];
    const margin = Math.max(0.08 * (most - least), 0.01 * Math.abs(most), 1e-6);
    return [least - margin, most + margin];
  };
}

function stroke(
  { ctx }: uPlot,
  colour: string,
  dash: number[],
  [x0, y0, x1, y1]: [number, number, number, number],
): void {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
  ctx.restore();
}
