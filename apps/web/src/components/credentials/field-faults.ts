/** What the server says about a name, a password or a code, by the key of our own words for it. */
const FAULTS = {
  'must have at least 12 characters': 'too_short',
  'must have at most 1024 characters': 'too_long',
  'must not contain the user name, the product or the server': 'contains_name',
  'is one of the passwords that are tried first': 'guessable',
  'must have 1 to 150 characters': 'name_length',
  'may have letters, digits and @.+_- and begins with a letter or digit': 'name_characters',
} as const;

export type Fault = (typeof FAULTS)[keyof typeof FAULTS];

export interface FieldFault {
  /** The field's name: its member of the request's body. */
  readonly field: string;
  /** Undefined where we have no words of our own. */
  readonly fault: Fault | undefined;
  readonly detail: string;
}

function faultOf(detail: string): Fault | undefined {
  return Object.entries(FAULTS).find(([text]) => text === detail)?.[1];
}

/** The server's findings (422) by field. */
export function fieldFaults(errors: readonly { readonly pointer: string; readonly detail: string }[]): FieldFault[] {
  return errors.map(({ pointer, detail }) => ({
    field: pointer.replace(/^\//, ''),
    fault: faultOf(detail),
    detail,
  }));
}
