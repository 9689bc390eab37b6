import { KvTransferConfig } from '@reprise/engine-sim/core'
import { InvalidArgumentError } from 'commander'
import { hyphened, parseSettings } from './parse-settings.ts'

/** How KV is sent, as `key=value,...`: `gb-per-s=50,latency-ms=2`. */
export function parseKvTransfer(text: string): KvTransferConfig {
  const given = parseSettings(text, '--kv-transfer', Object.keys(KvTransferConfig.shape))
  const parsed = KvTransferConfig.safeParse(given)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new InvalidArgumentError(`${hyphened(String(path[0]))}: ${message}.`)
}
