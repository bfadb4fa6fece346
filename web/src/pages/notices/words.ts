import type { IconName, Tone } from '@/ui';

interface Kind {
  word: string;
  icon: IconName;
  tone: Tone;
}

const kinds: Record<string, Kind> = {
  'report.failed': { word: 'Report failed', icon: 'error', tone: 'bad' },
  'report.recovered': { word: 'Report works again', icon: 'check-circle', tone: 'ok' },
  'delivery.failed': { word: 'Delivery failed', icon: 'error', tone: 'bad' },
  'endpoint.failing': { word: 'Webhook failing', icon: 'warning', tone: 'warn' },
  'endpoint.disabled': { word: 'Webhook disabled', icon: 'blocked', tone: 'bad' },
  'endpoint.enabled': { word: 'Webhook enabled', icon: 'check-circle', tone: 'ok' },
  'usage.threshold_reached': { word: 'Usage near or at the limit', icon: 'warning', tone: 'warn' },
  'configuration.paused': { word: 'Configuration paused', icon: 'blocked', tone: 'warn' },
  'configuration.resumed': { word: 'Configuration resumed', icon: 'check-circle', tone: 'ok' },
  'model.retires': { word: 'Model retires', icon: 'clock', tone: 'warn' },
};

/** A kind of notice in words; more can come, which have their own name. */
export function kindOf(type: string): Kind {
  const word = type.replaceAll(/[._]/g, ' ');
  return kinds[type] ?? { word: word.charAt(0).toUpperCase() + word.slice(1), icon: 'info', tone: 'neutral' };
}
