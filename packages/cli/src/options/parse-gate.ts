import { comparedFigureNames, type Gate } from '@reprise/result-aggregator'
import { InvalidArgumentError } from 'commander'
import { metricNamed } from './metric-named.ts'

/**
 * What must not be, as in `ttft.p90 > +5%`, `output < -2%` or `hit_rate < -1pt`: how far a figure of B may be beyond that of A. A metric alone is that of the
 * same turns.
 *
 * @throws InvalidArgumentError
 */
export function parseGate(text: string): Gate {
  const [, word, sign, number, unit] = /^\s*([^<>\s]+)\s*([<>])\s*([+-]?\d+(?:\.\d+)?)\s*(%|pt)\s*$/.exec(text) ?? []
  if (word === undefined || number === undefined) throw new InvalidArgumentError(howTo)
  const figure = figureNamed(word)
  if ((figure === 'hit_rate') !== (unit === 'pt'))
    throw new InvalidArgumentError(
      figure === 'hit_rate'
        ? 'hit_rate is a share: say by how many points it may differ, as in hit_rate < -1pt.'
        : `${figure} differs by a share of itself: write percent, as in ${figure} > +5%.`,
    )
  return { text: text.trim(), figure, beyond: sign === '>' ? 'above' : 'below', change: Number(number) / 100 }
}

const howTo = `Write a figure, > or <, and how far B may be from A: 'ttft.p90 > +5%', 'output_per_gpu < -2%', 'hit_rate < -1pt'.`

/** @throws InvalidArgumentError */
function figureNamed(word: string): string {
  const plain = word.replace(/_(p\d+)$/, '.$1')
  const [metric, part = 'turns'] = plain.split('.')
  const metrics = comparedFigureNames.map((name) => name.replace(/\..*$/, ''))
  const named = metricNamed(metric!, [...new Set(metrics)])
  const parts = comparedFigureNames.flatMap((name) =>
    name.startsWith(`${named}.`) ? [name.slice(named.length + 1)] : [],
  )
  if (parts.length === 0 && !plain.includes('.')) return named
  if (parts.includes(part)) return `${named}.${part}`
  throw new InvalidArgumentError(
    parts.length === 0
      ? `${named} has no percentiles.`
      : `Of ${named} there are ${parts.join(', ')}, as in ${named}.p90.`,
  )
}
