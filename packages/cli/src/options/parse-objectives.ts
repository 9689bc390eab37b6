import { type Objective, SloName } from '@reprise/result-aggregator/run'
import { InvalidArgumentError } from 'commander'
import { parseDurationMs } from './parse.ts'
import { parsePercentile } from './parse-percentile.ts'
import { parseSpeed } from './parse-slo.ts'

/** Percentiles with their bounds, as in `ttft_p90=15s,tpot_p50=33ms,interactivity_p90=20`: longest latencies with a unit, and least speeds in tokens per second. @throws InvalidArgumentError */
export function parseObjectives(text: string): Objective[] {
  const objectives = text.split(',').map(parseObjective)
  const names = objectives.map(({ metric, percentile }) => `${metric}_p${percentile}`)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new InvalidArgumentError(`It says ${twice} twice.`)
  return objectives
}

function parseObjective(text: string): Objective {
  const [figure, value, ...others] = text.split('=').map((part) => part.trim())
  if (!figure || !value || others.length > 0)
    throw new InvalidArgumentError(
      `Write percentiles with their bounds, as in ttft_p90=15s,tpot_p50=33ms; there are ${SloName.options.join(', ')}.`,
    )
  const of = parsePercentile(figure, SloName.options)
  return { ...of, bound: of.metric.endsWith('interactivity') ? parseSpeed(value) : parseLatencyMs(figure, value) }
}

/** Tools differ in whether a bare number is seconds or milliseconds, and a bound that is a thousand times too long is kept by any server. */
function parseLatencyMs(figure: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text))
    throw new InvalidArgumentError(`Give the unit: ${figure}=${text}ms or ${figure}=${text}s.`)
  return parseDurationMs(text)
}
