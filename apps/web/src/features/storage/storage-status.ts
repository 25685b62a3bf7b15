/** How the three states of the storage look. */
export const METER_STATUS = { ok: undefined, warning: 'warning', critical: 'danger' } as const;
export const BADGE_STATUS = { ok: 'success', warning: 'warning', critical: 'danger' } as const;
