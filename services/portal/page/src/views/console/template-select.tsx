import { useMemo } from 'react';
import { useTexts } from '../../texts/texts.ts';
import { Select } from '../../ui/select.tsx';
import type { Draft } from './draft.ts';
import { type Names, templates } from './templates.ts';

/** Requests to begin with, those that go wrong among them. @param names Undefined: none are offered yet. */
export function TemplateSelect({ names, onSelect }: { names: Names | undefined; onSelect: (draft: Draft) => void }) {
  const t = useTexts('console');
  const key = names && JSON.stringify(names);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the names
  const all = useMemo(() => (names ? templates(names) : []), [key]);
  return (
    <Select
      label={t('template')}
      placeholder={t('choose')}
      options={all.map(({ id, group, isWrong }) => ({
        id,
        text: t(`template.${id}`),
        detail: isWrong ? t('goes-wrong', { service: t(`group.${group}`) }) : t(`group.${group}`),
      }))}
      selected={undefined}
      onSelect={(id) => {
        const template = all.find((one) => one.id === id);
        if (template) onSelect(template.draft);
      }}
    />
  );
}
