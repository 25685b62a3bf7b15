interface Named {
  readonly text: string;
  readonly detail?: string | undefined;
}

/** The commands all of whose typed words occur; those that begin with what is typed come first. */
export function fitting<Item extends Named>(commands: readonly Item[], typed: string): Item[] {
  const whole = typed.trim().toLowerCase();
  const words = whole.split(/\s+/).filter(Boolean);
  const found = commands.filter(({ text, detail = '' }) => {
    const all = `${text} ${detail}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const isFirst = ({ text }: Item): boolean => text.toLowerCase().startsWith(whole);
  return [...found.filter(isFirst), ...found.filter((item) => !isFirst(item))];
}
