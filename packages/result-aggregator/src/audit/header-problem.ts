import { isWholeRun } from '@reprise/replay-engine'
import type { RunFile } from '../result/run-header.ts'

/** What the engine model calls itself, behind HTTP too. */
const engineModel = 'reprise-sim'

/**
 * What contradicts itself in what a run's header says of where its requests went and how its client fared, in words: the reasons of a
 * verdict follow from that, and would be silent.
 */
export function headerProblem({ target, ended }: Pick<RunFile, 'target' | 'ended'>): string | undefined {
  const { kind, simulated, clock, engine } = target
  if (clock === 'virtual' && kind !== 'in-process') return `its time is virtual, and its target is ${kind}`
  if (!simulated && kind === 'in-process') return 'its target is in process, and said to be no model'
  if (!simulated && engine?.name === engineModel) return `${engineModel} answered, and is said to be no model`
  if (isWholeRun(ended?.reason) && clock === 'wall' && ended?.clientHealth?.eventLoopDelayMs?.p99 === undefined)
    return 'it ended, and does not say how late its client was'
  return undefined
}
