const SCHEMES = ['http:', 'https:', 'syslog:', 'syslog+tcp:', 'syslog+udp:', 'syslog+tls:'];

/** Whether a drain can have it as far as its form goes; whether the place may be reached, the shuttle knows. */
export function isReceiverUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return SCHEMES.includes(protocol) && hostname !== '';
}
