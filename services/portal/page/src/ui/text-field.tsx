import { TextField as AriaTextField, FieldError, Input, Label, Text, TextArea } from 'react-aria-components';
import styles from './field.module.css';

/** A line of text, or `rows` of them. `error`: what is wrong with it, for who writes it. */
export const TextField = ({
  label,
  isLabelHidden = false,
  value,
  onChange,
  description,
  error,
  placeholder,
  rows,
  type = 'text',
  isCode = false,
  isReadOnly = false,
}: {
  label: string;
  isLabelHidden?: boolean;
  value: string;
  onChange?: (value: string) => void;
  description?: string;
  error?: string | undefined;
  placeholder?: string;
  rows?: number;
  type?: 'text' | 'number';
  isCode?: boolean;
  isReadOnly?: boolean;
}) => {
  const input = {
    className: `${styles.input} ${isCode ? styles.code : ''}`,
    ...(placeholder !== undefined && { placeholder }),
  };
  return (
    <AriaTextField
      className={`${styles.field} ${isLabelHidden ? styles.hidden : ''}`}
      value={value}
      isReadOnly={isReadOnly}
      isInvalid={error !== undefined}
      {...(onChange && { onChange })}
    >
      <Label className={styles.label ?? ''}>{label}</Label>
      {rows === undefined ? (
        <Input type={type} autoComplete="off" spellCheck={!isCode} {...input} />
      ) : (
        <TextArea rows={rows} spellCheck={!isCode} {...input} />
      )}
      {description !== undefined && (
        <Text slot="description" className={styles.description ?? ''}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
};
