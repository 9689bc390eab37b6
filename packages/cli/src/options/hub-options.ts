import { homedir } from 'node:os'
import { join } from 'node:path'
import type { HubSettings } from '@reprise/trace'

/**
 * How the Hugging Face Hub is reached, by the variables that its own tools have: `HF_TOKEN`, `HF_ENDPOINT`, `HF_HUB_OFFLINE`. What is fetched stays among the
 * user's caches.
 */
export function hubOf(env: Readonly<Record<string, string | undefined>>): HubSettings {
  const { HF_TOKEN: token, HF_ENDPOINT: endpoint, HF_HUB_OFFLINE: offline } = env
  return {
    cacheFolder: join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'reprise', 'hub'),
    ...(token && { token: token.trim() }),
    ...(endpoint && { endpoint: endpoint.replace(/\/+$/, '') }),
    ...(/^(1|true|yes|on)$/i.test(offline ?? '') && { offline: true }),
  }
}
