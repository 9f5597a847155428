import { Select as AriaSelect, Button, Label, ListBox, ListBoxItem, Popover, SelectValue } from 'react-aria-components';
import styles from './field.module.css';

export type Option<Id extends string = string> = { readonly id: Id; readonly text: string; readonly detail?: string };

/** One of a few. `selected` undefined: nothing yet. Without options it cannot be opened, as while they are being asked for. */
export const Select = <Id extends string>({
  label,
  isLabelHidden = false,
  options,
  selected,
  placeholder,
  isDisabled = false,
  onSelect,
}: {
  label: string;
  isLabelHidden?: boolean;
  options: readonly Option<Id>[];
  selected: Id | undefined;
  placeholder?: string;
  isDisabled?: boolean;
  onSelect: (id: Id) => void;
}) => (
  <AriaSelect
    className={`${styles.field} ${isLabelHidden ? styles.hidden : ''}`}
    value={selected ?? null}
    isDisabled={isDisabled || options.length === 0}
    {...(placeholder !== undefined && { placeholder })}
    onChange={(key) => {
      if (key !== null) onSelect(String(key) as Id);
    }}
  >
    <Label className={styles.label ?? ''}>{label}</Label>
    <Button className={styles.trigger ?? ''}>
      <SelectValue>{({ selectedText, defaultChildren }) => selectedText || defaultChildren}</SelectValue>
      <span aria-hidden="true">▾</span>
    </Button>
    <Popover className={styles.popover ?? ''}>
      <ListBox className={styles.list ?? ''} items={options}>
        {({ id, text, detail }) => (
          <ListBoxItem id={id} textValue={text} className={styles.option ?? ''}>
            {text}
            {detail !== undefined && <small>{detail}</small>}
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  </AriaSelect>
);
