export interface RecoveryCodesSheet {
  readonly title: string;
  /** Whose codes, on which server. */
  readonly account: string;
  readonly help: string;
  readonly codes: readonly string[];
}

/** The codes as a text file: what they are and for what, then one on each line. */
export function recoveryCodesText({ title, account, help, codes }: RecoveryCodesSheet): string {
  return `${title}\n${account}\n${help}\n\n${codes.join('\n')}\n`;
}
