import { join } from 'node:path'
import { Result } from '../result/result.ts'
import type { Check, CheckName } from '../result/verification.ts'
import { runFiles } from '../run-folder/run-folder.ts'
import type { StoredPlans } from '../run-folder/stored-plans.ts'
import { verifyRun } from '../run-folder/verify-run.ts'
import { hasPlainFolder, readUntrustedJson, UnreadableFile } from './read-untrusted.ts'

/** Bytes of a result with the whole configuration of an engine in it. */
const maxBytes = 8 * 1024 * 1024

/**
 * The result of the run in `folder/run`, built from its records here and now; `undefined` where there is no run, or none that came to a
 * result. Limits and verdict are this version's own, and the result that lies there is only asked whether it says the same.
 *
 * @throws UnreadableFile where it does not, where a file is not the one in the manifest, or where the records cannot be what a run wrote.
 */
export async function verifiedResult(
  folder: string,
  run: string,
  { plans }: { plans: StoredPlans },
): Promise<Result | undefined> {
  if (!(await hasPlainFolder(folder, run))) return undefined
  const saved = await readUntrustedJson(folder, `${run}/${runFiles.result}`, { schema: Result, maxBytes })
  if (!saved) return undefined
  const { checks, built } = await verifyRun(join(folder, run), { nowMs: Date.now(), plans })
  const failed = checks.find(({ name, outcome }) => outcome === 'fail' && !others.has(name))
  if (failed || !built) throw refusal(run, failed)
  return built
}

/** These may be the doing of a server, of whoever else used it, or of a machine without a date: a verdict tells of them, or a reader who verifies. */
const others: ReadonlySet<CheckName> = new Set([
  'dates',
  'cache-ceiling',
  'server-load',
  'server-tokens',
  'server-latency',
])

const ofResult: ReadonlySet<CheckName> = new Set(['figures', 'limits', 'verdict', 'provenance'])

function refusal(run: string, failed: Check | undefined): UnreadableFile {
  if (!failed) return new UnreadableFile(run, 'gives no result')
  const { name, says } = failed
  if (!ofResult.has(name)) return new UnreadableFile(run, `${name}: ${says}`)
  return new UnreadableFile(
    `${run}/${runFiles.result}`,
    `is not what its records give: ${says}; build it anew with reprise results build`,
  )
}
