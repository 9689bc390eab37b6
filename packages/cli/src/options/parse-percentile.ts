import { InvalidArgumentError } from 'commander'
import { metricNamed } from './metric-named.ts'

/** A figure of a result: which percentile of which metric. */
export interface Percentile<Name extends string> {
  readonly metric: Name
  /** In percent, above 0 and below 100. */
  readonly percentile: number
}

/** `ttft_p90`, or `ttft.p90` as results nest it. @throws InvalidArgumentError for a metric that is none of `names`, or no percentile. */
export function parsePercentile<Name extends string>(text: string, names: readonly Name[]): Percentile<Name> {
  const [, word = text.trim(), percent] = /^(.+?)[_.]p(\d+(?:\.\d+)?)$/.exec(text.trim()) ?? []
  const metric = metricNamed(word, names)
  const percentile = Number(percent)
  if (percentile > 0 && percentile < 100) return { metric, percentile }
  throw new InvalidArgumentError(`Say which percentile of ${metric}, above 0 and below 100, as in ${metric}_p90.`)
}
