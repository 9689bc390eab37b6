import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ending, type Fault, type FaultStep, faults, startFaultyServer } from '@reprise/replay-engine/stand-ins'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { temporaryFolder } from '../temporary-folder.ts'

interface Blow {
  readonly steps: readonly FaultStep[]
  readonly ends: Ending
}

/** Every fault that a server survives, and that leaves the rest of a session to be played. */
const blows: readonly Blow[] = Object.values<Fault>(faults)
  .filter(({ down, idleMs, outputTokens }) => !down && idleMs === undefined && outputTokens === undefined)
  .flatMap(({ replies, ends }) => replies.map((steps, i) => ({ steps: steps ?? [], ends: ends[i]! })))
  .filter(({ steps, ends }) => ends !== 'truncated' && steps.every((step) => step.do !== 'die'))

const harmless = blows.filter(({ ends }) => ends === 'ok')
const harmful = blows.filter(({ ends }) => ends !== 'ok')

/** A reply that comes is never so late, be the machine ever so busy: what ends as `timeout` was never to come. */
const timeoutS = '15'

/** So few of each that the run is not given up. */
const everyNth = 13

interface PlanFile {
  readonly trees: readonly { readonly sessions: readonly { readonly turns: readonly unknown[] }[] }[]
}
/** One for a token, and five prompts. */
const preflight = 6

interface RecordLine {
  readonly id: string
  readonly resent?: true
  readonly outcome: { readonly kind: string; readonly class?: string }
}

test('under all faults together every planned request is sent, and counted once', { timeout: 240_000 }, async () => {
  const dealt: Ending[] = []
  const server = await startFaultyServer((request) => {
    if (request < preflight) return undefined
    const kind = request % everyNth === everyNth - 1 ? harmful : request % everyNth === 5 ? harmless : undefined
    if (!kind) return undefined
    const { steps, ends } = kind[Math.floor(request / everyNth) % kind.length]!
    dealt.push(ends)
    return steps
  })
  onTestFinished(() => server.close())
  const out = join(temporaryFolder(), 'run')
  const load = ['--lanes', '8', '--passes', '1', '--start', '0', '--time-scale', '0', '--timeout', timeoutS]
  const run = await runCli(['replay', '--url', server.url, '--out', out, ...load, '--json', '--quiet'], {
    deadlineMs: 220_000,
  })
  expect(run.stderr).toBe('')
  const plan = JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8')) as PlanFile
  const planned = plan.trees.flatMap(({ sessions }) => sessions.flatMap(({ turns }) => turns)).length
  const lines = readFileSync(join(out, 'records.jsonl'), 'utf8').trimEnd().split('\n')
  const records = lines.map((line) => JSON.parse(line) as RecordLine)
  const { counts, completeness } = JSON.parse(run.stdout)
  expect(completeness.ended).toBe('passes')

  const failed = dealt.filter((ends) => ends !== 'ok').length
  expect(failed).toBeGreaterThanOrEqual(harmful.length)
  expect(dealt.length - failed).toBeGreaterThanOrEqual(harmless.length)
  expect(new Set(records.map(({ id }) => id)).size).toBe(planned)
  expect(records).toHaveLength(planned)
  expect(counts.requests).toBe(planned)
  expect(counts.ok + counts.failed + counts.truncated + counts.cancelled).toBe(planned)

  // Each blow is one failure of its class; only a reset of an idle connection may have been made good, and then it is said.
  const resent = records.filter((record) => record.resent).length
  const failures: Record<string, number> = {}
  for (const ends of dealt) if (ends !== 'ok') failures[ends] = (failures[ends] ?? 0) + 1
  expect({ ...counts.failures, disconnect: counts.failures.disconnect + resent }).toEqual(failures)
  expect(counts.resent).toBe(resent)
  expect(server.calls.length).toBe(planned + resent + preflight)
})
