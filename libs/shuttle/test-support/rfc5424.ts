/** A message of RFC 5424 taken apart, the text decoded. */
export interface ParsedPacket {
  readonly priority: number;
  readonly timestamp: string;
  readonly hostname: string;
  readonly appName: string;
  readonly structuredData: string;
  readonly message: string;
}

const NAME = '[^\\s="\\]]{1,32}';
const ELEMENT = `\\[${NAME}(?: ${NAME}="(?:[^"\\\\\\]]|\\\\["\\\\\\]])*")*\\]`;
const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?(?:Z|[+-]\\d\\d:\\d\\d)';
/** The grammar of section 6, written down from the RFC and not from the encoder. */
const MESSAGE = new RegExp(
  `^<(0|[1-9]\\d{0,2})>1 (-|${TIME}) ([!-~]{1,255}) ([!-~]{1,48}) [!-~]{1,128} [!-~]{1,32} (-|(?:${ELEMENT})+)(?: (.*))?$`,
  's',
);

/** Throws on anything that the RFC does not allow, and on bytes that are not UTF-8. */
export function parseRfc5424(packet: Buffer): ParsedPacket {
  const match = MESSAGE.exec(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(packet));
  if (!match) throw new Error(`Not a message of RFC 5424: ${packet.toString('latin1').slice(0, 400)}`);
  const [, priority = '', timestamp = '', hostname = '', appName = '', structuredData = '', message = ''] = match;
  if (Number(priority) > 191) throw new Error(`PRI ${priority} is above 191.`);
  if (timestamp !== '-' && Number.isNaN(Date.parse(timestamp))) throw new Error(`No such time: ${timestamp}`);
  return { priority: Number(priority), timestamp, hostname, appName, structuredData, message };
}
