import { latencyNames } from '../measure/latencies.ts'
import type { ComparedFigure, FigureVerdict } from '../result/run-comparison.ts'
import { comparedPercentiles, hitFigure, type RateName, rates, speeds } from './figure-kinds.ts'
import { type FoundEstimate, type FoundFigure, isFound } from './found-figure.ts'
import type { FoundFigures } from './found-figures.ts'

/** Accelerators on either side, where both are known. */
export type Gpus = readonly [a: number, b: number] | undefined

/**
 * Every figure that either side has, in the order of its kinds. `main`: those that the sentence speaks of, at most `level` of whose intervals are to
 * miss in all.
 */
export function listFigures(
  found: FoundFigures,
  { gpus, main, level }: { readonly gpus: Gpus; readonly main: readonly string[]; readonly level: number },
): ComparedFigure[] {
  const own = (name: string) => (main.includes(name) ? level : undefined)
  const withCertainty = (name: string, of: (wanted?: number) => FoundFigure, terms: Terms): ComparedFigure => {
    const wider = own(name)
    return figureOf(name, of(), { ...terms, ...(wider !== undefined && { wider: of(wider).estimate }) })
  }
  const latencies = latencyNames.flatMap((name) => {
    const speed = Object.entries(speeds).find(([, latency]) => latency === name)?.[0]
    return ['turns' as const, ...comparedPercentiles].flatMap((which): ComparedFigure[] => {
      const of = (wanted?: number) =>
        which === 'turns' ? found.turns(name, wanted) : found.percentile(name, which, wanted)
      const part = which === 'turns' ? which : `p${which}`
      const figure = withCertainty(`${name}.${part}`, of, { kind: 'ratio', better: 'less' })
      return speed === undefined ? [figure] : [figure, speedOf(`${speed}.${part}`, figure)]
    })
  })
  const throughput = (Object.keys(rates) as RateName[]).flatMap((name): ComparedFigure[] => {
    const whole = withCertainty(name, (wanted) => found.rate(name, wanted), { kind: 'ratio', better: 'more' })
    if (!gpus) return [whole]
    const of = (wanted?: number) => perGpu(found.rate(name, wanted), gpus)
    return [whole, withCertainty(`${name}_per_gpu`, of, { kind: 'ratio', better: 'more' })]
  })
  const hits = figureOf(hitFigure, found.hits(), { kind: 'difference', better: 'more' })
  return [...latencies, ...throughput, hits].filter(
    ({ a, b, value, notEstimable }) => value !== undefined || (a ?? b) !== undefined || notEstimable === 'failures',
  )
}

interface Terms extends Pick<ComparedFigure, 'kind' | 'better'> {
  /** Its interval where several are to hold at once. */
  readonly wider?: FoundEstimate
}

function figureOf(
  name: string,
  { a, b, value, estimate }: FoundFigure,
  { kind, better, wider }: Terms,
): ComparedFigure {
  return {
    ...{ name, kind, better },
    ...(a !== undefined && { a }),
    ...(b !== undefined && { b }),
    ...(value !== undefined && { value }),
    ...estimate,
    verdict: verdictOf(kind, estimate),
    ...(wider && { certain: ['higher', 'lower'].includes(verdictOf(kind, wider)) }),
  }
}

function verdictOf(kind: ComparedFigure['kind'], estimate: FoundEstimate): FigureVerdict {
  if (!isFound(estimate)) return 'cannot tell'
  const neutral = kind === 'ratio' ? 1 : 0
  if (estimate.low > neutral) return 'higher'
  return estimate.high < neutral ? 'lower' : 'no difference'
}

/** A speed is 1000 / the latency, and turns everything round. */
function speedOf(name: string, { certain: _, ...latency }: ComparedFigure): ComparedFigure {
  const { a, b, value, low, high, verdict } = latency
  const turned: FigureVerdict = verdict === 'higher' ? 'lower' : verdict === 'lower' ? 'higher' : verdict
  return {
    ...latency,
    ...{ name, better: 'more', verdict: turned },
    ...(a !== undefined && { a: 1000 / a }),
    ...(b !== undefined && { b: 1000 / b }),
    ...(value !== undefined && { value: 1 / value }),
    ...(low !== undefined && high !== undefined && { low: 1 / high, high: 1 / low }),
  }
}

function perGpu({ a, b, value, estimate }: FoundFigure, [gpusA, gpusB]: readonly [number, number]): FoundFigure {
  const share = gpusA / gpusB
  return {
    ...(a !== undefined && { a: a / gpusA }),
    ...(b !== undefined && { b: b / gpusB }),
    ...(value !== undefined && { value: value * share }),
    estimate: isFound(estimate) ? { low: estimate.low * share, high: estimate.high * share } : estimate,
  }
}
