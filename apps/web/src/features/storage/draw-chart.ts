import uPlot from 'uplot';
import { formatBytes } from '../../lib/format.js';
import type { ChartData } from './chart-data.js';

const HEIGHT = 300;
const Y_AXIS_WIDTH = 72;

export interface ChartOptions {
  readonly data: ChartData;
  readonly total: number;
  readonly language: string;
  /** Which sample the mouse is nearest to. */
  readonly onPoint: (index: number | null) => void;
}

/** Draws into the element, and again when it changes its width or the page its colours. */
export function drawChart(element: HTMLElement, { data, total, language, onPoint }: ChartOptions) {
  const colour = (name: string) => () => colourOf(element, `var(--${name})`);
  const axis = { stroke: colour('text-quiet'), grid: { stroke: colour('border'), width: 1 }, ticks: { show: false } };
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const line = (name: string, dash?: number[]): uPlot.Series => ({
    stroke: colour(name),
    width: 2,
    points: { show: false },
    ...(dash && { dash }),
  });

  const chart = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      series: [
        {},
        { ...line('accent'), fill: () => colourOf(element, 'color-mix(in srgb, var(--accent) 14%, transparent)') },
        line('accent', [3, 5]),
        line('warning', [8, 6]),
        line('danger'),
      ],
      scales: { y: { range: (plot) => [0, Math.max(total, ...lastOf(plot))] } },
      axes: [
        {
          ...axis,
          // Below the zero of the other axis.
          size: 36,
          gap: 9,
          space: 72,
          values: (_, times) => times.map((time) => day.format(time * 1_000)),
          incrs: DAY_STEPS,
        },
        { ...axis, size: Y_AXIS_WIDTH, values: (_, sizes) => sizes.map((size) => formatBytes(size, language)) },
      ],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { show: false } },
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
    },
    data,
    element,
  );

  const size = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
  size.observe(element);
  const redraw = (): void => chart.redraw(false);
  const theme = new MutationObserver(redraw);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', redraw);
  const remove = (): void => {
    size.disconnect();
    theme.disconnect();
    system.removeEventListener('change', redraw);
    chart.destroy();
  };
  return { chart, remove };
}

const DAY = 86_400;
/** Marks of the time axis are whole days. */
const DAY_STEPS = [1, 2, 5, 7, 14, 30, 60, 90, 180].map((days) => days * DAY);

/** The thresholds may belong to a storage that has grown since the chart was made. */
function lastOf({ data }: uPlot): number[] {
  return data.slice(1).flatMap((values) => values.at(-1) ?? []);
}

/** A canvas knows no variables and no `light-dark()`: asks the page what the colour is here and now. */
function colourOf(element: HTMLElement, value: string): string {
  element.style.color = value;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}
