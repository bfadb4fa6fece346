import type { ReactNode } from 'react';
import { Button, Callout, CopyButton, Dialog } from '@/ui';

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
      onClose={onClose}
      title="Signing secret"
      actions={
        <Button kind="primary" onClick={onClose}>
          I have stored it
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Callout tone="warn" icon="key" title="This secret is shown only once">
          Store it at the receiver before you close this window.
        </Callout>
        <div className="flex items-center gap-2 rounded-m border border-line bg-sunken py-1 ps-3 pe-1">
          <code className="min-w-0 flex-1 font-mono text-s break-all" data-secret="">
            {secret}
          </code>
          <CopyButton value={secret ?? ''} label="Copy signing secret" />
        </div>
        <div className="text-ink-muted">{children}</div>
      </div>
    </Dialog>
  );
}
