import { useMutation, useQueryClient } from '@tanstack/react-query';
import { spokenInstant } from '@/format';
import { announce, useNow, useZone } from '@/ui';
import { api, readWithTag } from './client';
import { configurationQuery, tagOf } from './holdings';
import { toApiError } from './problem';
import type { Configuration } from './types';

/** Switches the schedule of a configuration on or off. What is shown changes when the API has answered. */
export function useSwitchSchedule(name: (configuration: Configuration) => string) {
  const queryClient = useQueryClient();
  const zone = useZone();
  const now = useNow();
  return useMutation({
    mutationFn: ({ configuration, enabled }: { configuration: Configuration; enabled: boolean }) =>
      readWithTag(
        api.PATCH('/report-configurations/{id}', {
          params: { path: { id: configuration.id }, header: { 'If-Match': tagOf(configuration) } },
          body: { enabled },
        }),
      ),
    onSuccess: async ({ value, etag }) => {
      queryClient.setQueryData(configurationQuery(value.id).queryKey, { value, etag: etag ?? tagOf(value) });
      const next = value.next_run_at === null ? null : `The next report is due ${spokenInstant(value.next_run_at, zone, now)}.`;
      announce(`The schedule of ${name(value)} is ${value.enabled ? 'on' : 'off'}`, value.enabled ? next : 'No report is written until it is on again.');
      void queryClient.invalidateQueries({ queryKey: ['report-runs', 'usage'] });
      await queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
    },
    onError: async (cause, { configuration }) => {
      const problem = toApiError(cause);
      if (problem.status === 412) {
        await queryClient.invalidateQueries({ queryKey: ['report-configurations'] });
        announce(`${name(configuration)} was changed elsewhere`, 'Its newest state is shown now. Switch again if that is still what you want.', 'bad');
      } else {
        announce(`The schedule of ${name(configuration)} is unchanged: ${problem.title.toLowerCase()}`, problem.detail, 'bad');
      }
    },
  });
}
