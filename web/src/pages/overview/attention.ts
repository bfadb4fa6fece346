import type { Configuration, Profile, Run, Usage } from '@/api/types';

/** Something that only the user can put right, with the page on which they can. */
export interface Attention {
  key: string;
  tone: 'bad' | 'warn';
  title: string;
  text: string;
  action: string;
  target:
    | { to: '/app/configurations/$configurationId'; params: { configurationId: string } }
    | { to: '/app/runs/$runId'; params: { runId: string } }
    | { to: '/app/profile' };
}

const endpointReasons: Record<string, string> = {
  gone: 'It answered that it no longer exists.',
  rejected: 'Its chat service answered that the address is not valid.',
  no_success: 'No message has arrived for five days.',
};

/** What needs action, the most serious first. */
export function attentionOf(configurations: readonly Configuration[], runs: readonly Run[], profile: Profile | undefined): Attention[] {
  const found: Attention[] = [];
  for (const configuration of configurations) {
    const name = configuration.name ?? 'Unnamed configuration';
    const target = { to: '/app/configurations/$configurationId' as const, params: { configurationId: configuration.id } };
    const { state, reason, response_status: status } = configuration.delivery_health;
    if (state === 'disabled') {
      const why = (reason === null ? undefined : endpointReasons[reason]) ?? 'Its deliveries failed.';
      found.push({
        key: `endpoint-${configuration.id}`, tone: 'bad', target, action: 'Check webhook',
        title: `The webhook of ${name} is disabled`,
        text: `${why}${status === null ? '' : ` The answer was HTTP ${status}.`} Nothing is sent to it, and its schedule is paused.`,
      });
    } else if (state === 'failing') {
      found.push({
        key: `endpoint-${configuration.id}`, tone: 'warn', target, action: 'Check webhook',
        title: `The webhook of ${name} is failing`,
        text: 'Deliveries are repeated until it answers. If it stays silent for five days, it is disabled.',
      });
    }
    if (configuration.last_run_status === 'failed') {
      const failed = runs.find((run) => run.report_configuration_id === configuration.id && run.status === 'failed');
      found.push({
        key: `failed-${configuration.id}`, tone: 'bad',
        title: `The last report of ${name} failed`,
        text: failed?.error_message ?? 'Open it to see why. The next one includes its commits.',
        ...(failed === undefined ? { target, action: 'Open configuration' } : { target: { to: '/app/runs/$runId' as const, params: { runId: failed.id } }, action: 'Open run' }),
      });
    }
    if (configuration.model_retirement !== null) {
      found.push({
        key: `model-${configuration.id}`, tone: 'warn', target, action: 'Choose model',
        title: `The model of ${name} is being retired`,
        text: `${configuration.model ?? 'Its model'} will no longer be available. Choose another one.`,
      });
    }
  }
  for (const run of runs) {
    if (run.delivery.state !== 'exhausted' && run.delivery.state !== 'refused') continue;
    const name = run.configuration_snapshot.name ?? run.configuration_snapshot.repository_name;
    if (found.some((each) => each.key === `endpoint-${run.report_configuration_id}`)) continue;
    found.push({
      key: `delivery-${run.id}`, tone: 'bad', action: 'Open run', target: { to: '/app/runs/$runId', params: { runId: run.id } },
      title: `A report of ${name} was not delivered`,
      text: `${run.delivery.last_status === null ? 'The receiver did not answer' : `The last answer was HTTP ${run.delivery.last_status}`}. It is stored, and can be sent again.`,
    });
  }
  if (profile !== undefined && profile.notification_health.state !== 'healthy') {
    found.push({
      key: 'notifications', tone: profile.notification_health.state === 'disabled' ? 'bad' : 'warn', action: 'Open profile',
      target: { to: '/app/profile' },
      title: profile.notification_health.state === 'disabled' ? 'Notices are no longer sent to your webhook' : 'The webhook for your notices is failing',
      text: 'They are listed under Notices all the same.',
    });
  }
  return found.sort((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'));
}

/** Whether the usage itself needs action: then `UsageStats` says what to do. */
export function usageNeedsAction(usage: Usage): boolean {
  return usage.warning !== 'none' || (usage.blockedReason !== null && usage.blockedReason !== 'slots_in_use');
}
