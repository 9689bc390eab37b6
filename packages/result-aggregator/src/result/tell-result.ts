import { printable } from '@reprise/safe-text'
import type { Result } from './result.ts'
import type { Identity } from './run-header.ts'
import { ToldName } from './told-name.ts'

/** Facts of a deployment that no server tells. */
export type ToldFacts = Partial<Pick<Identity, ToldName>>

/**
 * The result with what was told after the run, figures per GPU included. What the run was told when it began stands, since that is what was
 * measured; a label alone is no fact, and the later one stands.
 */
export function tellResult(result: Result, told: ToldFacts): Result {
  const { identity, provenance } = result
  const later = ToldName.options.filter((name) => isNews(name, identity, told))
  if (later.length === 0) return result
  const facts = Object.fromEntries(later.map((name) => [name, told[name]]))
  const toldLater = [...new Set([...(provenance.toldLater ?? []), ...later])]
  return {
    ...result,
    identity: { ...identity, ...facts },
    provenance: { ...provenance, toldLater },
    ...(later.includes('gpus') && perGpuFigures(result, told.gpus!)),
    ...(result.steps && { steps: result.steps.map((step) => tellResult(step, told)) }),
  }
}

/** What a saved result was told later: whoever builds it anew tells the same. */
export function toldFactsOf({ identity, provenance: { toldLater = [] } }: Result): ToldFacts {
  return Object.fromEntries(toldLater.map((name) => [name, identity[name]]))
}

/** In what a result was told one thing when its run began, and is told another now, in words; `undefined` in nothing. */
export function toldOtherwise({ identity }: Pick<Result, 'identity'>, told: ToldFacts): string | undefined {
  const other = ToldName.options.find(
    (name) => name !== 'label' && told[name] !== undefined && (identity[name] ?? told[name]) !== told[name],
  )
  return (
    other && `its ${other} is ${printable(String(identity[other]), 80)}, and not ${printable(String(told[other]), 80)}`
  )
}

function isNews(name: ToldName, identity: Identity, told: ToldFacts): boolean {
  if (told[name] === undefined || told[name] === identity[name]) return false
  return name === 'label' || identity[name] === undefined
}

function perGpuFigures({ jobs, goodput }: Result, gpus: number): Pick<Result, 'jobs' | 'goodput'> {
  return {
    ...(jobs?.perHour !== undefined && { jobs: { ...jobs, perHourPerGpu: jobs.perHour / gpus } }),
    ...(goodput?.requestsPerS !== undefined && { goodput: { ...goodput, perGpu: goodput.requestsPerS / gpus } }),
  }
}
