/**
 * How fast a run is verified: every figure built again from the records on the disk, each record laid beside the plan, and the world asked.
 *
 *   npm run bench:verify -- [--records 100000]
 *
 * Budget: 10 s and 700 MiB for a hundred thousand.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthCorpus } from '@reprise/trace'
import { buildRun } from '../packages/result-aggregator/src/run-folder/build-run.ts'
import { verifyRun } from '../packages/result-aggregator/src/run-folder/verify-run.ts'
import { playRun } from '../packages/result-aggregator/src/testing/played-run.fixture.ts'
import { unlikeReplies, writePlayed } from '../packages/result-aggregator/src/testing/written-run.fixture.ts'
import { benchFlags } from './bench-flags.ts'
import { stopwatch } from './stopwatch.ts'

const { flags } = benchFlags(import.meta, { records: { type: 'string', default: '100000' } })
const lanes = 64
/** What a lane sends in a second of this load, about. */
const perLaneAndS = 1.55
const durationMs = (Number(flags.records) / lanes / perLaneAndS) * 1_000

const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-verify-'))
try {
  const replies = unlikeReplies()
  const played = await playRun({
    corpus: synthCorpus({ seed: 7, traces: 60, scale: 0.05, turnScale: 0.5 }),
    lanes,
    overrides: { until: { kind: 'window', durationMs }, timeScale: 0.01, drainMs: 60_000 },
    script: (request) => ({ ...replies(request), chunkTokens: 1_000 }),
  })
  await writePlayed(folder, played)
  const building = stopwatch()
  await buildRun(folder)
  const built = building()
  const verifying = stopwatch()
  const { checks } = await verifyRun(folder, { nowMs: Date.now() })
  const verified = verifying()
  const failed = checks.filter(({ outcome }) => outcome === 'fail')
  process.stdout.write(
    `${played.records.length} records: verified in ${verified.wallS.toFixed(2)} s (budget 10 s for 100,000), ${verified.cpuS.toFixed(2)} s of it computing; building alone takes ${built.wallS.toFixed(2)} s\n` +
      `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB, the replay included\n` +
      `${checks.length} checks, ${failed.length} fail ${JSON.stringify(failed)}\n`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
