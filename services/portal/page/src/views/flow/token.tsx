import type { ShownToken } from '@lab/shared/tokens/shown-token.ts';
import { Json } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import styles from './step-details.module.css';
import { useWords } from './words.ts';

/** What says most about a token, in the order in which people ask. */
const FIRST = ['aud', 'oid', 'appid', 'azp', 'xms_mirid', 'xms_az_rid', 'tid', 'iss', 'sub', 'roles', 'uti'];
const TIMES = ['nbf', 'exp'];

/** A token, decoded: the claims that say who, for what and until when; all of it for who wants to know. */
export function Token({ token, title, hint }: { token: ShownToken; title: string; hint: string }) {
  const { t } = useWords();
  const { header, claims } = token;
  return (
    <section>
      <h3>{title}</h3>
      <p className={styles.quiet}>{hint}</p>
      <dl className={styles.facts}>
        {FIRST.filter((name) => claims[name] !== undefined).map((name) => (
          <Claim key={name} name={name}>
            {[claims[name]].flat().join(', ')}
          </Claim>
        ))}
        {TIMES.filter((name) => typeof claims[name] === 'number').map((name) => (
          <Claim key={name} name={name}>
            {isoTime(claims[name] as number)}
          </Claim>
        ))}
      </dl>
      <Disclosure summary={t('whole-token')}>
        <Json value={{ header, claims }} label={title} />
      </Disclosure>
    </section>
  );
}

const Claim = ({ name, children }: { name: string; children: string }) => (
  <>
    <dt>
      <code>{name}</code>
    </dt>
    <dd>{children}</dd>
  </>
);

const isoTime = (seconds: number): string => {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000', '');
};
