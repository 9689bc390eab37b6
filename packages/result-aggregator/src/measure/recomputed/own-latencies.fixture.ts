import type { RequestRecord } from '@reprise/replay-engine'
import {
  basis,
  distribution,
  errorOf,
  type Figures,
  interval,
  mean,
  percentiles,
  quantileOf,
  shares,
  t,
} from './own-formulas.fixture.ts'
import { ok, playOf, records } from './recomputed-run.fixture.ts'

type Formula = (record: RequestRecord) => number | undefined

const pace: Formula = (r) => (r.lastTokenMs! - r.firstTokenMs!) / (r.outputTokens! - 1)
const formulas: Record<string, { readonly of: Formula; readonly isPace?: boolean }> = {
  ttft: { of: (r) => r.firstTokenMs! - r.sentMs! },
  ttfat: { of: (r) => r.firstAnswerMs! - r.sentMs! },
  tpot: { of: pace, isPace: true },
  itl_compat: { of: pace, isPace: true },
  e2e: { of: (r) => r.lastTokenMs! - r.sentMs! },
  e2e_per_token: { of: (r) => (r.lastTokenMs! - r.sentMs!) / r.outputTokens! },
  longest_chunk_gap: { of: (r) => r.chunkGapsMs && Math.max(...r.chunkGapsMs), isPace: true },
  co_ttft: { of: (r) => r.firstTokenMs! - r.dueMs },
  co_e2e: { of: (r) => r.lastTokenMs! - r.dueMs },
}

/** Of every latency and speed, with its intervals. */
export function ownLatencies(): Figures {
  const own: Figures = {}
  for (const [name, { of, isPace }] of Object.entries(formulas)) {
    const known = ok.flatMap((record) => {
      const value = of(record)
      return value === undefined ? [] : [{ record, value }]
    })
    const values = known.map(({ value }) => value)
    const path = `metrics.${name}`
    const failures = records.length - ok.length
    const withFailures = [...values, ...Array.from({ length: failures }, () => Infinity)]
    Object.assign(
      own,
      distribution(path, values),
      { [`${path}.excluded`]: ok.length - values.length },
      { [`${path}.withFailures.n`]: withFailures.length },
      // One that a failure bounds is the word `unbounded`, and no number.
      Object.fromEntries(
        Object.entries(percentiles(`${path}.withFailures`, withFailures)).filter(([, value]) => value < Infinity),
      ),
      basis(
        `${path}.intervals`,
        known.map(({ record }) => playOf(record)),
      ),
    )
    for (const [each, p] of Object.entries(shares)) {
      const q = quantileOf(values, p)
      const error = errorOf(
        known.map(({ record, value }) => ({
          ...{ play: playOf(record), atMs: record.sentMs! },
          ...{ top: value <= q ? 1 : 0, bottom: 1 },
        })),
        isPace ? { blocks: 4, lags: 1 } : { blocks: 12, lags: 3 },
      )
      const reach = ((isPace ? t[2] : each === 'p50' ? t[3] : t[4]) * error) / values.length
      if (!(p - reach > 0 && p + reach < 1)) continue
      const ends = { low: quantileOf(values, p - reach), value: q, high: quantileOf(values, p + reach) }
      Object.assign(own, interval(`${path}.intervals.${each}`, ends))
    }
  }
  return {
    ...own,
    ...speeds(own, 'interactivity', 'tpot'),
    ...speeds(own, 'e2e_interactivity', 'e2e_per_token'),
    ...others(),
  }
}

/** A percentile of a speed is that of the time: the slow tail. Its deviation is that of the speeds of requests. */
function speeds(own: Figures, speed: string, latency: string): Figures {
  const [path, from] = [`metrics.${speed}`, `metrics.${latency}`]
  const all = ok.map((record) => 1000 / formulas[latency]!.of(record)!)
  const found: Figures = {}
  for (const [key, value] of Object.entries(own)) {
    if (!key.startsWith(`${from}.`)) continue
    const name = key.slice(from.length + 1)
    const isCount = /^(?:n|excluded|intervals\.(?:level|n|effectiveN))$/.test(name)
    if (name.startsWith('withFailures') || /^(?:std|min|max)$/.test(name)) continue
    if (name.endsWith('.low')) found[`${path}.${name.replace('.low', '.high')}`] = 1000 / value
    else if (name.endsWith('.high')) found[`${path}.${name.replace('.high', '.low')}`] = 1000 / value
    // It is that of the time, as the interval is.
    else found[`${path}.${name}`] = isCount || name.endsWith('.halfWidthShare') ? value : 1000 / value
  }
  const deviation = Math.sqrt(mean(all.map((each) => (each - mean(all)) ** 2)))
  return { ...found, [`${path}.std`]: deviation, [`${path}.min`]: Math.min(...all), [`${path}.max`]: Math.max(...all) }
}

/** Without intervals: what the client did, and the gaps between chunks one by one. */
function others(): Figures {
  const gaps = ok.filter(({ chunkGapsMs }) => chunkGapsMs)
  const late = records.map((r) => r.connectStartMs! - r.dueMs)
  return {
    ...distribution('metrics.dispatch_delay', late),
    'metrics.dispatch_delay.excluded': 0,
    ...distribution(
      'metrics.connect_time',
      records.map((r) => r.sentMs! - r.connectStartMs!),
    ),
    'metrics.connect_time.excluded': 0,
    ...distribution(
      'metrics.chunk_gap',
      gaps.flatMap((r) => r.chunkGapsMs!),
    ),
    'metrics.chunk_gap.excluded': ok.length - gaps.length,
    'clientHealth.dispatchDelayMs.p50': quantileOf(late, 0.5),
    'clientHealth.dispatchDelayMs.p99': quantileOf(late, 0.99),
    'clientHealth.dispatchDelayMs.max': Math.max(...late),
  }
}
