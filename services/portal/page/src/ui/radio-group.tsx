import type { ReactNode } from 'react';
import { RadioGroup as AriaRadioGroup, Label, Radio } from 'react-aria-components';
import styles from './radio-group.module.css';

/** One of a few, all of which are seen. Arrow keys go from one to the next. */
export const RadioGroup = ({
  label,
  value,
  onChange,
  options,
}: {
  label: ReactNode;
  /** Undefined: none is chosen yet. */
  value: string | undefined;
  onChange: (value: string) => void;
  options: readonly { readonly id: string; readonly text: ReactNode }[];
}) => (
  <AriaRadioGroup className={styles.group ?? ''} value={value ?? null} onChange={onChange}>
    <Label className={styles.label ?? ''}>{label}</Label>
    {options.map(({ id, text }) => (
      <Radio key={id} value={id} className={styles.option ?? ''}>
        <span className={styles.mark} aria-hidden="true" />
        {text}
      </Radio>
    ))}
  </AriaRadioGroup>
);
