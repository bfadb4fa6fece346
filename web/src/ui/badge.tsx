import type { ReactNode } from 'react';
import { cx } from './class-names';
import { Icon, type IconName } from './icon';

export type Tone = 'neutral' | 'ok' | 'warn' | 'bad' | 'accent';

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-muted',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  accent: 'bg-accent-soft text-accent',
};

/** A state: an icon, a word and a colour. */
export function Badge({ tone = 'neutral', icon, children }: { tone?: Tone; icon: IconName; children: ReactNode }) {
  return (
    <span
      className={cx('inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-s font-strong whitespace-nowrap', tones[tone])}
    >
      <Icon name={icon} className="size-3.5" />
      {children}
    </span>
  );
}

interface State {
  tone: Tone;
  icon: IconName;
  word: string;
}

const runs: Record<string, State> = {
  running: { tone: 'accent', icon: 'running', word: 'Running' },
  success: { tone: 'ok', icon: 'check-circle', word: 'Success' },
  failed: { tone: 'bad', icon: 'error', word: 'Failed' },
  cancelled: { tone: 'neutral', icon: 'blocked', word: 'Cancelled' },
  limit_reached: { tone: 'warn', icon: 'blocked', word: 'Limit reached' },
};

const deliveries: Record<string, State> = {
  none: { tone: 'neutral', icon: 'minus', word: 'No delivery' },
  pending: { tone: 'accent', icon: 'clock', word: 'Pending' },
  delivered: { tone: 'ok', icon: 'check-circle', word: 'Delivered' },
  refused: { tone: 'bad', icon: 'blocked', word: 'Refused' },
  exhausted: { tone: 'bad', icon: 'error', word: 'Exhausted' },
};

const endpoints: Record<string, State> = {
  healthy: { tone: 'ok', icon: 'check-circle', word: 'Healthy' },
  failing: { tone: 'warn', icon: 'warning', word: 'Failing' },
  disabled: { tone: 'bad', icon: 'blocked', word: 'Disabled' },
};

/** A state that this version of the page does not know is shown by its own word. */
function known(states: Record<string, State>, state: string): State {
  const word = state.replaceAll('_', ' ');
  return states[state] ?? { tone: 'neutral', icon: 'info', word: word.charAt(0).toUpperCase() + word.slice(1) };
}

function StateBadge({ state }: { state: State }) {
  return (
    <Badge tone={state.tone} icon={state.icon}>
      {state.word}
    </Badge>
  );
}

export function RunStatusBadge({ status }: { status: string }) {
  return <StateBadge state={known(runs, status)} />;
}

export function DeliveryBadge({ state }: { state: string }) {
  return <StateBadge state={known(deliveries, state)} />;
}

export function EndpointBadge({ state }: { state: string }) {
  return <StateBadge state={known(endpoints, state)} />;
}
