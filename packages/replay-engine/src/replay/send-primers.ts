import { sleepUntil } from '../clock/sleep-until.ts'
import type { Snapshot } from '../plan/play.ts'
import type { Run, Sending } from './run.ts'

/** A turn that warm-up sends for one token. */
export interface Primer {
  readonly sessionIndex: number
  readonly turn: number
  readonly dueMs: number
  /** Which time after the first. */
  readonly again?: number
}

/**
 * One token of what each session had asked last, all at once; then again and again, one after the other, as often as the load says. Returns
 * when all have ended.
 */
export async function sendPrimers(
  { primers, again: times }: Snapshot,
  { run, atMs, sendingOf }: { run: Run; atMs: number; sendingOf: (primer: Primer) => Sending },
): Promise<void> {
  const { clock } = run.options
  await sleepUntil(clock, atMs, run.closing.signal).catch(() => {})
  await Promise.all(primers.map((primer) => send({ ...primer, dueMs: atMs })))
  for (let again = 1; again <= times; again += 1)
    await send({ ...primers[(again - 1) % primers.length]!, dueMs: clock.now(), again })

  /** Without what its root had said before, a lane would measure another workload: then the run is given up. */
  async function send(primer: Primer): Promise<void> {
    if (!run.mayStillSend()) return
    const { outcome } = await run.send(sendingOf(primer))
    if (primer.sessionIndex > 0 || primer.again !== undefined) return
    if (outcome.kind === 'failed') run.stop({ kind: 'warmup-failed', failure: outcome.class })
    if (outcome.kind === 'truncated') run.stop({ kind: 'warmup-failed', failure: 'too-long' })
  }
}
