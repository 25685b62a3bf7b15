import { useTranslation } from 'react-i18next';
import { FilterField } from '../../components/filter-field.js';
import { Select } from '../../components/ui/select.js';
import { TextField } from '../../components/ui/text-field.js';
import styles from './audit.module.css';
import { ACTIONS, GROUPS, TARGET_KINDS } from './audit-actions.js';
import type { AuditFilter } from './audit-filter.js';
import { useActionName, useGroupName } from './use-sentence.js';

/** Stands for no choice: a select's choices need a name each. */
const ANY = 'any';

export interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly onChange: (change: Partial<AuditFilter>) => void;
}

export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const { t } = useTranslation('audit');
  const nameOfGroup = useGroupName();
  const nameOfAction = useActionName();
  const actions = [
    { id: ANY, text: t('any_action') },
    ...GROUPS.flatMap((group) => [
      { id: group, text: t('all_of', { group: nameOfGroup(group) }) },
      ...ACTIONS.filter((action) => action.startsWith(group)).map((action) => ({
        id: action,
        text: nameOfAction(action),
      })),
    ]),
  ];
  const kinds = [{ id: ANY, text: t('any_kind') }, ...TARGET_KINDS.map((id) => ({ id, text: t(`kinds.${id}`) }))];
  const chosen = (value: string): string | undefined => (value === ANY ? undefined : value);
  return (
    <search className={styles.filters}>
      <FilterField label={t('actor')} value={filter.actor ?? ''} onChange={(actor) => onChange({ actor })} />
      <Select
        label={t('action')}
        options={actions}
        value={filter.action ?? ANY}
        onChange={(action) => onChange({ action: chosen(action) })}
      />
      <Select
        label={t('kind')}
        options={kinds}
        value={filter.kind ?? ANY}
        onChange={(kind) => onChange({ kind: chosen(kind) })}
      />
      <FilterField label={t('target')} value={filter.target ?? ''} onChange={(target) => onChange({ target })} />
      <TextField type="date" label={t('from')} value={filter.from ?? ''} onChange={(from) => onChange({ from })} />
      <TextField type="date" label={t('to')} value={filter.to ?? ''} onChange={(to) => onChange({ to })} />
    </search>
  );
}
