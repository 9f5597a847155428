import { Component, type ReactNode } from 'react';
import { useTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Note } from '../ui/note.tsx';

/** A view that fails takes nothing else along, and can be shown again. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Failed error={error} again={() => this.setState({}, () => location.reload())} />;
  }
}

function Failed({ error, again }: { error: Error; again: () => void }) {
  const t = useTexts('shell');
  return (
    <Note kind="bad" title={t('failed')}>
      <code lang="en">{error.message}</code>
      <Button onPress={again}>{t('reload')}</Button>
    </Note>
  );
}
