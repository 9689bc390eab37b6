import type { RequestRecord } from '@reprise/replay-engine'
import { type Figures, mean, quantileOf, sum } from './own-formulas.fixture.ts'
import { ok, windowMs } from './recomputed-run.fixture.ts'

const ttft = (r: RequestRecord) => r.firstTokenMs! - r.sentMs!
const BATCHES = 60
const batchOf = (ms: number) => Math.floor((ms / windowMs) * BATCHES)

/** The first three of each shape beside the later ones of it. */
export function ownColdStarts(): Figures {
  const shapes = Map.groupBy(ok, (r) => 2 ** Math.floor(Math.log2(Math.max(1, r.inputTokens! - r.cachedTokens!))))
  const told = [...shapes].flatMap(([shapeTokens, own]) => {
    const order = own.toSorted((one, other) => one.sentMs! - other.sentMs!)
    if (order.length < 11) return []
    const usualP90Ms = quantileOf(order.slice(3).map(ttft), 0.9)
    const cold = order.slice(0, 3).filter((r) => ttft(r) > 3 * usualP90Ms)
    return [cold.map((record) => ({ record, shapeTokens, usualP90Ms }))]
  })
  const cold = told
    .flat()
    .sort((one, other) => ttft(other.record) - other.usualP90Ms - (ttft(one.record) - one.usualP90Ms))
  const others = ok.filter((r) => !cold.some(({ record }) => record === r)).map(ttft)
  return {
    'coldStarts.shapes': told.length,
    'coldStarts.coldShapes': told.filter((each) => each.length > 0).length,
    'coldStarts.requests': cold.length,
    ...(cold.length > 0 && { 'coldStarts.ttftP99WithoutMs': quantileOf(others, 0.99) }),
    ...Object.assign(
      {},
      ...cold.slice(0, 5).map(({ record, shapeTokens, usualP90Ms }, i) => ({
        [`coldStarts.worst.${i}.shapeTokens`]: shapeTokens,
        [`coldStarts.worst.${i}.ttftMs`]: ttft(record),
        [`coldStarts.worst.${i}.usualP90Ms`]: usualP90Ms,
      })),
    ),
  }
}

/** From when on three series are level: that cut off of which what is left has the smallest squares over the square of its number. */
export function ownSettling(): Figures {
  const batches = Array.from({ length: BATCHES }, (_, i) => i)
  const sentIn = (i: number) => ok.filter(({ sentMs }) => batchOf(sentMs!) === i)
  const meanOf = (of: (r: RequestRecord) => number) =>
    batches.flatMap((i) => (sentIn(i).length > 0 ? [{ i, value: mean(sentIn(i).map(of)) }] : []))
  const series = {
    output: batches.map((i) => ({
      i,
      value: sum(ok.filter((r) => batchOf(r.lastTokenMs!) === i).map((r) => r.outputTokens!)),
    })),
    inputTokens: meanOf((r) => r.inputTokens!),
    ttft: meanOf((r) => Math.round(1e6 * Math.log(ttft(r)))),
  }
  const own: Figures = {}
  for (const [name, all] of Object.entries(series)) {
    const errors = all.slice(0, -4).map((_, cut) => {
      const rest = all.slice(cut).map(({ value }) => value)
      return sum(rest.map((value) => (value - mean(rest)) ** 2)) / rest.length ** 2
    })
    const cut = errors.indexOf(Math.min(...errors))
    if (cut <= all.length / 2) own[`settling.${name}.cutShare`] = cut === 0 ? 0 : all[cut]!.i / BATCHES
  }
  const shares = Object.values(own)
  if (shares.length < 3) return own
  const cutMs = Math.max(...shares) * windowMs
  own['settling.cutMs'] = cutMs
  if (cutMs === 0) return own
  const later = ok.filter(({ sentMs }) => sentMs! >= cutMs)
  const tokens = ok.map((r) => {
    const [from, to] = [r.firstTokenMs!, r.lastTokenMs!]
    return Math.round((r.outputTokens! * (to - Math.min(to, Math.max(from, cutMs)))) / (to - from))
  })
  return {
    ...own,
    'settling.figures.ttftP50Ms': quantileOf(later.map(ttft), 0.5),
    'settling.figures.ttftP90Ms': quantileOf(later.map(ttft), 0.9),
    'settling.figures.tpotP50Ms': quantileOf(
      later.map((r) => (r.lastTokenMs! - r.firstTokenMs!) / (r.outputTokens! - 1)),
      0.5,
    ),
    'settling.figures.output': sum(tokens) / ((windowMs - cutMs) / 1000),
  }
}
