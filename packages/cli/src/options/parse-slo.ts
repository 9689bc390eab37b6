import { Slo, SloName } from '@reprise/result-aggregator/run'
import { InvalidArgumentError } from 'commander'
import { metricNamed } from './metric-named.ts'
import { parseDurationMs } from './parse.ts'

/** Objectives as in `ttft=2s,tpot=50ms,interactivity=20`: longest latencies, in seconds where they have no unit, and least speeds in tokens per second. */
export function parseSlo(text: string): Slo {
  const slo: Slo = {}
  for (const part of text.split(',')) {
    const [word, value, ...others] = part.split('=').map((each) => each.trim())
    if (!word || value === undefined || others.length > 0) throw new InvalidArgumentError(howTo)
    const name = metricNamed(word, SloName.options)
    if (slo[name] !== undefined) throw new InvalidArgumentError(`It says ${name} twice.`)
    slo[name] = name.endsWith('interactivity') ? parseSpeed(value) : parseDurationMs(value)
  }
  return Slo.parse(slo)
}

const howTo = `Write metrics with their bounds, as in ttft=2s,tpot=50ms; there are ${SloName.options.join(', ')}.`

/** Tokens per second. @throws InvalidArgumentError */
export function parseSpeed(text: string): number {
  const speed = text === '' ? Number.NaN : Number(text)
  if (speed > 0 && Number.isFinite(speed)) return speed
  throw new InvalidArgumentError('Write a speed in tokens per second: interactivity=20.')
}
