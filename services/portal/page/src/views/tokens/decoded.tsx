import type { TokenPart } from '@lab/shared/tokens/decode-token.ts';
import { labTime, useInForce } from '../../live/in-force.ts';
import { useNow } from '../../live/use-now.ts';
import { durationInWords } from '../../texts/duration.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type ClaimRow, claimRows, isForEntra } from './claim-rows.ts';
import styles from './tokens.module.css';

/** Header and claims, each with what it is for. Times are those of the lab. */
export function Decoded({ header, claims }: { header: TokenPart; claims: TokenPart }) {
  const t = useTexts('tokens');
  const rows = claimRows(claims);
  const own = rows.filter(({ name }) => isForEntra(name));
  return (
    <Panel title={t('decoded')}>
      <h3>{t('header')}</h3>
      <Members rows={claimRows(header)} prefix="header" />
      <h3>{t('claims')}</h3>
      <Members rows={rows.filter(({ name }) => !isForEntra(name))} prefix="claim" />
      {own.length > 0 && (
        <Disclosure summary={t('own', { count: own.length })}>
          <Members rows={own} prefix="claim" />
        </Disclosure>
      )}
    </Panel>
  );
}

function Members({ rows, prefix }: { rows: readonly ClaimRow[]; prefix: 'header' | 'claim' }) {
  const t = useTexts('tokens');
  return (
    <dl className={styles.members}>
      {rows.map((row) => {
        const key = `${prefix}.${row.name}`;
        return (
          <div key={row.name}>
            <dt>
              <code>{row.name}</code>
            </dt>
            <dd>
              <code className={styles.value}>{row.value}</code>
              {row.at !== undefined && <Moment name={row.name} at={row.at} />}
              <p>{t.has(key) ? t(key) : t('claim.unknown')}</p>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** A time of a token by the lab's clock, and what it means now. */
function Moment({ name, at }: Pick<ClaimRow, 'name'> & { at: number }) {
  const t = useTexts('tokens');
  const language = useLanguage();
  const now = labTime(useInForce(), useNow());
  const left = at - now;
  const time = durationInWords(left);
  const isWrong = (name === 'exp' && left <= 0) || (name === 'nbf' && left > 0);
  return (
    <span className={styles.moment}>
      <time dateTime={new Date(at * 1000).toISOString()}>
        {new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }).format(
          at * 1000,
        )}
      </time>
      <Badge kind={isWrong ? 'bad' : 'plain'}>{left > 0 ? t('time.ahead', { time }) : t('time.ago', { time })}</Badge>
    </span>
  );
}
