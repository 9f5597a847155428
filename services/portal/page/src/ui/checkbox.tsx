import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components';
import styles from './field.module.css';

export const Checkbox = ({
  isSelected,
  onChange,
  children,
}: {
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  children: ReactNode;
}) => (
  <AriaCheckbox isSelected={isSelected} onChange={onChange} className={styles.check ?? ''}>
    <span className={styles.box} aria-hidden="true">
      {isSelected ? '✓' : ''}
    </span>
    {children}
  </AriaCheckbox>
);
