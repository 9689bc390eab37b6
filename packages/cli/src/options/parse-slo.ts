import { Slo, SloName } from '@reprise/result-aggregator'
import { InvalidArgumentError } from 'commander'
import { parseDurationMs } from './parse.ts'

/** Objectives as in `ttft=2s,tpot=50ms,interactivity=20`: longest latencies, in seconds where they have no unit, and least speeds in tokens per second. */
export function parseSlo(text: string): Slo {
  const slo: Slo = {}
  for (const part of text.split(',')) {
    const [word, value, ...others] = part.split('=').map((each) => each.trim())
    const name = SloName.safeParse(word)
    if (!name.success || value === undefined || others.length > 0) throw new InvalidArgumentError(howTo)
    if (slo[name.data] !== undefined) throw new InvalidArgumentError(`It says ${name.data} twice.`)
    slo[name.data] = name.data.endsWith('interactivity') ? parseSpeed(value) : parseDurationMs(value)
  }
  return Slo.parse(slo)
}

const howTo = `Write metrics with their bounds, as in ttft=2s,tpot=50ms; there are ${SloName.options.join(', ')}.`

function parseSpeed(text: string): number {
  const speed = text === '' ? Number.NaN : Number(text)
  if (speed > 0 && Number.isFinite(speed)) return speed
  throw new InvalidArgumentError('Write a speed in tokens per second: interactivity=20.')
}
