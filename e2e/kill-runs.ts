import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RequestRecord } from '@reprise/replay-engine'
import { buildRun, readRun } from '@reprise/result-aggregator/run'
import { expect } from 'vitest'
import { heldBackMs } from './held-back.ts'
import { runCli, type ServedCli, serveCli, startCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What the server's log tells of a request. */
interface Served {
  readonly promptTokens: number
  readonly outputTokens: number
  readonly receivedMs: number
  readonly lastWriteMs?: number
  readonly aborted: boolean
}

const lanes = 6
/** Twelve requests for each lane, two of them warm-up, about 0.2 s each; without a break the run takes some 2.5 s. */
const planned = 12 * lanes
const load = ['--preset', 'fixed-seq-len', '--isl', '600', '--osl', '20', '--lanes', String(lanes), '--quiet']

/** Kills a run at each of these times after its start, a few at a time, and says what has to be left of each; resumes it to its end. */
export async function killRuns(instants: readonly number[]): Promise<void> {
  const folder = temporaryFolder()
  const killedInRun = { count: 0 }
  const left = [...instants.entries()]
  // Each worker has a server of its own: its log holds the run's requests and no others.
  const worker = async (name: string) => {
    const log = join(folder, `${name}.jsonl`)
    const server = await serveCli(['--log', log])
    for (let next = left.shift(); next; next = left.shift()) {
      const [i, afterMs] = next
      const out = join(folder, `run-${i}`)
      if (await killAndResume(server, { log, out, afterMs })) killedInRun.count += 1
    }
    await server.stop()
  }
  await Promise.all(['a', 'b', 'c'].map(worker))
  // The others had reached their ends before.
  expect(killedInRun.count).toBeGreaterThanOrEqual(instants.length * 0.6)
}

/** Returns whether the kill came before the run's end. */
async function killAndResume(
  server: ServedCli,
  { log, out, afterMs }: { log: string; out: string; afterMs: number },
): Promise<boolean> {
  const run = startCli(['replay', '--url', server.url, ...load, '--out', out])
  while (!existsSync(join(out, 'run.json')) && run.child.exitCode === null) await sleep(5)
  const startedMs = monotonicMs() - server.monotonicOriginMs
  await sleep(afterMs)
  const heldMs = heldBackMs(run.child.pid!)
  run.child.kill('SIGKILL')
  const killedMs = monotonicMs() - server.monotonicOriginMs
  const { code, stderr } = await run.ended
  if (code !== null) {
    expect([0, 4], stderr).toContain(code)
    return false
  }

  const context = `killed after ${afterMs} ms`
  const result = await buildRun(out)
  expect(result.completeness.ended, context).toBe('killed')
  expect(result.validity.reasons, context).toContainEqual(expect.stringMatching(/^partial: the run was killed/))
  const journal = (await journalOf(out)).map(
    ({ plannedInputTokens, outputTokens }) => `${plannedInputTokens} ${outputTokens}`,
  )
  const old = servedOf(log).filter(
    ({ receivedMs, lastWriteMs, aborted }) =>
      !aborted && receivedMs >= startedMs && lastWriteMs !== undefined && lastWriteMs < killedMs - 1_000 - heldMs,
  )
  expect(
    missing(
      old.map(({ promptTokens, outputTokens }) => `${promptTokens} ${outputTokens}`),
      journal,
    ),
    context,
  ).toEqual([])

  const resumed = await runCli(['replay', '--resume', out, '--json', '--quiet'], { deadlineMs: 60_000 })
  // 4 where the machine was too busy for the numbers to be trusted.
  expect([0, 4], `${context}: ${resumed.stderr}`).toContain(resumed.code)
  expect(JSON.parse(resumed.stdout), context).toMatchObject({
    completeness: { ended: 'passes', resumed: { attempts: 2, breaks: [{ after: 'killed' }] } },
    counts: { ok: planned - 2 * lanes, requests: planned - 2 * lanes, warmup: { ok: 2 * lanes, requests: 2 * lanes } },
  })
  const ids = (await journalOf(out)).map(({ id }) => id)
  expect(new Set(ids).size, context).toBe(planned)
  expect(ids.length, context).toBe(planned)
  return true
}

async function journalOf(folder: string): Promise<RequestRecord[]> {
  const all: RequestRecord[] = []
  const { records } = await readRun(folder)
  for await (const record of records()) all.push(record)
  return all
}

function servedOf(log: string): Served[] {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Served)
}

/** What `all` holds more often than `some`. */
function missing(all: readonly string[], some: readonly string[]): string[] {
  const left = [...some]
  return all.filter((each) => {
    const at = left.indexOf(each)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** As `monotonicOriginMs` of the server counts. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
