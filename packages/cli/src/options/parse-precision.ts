import { PrecisionMetric, type PrecisionTarget } from '@reprise/result-aggregator'
import { InvalidArgumentError } from 'commander'

/** A percentile and how exactly it is wanted, as in `ttft_p90=5%`. @throws InvalidArgumentError */
export function parsePrecision(text: string): PrecisionTarget {
  const [, word, percent, share] = /^([a-z_]+)_p(\d+(?:\.\d+)?)=(\d+(?:\.\d+)?)%$/.exec(text.trim()) ?? []
  const metric = PrecisionMetric.safeParse(word)
  const [percentile, halfWidth] = [Number(percent), Number(share)]
  if (!metric.success || !(percentile > 0 && percentile < 100 && halfWidth > 0))
    throw new InvalidArgumentError(
      `Write a percentile and half of its interval as a share of it, as in ttft_p90=5%; there are ${PrecisionMetric.options.join(', ')}.`,
    )
  return { metric: metric.data, percentile, halfWidthShare: halfWidth / 100 }
}
