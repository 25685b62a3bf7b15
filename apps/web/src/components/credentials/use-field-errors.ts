import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../lib/api-problem.js';
import type { FieldErrors } from '../ui/form.js';
import { fieldFaults } from './field-faults.js';

/** Refusals that speak of one field: the problem's code with the field's name. */
export type FieldOfCode = Readonly<Partial<Record<keyof typeof TEXTS, string>>>;

const TEXTS = {
  wrong_code: 'faults.wrong_code',
  wrong_password: 'faults.wrong_password',
  invalid_credentials: 'faults.invalid_credentials',
  two_factor_required: 'faults.wrong_code',
  setup_code_invalid: 'faults.setup_code_invalid',
} as const;

function isKnown(code: string): code is keyof typeof TEXTS {
  return code in TEXTS;
}

/**
 * What a refusal says about single fields, in our words; undefined where it is about something else, which is for a
 * `ProblemNotice`. The same object for the same error, so that a field's error goes when it is changed.
 */
export function useFieldErrors(error: unknown, fieldOfCode: FieldOfCode): FieldErrors | undefined {
  const { t } = useTranslation('credentials');
  return useMemo(() => {
    if (!(error instanceof ApiProblem)) return undefined;
    const field = isKnown(error.code) ? fieldOfCode[error.code] : undefined;
    if (field !== undefined && isKnown(error.code)) return { [field]: t(TEXTS[error.code]) };
    if (error.errors.length === 0) return undefined;
    const texts: Record<string, string[]> = {};
    for (const { field, fault, detail } of fieldFaults(error.errors)) {
      texts[field] = [...(texts[field] ?? []), fault ? t(`faults.${fault}`) : detail];
    }
    return texts;
  }, [error, fieldOfCode, t]);
}
