import type { Notice } from '@/api/types';
import { Badge, cx, IconButton, Instant, Link } from '@/ui';
import { kindOf } from './words';

interface NoticeItemProps {
  notice: Notice;
  onMark: () => void;
  marking: boolean;
}

/** What happened, what to do, what it is about, and where it was sent. */
export function NoticeItem({ notice, onMark, marking }: NoticeItemProps) {
  const kind = kindOf(notice.type);
  const { id, name } = notice.configuration;
  const runId = notice.details.run_id;
  const link = 'relative z-1 inline-flex items-center min-h-6 pointer-coarse:min-h-11';
  return (
    <li className="flex gap-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {!notice.read && (
            <span className="size-2 shrink-0 rounded-full bg-accent">
              <span className="sr-only">Unread</span>
            </span>
          )}
          <Badge tone={kind.tone} icon={kind.icon}>
            {kind.word}
          </Badge>
          <Instant at={notice.created_at} className="text-s text-ink-muted" />
        </div>
        <p className={cx('mt-2 break-words', !notice.read && 'font-strong')}>{notice.title}</p>
        <p className="break-words text-ink-muted">{notice.text}</p>
        <div className="mt-2 flex flex-wrap gap-x-4 text-s">
          {runId !== undefined && (
            <Link to="/app/runs/$runId" params={{ runId }} className={link}>
              Open run
            </Link>
          )}
          <Link to="/app/configurations/$configurationId" params={{ configurationId: id }} className={link}>
            {name ?? 'Unnamed configuration'}
          </Link>
          {notice.type === 'usage.threshold_reached' && (
            <Link to="/" className={link}>
              Open overview
            </Link>
          )}
        </div>
        <p className="mt-1 text-s text-ink-muted">{sentWords(notice)}</p>
      </div>
      {!notice.read && (
        <IconButton icon="check" label="Mark this and older notices as read" aria-busy={marking || undefined} onClick={marking ? undefined : onMark} className="self-start" />
      )}
    </li>
  );
}

/** Where the notice was sent, and whether it arrived. */
function sentWords({ sent_to: to, delivery }: Notice): string {
  if (delivery.state === 'none') return 'Listed here, and not sent.';
  const where =
    to === null ? '' : to.channel === 'email' ? ' by e-mail' : ` to ${to.endpoint === 'account' ? 'your webhook for notices' : 'the configuration’s webhook'}${to.host === null ? '' : ` at ${to.host}`}`;
  switch (delivery.state) {
    case 'delivered':
      return `Sent${where}.`;
    case 'pending':
      return delivery.attempts === 0 ? 'About to be sent.' : `Not sent yet${where}: it is tried again.`;
    default:
      return `Could not be sent${where}.`;
  }
}
