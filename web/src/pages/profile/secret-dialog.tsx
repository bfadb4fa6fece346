import type { ReactNode } from 'react';
import { Button, Dialog, SecretBox } from '@/ui';

interface SecretDialogProps {
  /** Null while the dialog is closed. */
  secret: string | null;
  onClose: () => void;
  /** What the secret is for, and until when an older one is valid. */
  children: ReactNode;
}

/** Shows a secret, once: it is in no cache, so that closing the dialog forgets it. */
export function SecretDialog({ secret, onClose, children }: SecretDialogProps) {
  return (
    <Dialog
      open={secret !== null}
      required
      onClose={onClose}
      title="The new signing secret"
      actions={
        <Button kind="primary" onClick={onClose}>
          I have stored it
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <SecretBox secret={secret ?? ''} label="Signing secret" note="It is shown only now: give it to your receiver." />
        <div className="text-ink-muted">{children}</div>
      </div>
    </Dialog>
  );
}
