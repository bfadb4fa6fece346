import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from '@/ui';

/** Asks before a page with unsaved changes is left. */
export function LeaveGuard({ when, what = 'The changes of this form are lost.' }: { when: () => boolean; what?: string }) {
  const blocker = useBlocker({ shouldBlockFn: when, enableBeforeUnload: when, withResolver: true });
  return (
    <ConfirmDialog
      open={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      onConfirm={() => blocker.proceed?.()}
      title="Leave without saving?"
      action="Discard changes"
      keep="Stay here"
    >
      {what}
    </ConfirmDialog>
  );
}
