const PLACE = '{number}';

/** An address of http or https with `{number}` in it, as a template. Throws RangeError for anything else. */
export function parseHelpDeskUrl(value: string): string {
  const template = value.trim();
  const example = URL.parse(helpDeskUrlOf(template, 'SUP-1'));
  const isAddress = example !== null && /^https?:$/.test(example.protocol) && !example.username && !example.password;
  if (isAddress && template.includes(PLACE)) return template;
  throw new RangeError('must be an address such as https://help.example.com/tickets/{number}');
}

/** Where the help desk has the ticket of this number. */
export function helpDeskUrlOf(template: string, number: string): string {
  return template.replaceAll(PLACE, () => encodeURIComponent(number));
}
