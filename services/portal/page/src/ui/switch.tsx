import type { ReactNode } from 'react';
import { Switch as AriaSwitch } from 'react-aria-components';
import styles from './field.module.css';

/** What is on or off at once. */
export const Switch = ({
  isSelected,
  onChange,
  children,
}: {
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  children: ReactNode;
}) => (
  <AriaSwitch isSelected={isSelected} onChange={onChange} className={styles.check ?? ''}>
    <span className={styles.track} aria-hidden="true" />
    {children}
  </AriaSwitch>
);
