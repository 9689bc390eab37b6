import { arrivalsOf, type Plan } from '@reprise/replay-engine'
import type { Io } from '../terminal/io.ts'
import { grouped } from '../terminal/output.ts'

/** Fewer are what a recording may well have. */
const FEWEST = 8

/** Says on stderr where a plan has most of its sessions arrive at one instant, which no user would. */
export function warnOfStampede(plan: Plan, io: Io): void {
  const warning = stampedeWarning(plan)
  if (warning !== undefined) io.stderr.write(`warning: ${warning}\n`)
}

/** A sentence where more than half of the sessions of a schedule arrive at the same instant; else undefined. */
export function stampedeWarning(plan: Plan): string | undefined {
  if (plan.load.kind !== 'schedule') return undefined
  const { slots, dueMs } = arrivalsOf(plan)
  const instants = new Map<number, number>()
  for (let slot = 0; slot < slots; slot += 1) instants.set(dueMs(slot), (instants.get(dueMs(slot)) ?? 0) + 1)
  const together = Math.max(0, ...instants.values())
  if (together < FEWEST || together <= slots / 2) return undefined
  return (
    `${grouped(together)} of ${grouped(slots)} sessions arrive at the same instant: traces that were recorded one by one (WEKA) all begin at 0, ` +
    'and nobody knows when each was. The server meets a stampede that no recording had: take --preset rate --rate X to spread them, or traces with times of arrival.'
  )
}
