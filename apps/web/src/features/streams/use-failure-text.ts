import { useTranslation } from 'react-i18next';
import { failureOf } from './failure.js';

/** Says in the reader's language what the log shuttle says of a receiver; as it came where we have no words for it. */
export function useFailureText(): (sentence: string) => string {
  const { t } = useTranslation('streams');
  return (sentence) => {
    const failure = failureOf(sentence);
    return failure ? t(`failure.${failure.key}`, 'status' in failure ? { status: failure.status } : {}) : sentence;
  };
}
