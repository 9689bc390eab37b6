import { PrecisionMetric, type PrecisionTarget } from '@reprise/result-aggregator/run'
import { InvalidArgumentError } from 'commander'
import { parsePercentile } from './parse-percentile.ts'

/** A percentile and how exactly it is wanted, as in `ttft_p90=5%`. @throws InvalidArgumentError */
export function parsePrecision(text: string): PrecisionTarget {
  const [, figure, share] = /^([^=]+)=\s*(\d+(?:\.\d+)?)%$/.exec(text.trim()) ?? []
  if (figure === undefined || !(Number(share) > 0))
    throw new InvalidArgumentError(
      `Write a percentile and half of its interval as a share of it, as in ttft_p90=5%; there are ${PrecisionMetric.options.join(', ')}.`,
    )
  return { ...parsePercentile(figure, PrecisionMetric.options), halfWidthShare: Number(share) / 100 }
}
