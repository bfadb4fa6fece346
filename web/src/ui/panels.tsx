import type { ReactNode } from 'react';
import { toApiError } from '@/api/problem';
import { Button } from './button';
import { cx } from './class-names';
import { CopyButton } from './copy-button';
import { Icon, type IconName } from './icon';
import type { Tone } from './badge';

/** Things that belong together. Never put a card into a card. */
export function Card({ children, className, label }: { children: ReactNode; className?: string; label?: string }) {
  return (
    <section aria-label={label} className={cx('rounded-l border border-line bg-surface shadow-lift', className)}>
      {children}
    </section>
  );
}

export function CardHeader({ title, note, actions }: { title: ReactNode; note?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-4 pb-2 sm:px-6">
      <div className="min-w-0">
        <h2 className="text-m font-strong">{title}</h2>
        {note && <p className="text-s text-ink-muted">{note}</p>}
      </div>
      {actions}
    </header>
  );
}

/** The title of a page and its main action, which on a phone is as wide as the page. */
export function PageHeader({ title, note, actions }: { title: ReactNode; note?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
      <div className="min-w-0">
        <h1 className="text-l font-strong tracking-tight">{title}</h1>
        {note && <p className="mt-1 text-ink-muted">{note}</p>}
      </div>
      {actions && <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:*:flex-1">{actions}</div>}
    </header>
  );
}

/** A grey box as high as what it replaces while that loads. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block rounded-s bg-sunken motion-safe:animate-pulse', className)} />;
}

/** Skeleton rows of a table, with a word for screen readers. */
export function SkeletonRows({ rows = 5, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-12 items-center gap-6 px-4 sm:px-6">
          <Skeleton className="h-4 w-1/3" />
          <Skeleton className="h-4 w-1/6" />
          <Skeleton className="ms-auto h-4 w-1/6" />
        </div>
      ))}
    </div>
  );
}

interface ErrorPanelProps {
  error: unknown;
  /** Offers to try again. */
  onRetry?: () => void;
  retrying?: boolean;
  /** Only the words, where the surroundings are a card already. */
  bare?: boolean;
}

/** What went wrong in the server's words, every invalid field, the id of the request, and a way to try again. */
export function ErrorPanel({ error, onRetry, retrying = false, bare = false }: ErrorPanelProps) {
  const problem = toApiError(error);
  return (
    <div role="alert" className={cx('flex gap-3', bare ? 'p-4 sm:px-6' : 'rounded-l border border-bad bg-bad-soft p-4')}>
      <Icon name="error" className="mt-0.5 size-5 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-strong">{problem.title}</p>
        <p className="text-ink-muted">{problem.detail}</p>
        {problem.errors.length > 0 && (
          <ul className="mt-2 list-disc ps-5 text-s">
            {problem.errors.map((field) => (
              <li key={field.pointer + field.detail}>
                <span className="font-mono">{field.pointer}</span>: {field.detail}
              </li>
            ))}
          </ul>
        )}
        {(onRetry !== undefined || problem.requestId !== null) && (
          <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
            {onRetry && (
              <Button icon="retry" onClick={onRetry} busy={retrying}>
                Try again
              </Button>
            )}
            {problem.requestId !== null && (
              <span className="inline-flex flex-wrap items-center gap-1 text-s text-ink-muted">
                Request <span className="font-mono break-all">{problem.requestId}</span>
                <CopyButton value={problem.requestId} label="Copy request id" />
              </span>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

/** Says what will be here, and offers the first step. */
export function EmptyState({ icon, title, children, action }: { icon: IconName; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <Icon name={icon} className="size-6 text-ink-muted" />
      <p className="font-strong">{title}</p>
      <div className="max-w-md text-ink-muted">{children}</div>
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

const bars: Record<Tone, string> = {
  neutral: 'border-line bg-surface',
  ok: 'border-ok bg-ok-soft',
  warn: 'border-warn bg-warn-soft',
  bad: 'border-bad bg-bad-soft',
  accent: 'border-accent bg-accent-soft',
};
const marks: Record<Tone, string> = {
  neutral: 'text-ink-muted',
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  accent: 'text-accent',
};

/** A message with what to do about it. */
export function Callout({
  tone,
  icon,
  title,
  children,
  action,
}: {
  tone: Tone;
  icon: IconName;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={cx('flex flex-wrap items-center gap-x-4 gap-y-3 rounded-l border px-4 py-3', bars[tone])}>
      <Icon name={icon} className={cx('size-5 self-start mt-0.5', marks[tone])} />
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-strong">{title}</p>
        {children && <div className="text-ink-muted">{children}</div>}
      </div>
      {action}
    </div>
  );
}
