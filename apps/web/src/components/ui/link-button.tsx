import { type LinkProps, Link as RouterLink } from 'react-router-dom';
import styles from './button.module.css';

/** A link that looks like a button: it leads somewhere and can be opened in another tab. */
export function LinkButton({
  variant = 'secondary',
  ...props
}: LinkProps & { readonly variant?: 'primary' | 'secondary' | 'quiet' }) {
  return <RouterLink {...props} className={`${styles.button} ${styles[variant]}`} />;
}
