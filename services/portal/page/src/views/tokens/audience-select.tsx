import type { Resource } from '@managed-identity-lab/client';
import { useTexts } from '../../texts/texts.ts';
import { Select } from '../../ui/select.tsx';
import { audiencesOf } from './real-requests.ts';

/** For whom a token is to be. */
export function AudienceSelect({
  resources,
  selected,
  onSelect,
}: {
  resources: readonly Resource[];
  selected: string;
  onSelect: (audience: string) => void;
}) {
  const t = useTexts('tokens');
  return (
    <Select
      label={t('audience')}
      options={audiencesOf(resources).map((audience) => {
        const key = `audience.${new URL(audience).hostname}`;
        return t.has(key) ? { id: audience, text: t(key), detail: audience } : { id: audience, text: audience };
      })}
      selected={selected}
      onSelect={onSelect}
    />
  );
}
