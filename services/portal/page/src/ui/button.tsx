import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import { Link } from 'wouter';
import styles from './button.module.css';

type Kind = 'primary' | 'plain' | 'quiet' | 'danger';

/** `isPending` keeps the focus where it is, says so to screen readers, and takes no further press. */
export function Button({ kind = 'plain', ...props }: Omit<ButtonProps, 'className'> & { kind?: Kind }) {
  return <AriaButton {...props} className={`${styles.button} ${styles[kind]}`} />;
}

/** To another view, in the looks of a button. */
export const LinkButton = ({
  kind = 'plain',
  href,
  children,
}: {
  kind?: Kind;
  href: string;
  children: React.ReactNode;
}) => (
  <Link href={href} className={`${styles.button} ${styles[kind]}`}>
    {children}
  </Link>
);
