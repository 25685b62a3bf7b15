/** A column of a table, as it is offered to be chosen. */
export interface Column<Id extends string = string> {
  readonly id: Id;
  readonly text: string;
  /** Always shown: without it a row could not be recognised. */
  readonly isNeeded?: boolean;
}

/** What somebody made of the columns of one table. */
export interface ColumnChoice {
  readonly hidden: readonly string[];
  /** In CSS pixels; empty as long as each column takes what its content needs. */
  readonly widths: Readonly<Record<string, number>>;
}

export const UNCHANGED: ColumnChoice = { hidden: [], widths: {} };

/** Narrower ones could not be taken hold of any more. */
export const MIN_WIDTH = 48;
export const MAX_WIDTH = 800;
/** Of a column that came back after the others had got their widths. */
const USUAL_WIDTH = 160;

export function limitedWidth(width: number): number {
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Reads what the browser has kept; whatever else stands there counts as no choice. */
export function parseChoice(stored: string | null): ColumnChoice {
  let kept: unknown;
  try {
    kept = JSON.parse(stored ?? 'null');
  } catch {
    return UNCHANGED;
  }
  if (!isObject(kept)) return UNCHANGED;
  const hidden = Array.isArray(kept.hidden) ? kept.hidden.filter((id) => typeof id === 'string') : [];
  const widths = Object.entries(isObject(kept.widths) ? kept.widths : {}).flatMap(([id, width]) =>
    typeof width === 'number' && Number.isFinite(width) ? [[id, limitedWidth(width)] as const] : [],
  );
  return { hidden, widths: Object.fromEntries(widths) };
}

export function shownColumns<Of extends Column>(columns: readonly Of[], { hidden }: ColumnChoice): readonly Of[] {
  return columns.filter(({ id, isNeeded }) => isNeeded || !hidden.includes(id));
}

export function withColumnShown(choice: ColumnChoice, id: string, isShown: boolean): ColumnChoice {
  const others = choice.hidden.filter((hidden) => hidden !== id);
  return { ...choice, hidden: isShown ? others : [...others, id] };
}

/** Once one column has a width of its own, all have: `measured` are those they have now, so that none of them jumps. */
export function withWidth(
  choice: ColumnChoice,
  id: string,
  width: number,
  measured: Readonly<Record<string, number>>,
): ColumnChoice {
  return { ...choice, widths: { ...measured, ...choice.widths, [id]: limitedWidth(width) } };
}

/** How wide the columns are to be, in their order; undefined as long as nobody has moved one. */
export function widthsOf(ids: readonly string[], { widths }: ColumnChoice): readonly number[] | undefined {
  if (Object.keys(widths).length === 0) return undefined;
  return ids.map((id) => widths[id] ?? USUAL_WIDTH);
}
