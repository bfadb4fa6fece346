import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, read } from '@/api/client';
import { toApiError } from '@/api/problem';
import type { Configuration, Schema } from '@/api/types';
import { useIntentKey } from '@/api/use-intent-key';
import { addDays, dayIn, plural, startOfDay, zoneName } from '@/format';
import { announce, Button, Dialog, ErrorPanel, Field, Input, useNow, useZone } from '@/ui';

interface RecoverDialogProps {
  open: boolean;
  onClose: () => void;
  configuration: Configuration;
}

/** Sends every report again whose delivery failed since a day. */
export function RecoverDialog({ open, ...rest }: RecoverDialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ onClose, configuration: { id, delivery_health: health } }: Omit<RecoverDialogProps, 'open'>) {
  const zone = useZone();
  const today = dayIn(useNow(), zone);
  const [since, setSince] = useState(() => (health.since === null ? addDays(today, -7) : dayIn(health.since, zone)));
  const [sent, setSent] = useState(0);
  // Where an attempt that failed half-way goes on.
  const after = useRef<{ since: string; run: string | null }>(undefined);
  const queryClient = useQueryClient();
  const intent = useIntentKey();
  const recover = useMutation({
    mutationFn: async () => {
      const start = startOfDay(since, zone);
      if (after.current?.since !== start) {
        after.current = { since: start, run: null };
        setSent(0);
      }
      let total = after.current.run === null ? 0 : sent;
      for (;;) {
        const body: Schema<'RecoverRequest'> = { since: start, ...(after.current.run === null ? {} : { after: after.current.run }) };
        const part: Schema<'Recovered'> = await read(
          api.POST('/report-configurations/{id}/recover', { params: { path: { id }, header: { 'Idempotency-Key': intent.keyFor(body) } }, body }),
        );
        intent.done();
        total += part.redeliveries;
        setSent(total);
        if (!part.has_more || part.next_after === null) return total;
        after.current = { since: start, run: part.next_after };
      }
    },
    onSuccess: (total) => {
      announce(
        total === 0 ? 'Nothing to send again' : `${plural(total, 'report')} sent again`,
        total === 0 ? 'No delivery has failed since that day.' : 'Their deliveries are listed as pending until the receiver answers.',
      );
      onClose();
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
      void queryClient.invalidateQueries({ queryKey: ['report-runs'] });
    },
  });
  const problem = recover.error === null ? null : toApiError(recover.error);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Send failed reports again"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" icon="send" busy={recover.isPending} disabled={since === ''} onClick={() => recover.mutate()}>
            {problem !== null && sent > 0 ? 'Continue' : 'Send reports again'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-ink-muted">
          Every report whose delivery was refused or used up its attempts is sent again. Delivered and pending ones are unchanged, and nothing counts against the limit.
        </p>
        <Field label="Since" hint={`From the beginning of this day, ${zoneName(zone)}.`} error={problem?.fieldError('/since')}>
          {(control) => <Input {...control} type="date" max={today} value={since} onChange={(event) => setSince(event.target.value)} />}
        </Field>
        <p role="status">{recover.isPending || (problem !== null && sent > 0) ? `${plural(sent, 'report')} sent again so far.` : ''}</p>
        {problem !== null && problem.fieldError('/since') === undefined && <ErrorPanel error={problem} />}
      </div>
    </Dialog>
  );
}
