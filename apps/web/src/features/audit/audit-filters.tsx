import { useTranslation } from 'react-i18next';
import { FilterField } from '../../components/filter-field.js';
import { NativeSelect } from '../../components/ui/native-select.js';
import { TextField } from '../../components/ui/text-field.js';
import styles from './audit.module.css';
import { ACTIONS, GROUPS, TARGET_KINDS } from './audit-actions.js';
import type { AuditFilter } from './audit-filter.js';
import { useActionName, useGroupName } from './use-sentence.js';

const ANY = '';

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
  const chosen = (value: string): string | undefined => value || undefined;
  return (
    <search className={styles.filters}>
      <FilterField label={t('actor')} value={filter.actor ?? ''} onChange={(actor) => onChange({ actor })} />
      <NativeSelect
        label={t('action')}
        isFramed
        choices={actions}
        value={filter.action ?? ANY}
        onChange={(action) => onChange({ action: chosen(action) })}
      />
      <NativeSelect
        label={t('kind')}
        isFramed
        choices={kinds}
        value={filter.kind ?? ANY}
        onChange={(kind) => onChange({ kind: chosen(kind) })}
      />
      <FilterField label={t('target')} value={filter.target ?? ''} onChange={(target) => onChange({ target })} />
      <TextField type="date" label={t('from')} value={filter.from ?? ''} onChange={(from) => onChange({ from })} />
      <TextField type="date" label={t('to')} value={filter.to ?? ''} onChange={(to) => onChange({ to })} />
    </search>
  );
}
