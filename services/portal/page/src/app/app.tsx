import { Suspense } from 'react';
import { I18nProvider } from 'react-aria-components';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useFollowing } from '../live/use-events.ts';
import { useLanguage } from '../texts/texts.ts';
import { Loading } from '../ui/loading.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { useHashLocation } from './hash-location.ts';
import { Shell } from './shell.tsx';
import { VIEWS } from './views.ts';

export function App() {
  const language = useLanguage();
  useFollowing();
  const [first] = VIEWS;
  return (
    <I18nProvider locale={language}>
      <Router hook={useHashLocation}>
        <Shell>
          <Suspense fallback={<Loading />}>
            <Switch>
              {VIEWS.map(({ name, Component }) => (
                <Route key={name} path={new RegExp(`^/${name}(?:[/?].*)?$`)}>
                  <ErrorBoundary key={name}>
                    <Component />
                  </ErrorBoundary>
                </Route>
              ))}
              <Route>{first && <Redirect to={`/${first.name}`} replace />}</Route>
            </Switch>
          </Suspense>
        </Shell>
      </Router>
    </I18nProvider>
  );
}
