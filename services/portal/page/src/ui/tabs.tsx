import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components';
import styles from './tabs.module.css';

export const Tabs = <Id extends string>({
  label,
  tabs,
  selected,
  onSelect,
}: {
  label: string;
  tabs: readonly { readonly id: Id; readonly title: ReactNode; readonly content: ReactNode }[];
  /** Absent: the tabs keep it themselves. */
  selected?: Id;
  onSelect?: (id: Id) => void;
}) => (
  <AriaTabs
    className={styles.tabs ?? ''}
    {...(selected !== undefined && { selectedKey: selected })}
    {...(onSelect && { onSelectionChange: (key) => onSelect(String(key) as Id) })}
  >
    <TabList className={styles.list ?? ''} aria-label={label}>
      {tabs.map(({ id, title }) => (
        <Tab key={id} id={id} className={styles.tab ?? ''}>
          {title}
        </Tab>
      ))}
    </TabList>
    {tabs.map(({ id, content }) => (
      <TabPanel key={id} id={id} className={styles.panel ?? ''}>
        {content}
      </TabPanel>
    ))}
  </AriaTabs>
);
