import { useState } from 'react';
import { useTexts } from '../../texts/texts.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { type Action, type Done, perform, upToDate, valuesOf } from './action.ts';
import { ActionForm } from './action-form.tsx';
import { IdentityForm } from './identity-form.tsx';
import type { LabModel } from './model.ts';
import type { Proposal } from './proposals.ts';
import { RoleForm } from './role-form.tsx';

/**
 * Says what will happen and which command does the same, and does it when it is told to.
 * @param onDone Ends when the model knows of it: what is done next is worked out from the model.
 */
export function ProposalDialog({
  proposal,
  model,
  onClose,
  onDone,
}: {
  proposal: Proposal;
  model: LabModel;
  onClose: (proposal: Proposal) => void;
  onDone: (done: Done) => Promise<void>;
}) {
  const t = useTexts('access');
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<Error>();
  const close = () => {
    setError(undefined);
    onClose(proposal);
  };
  const act = async (action: Action) => {
    setPending(true);
    setError(undefined);
    try {
      const values = valuesOf(action, model);
      await onDone({ action, values, answer: await perform(upToDate(action, model)) });
      close();
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setPending(false);
    }
  };
  const given = { isPending, error, onAct: act, onCancel: close };
  const title =
    proposal.form === 'confirm'
      ? t(`do.${proposal.action.kind}`, valuesOf(proposal.action, model))
      : t(`form.${proposal.form}`);
  return (
    <Dialog title={title} isOpen onClose={close}>
      {proposal.form === 'confirm' && (
        <ActionForm action={proposal.action} values={valuesOf(proposal.action, model)} {...given} />
      )}
      {proposal.form === 'role' && <RoleForm given={proposal} model={model} {...given} />}
      {proposal.form === 'identity' && <IdentityForm groupId={proposal.groupId} model={model} {...given} />}
    </Dialog>
  );
}
