import type { Goodput, SloName } from '../result/goodput.ts'

/** How many requests kept every objective, in a sentence: `goodput: 93.1 % of 120 requests kept ttft <= 2000 ms`. */
export function renderGoodput({ slo, good, judged, unjudged, broken, share, requestsPerS }: Goodput): string {
  const rate = requestsPerS === undefined ? '' : `, ${requestsPerS.toFixed(2)} a second`
  const all = `${good} of ${judged} requests kept ${Object.entries(slo).map(boundText).join(', ')}${rate}`
  const breaks = Object.entries(broken).map(([name, count]) => `${name} ${count}`)
  return [
    `goodput: ${share === undefined ? all : `${(share * 100).toFixed(1)} %, ${all}`}`,
    ...(breaks.length > 0 ? [`broken by ${breaks.join(', ')}`] : []),
    ...(unjudged > 0 ? [`${unjudged} say nothing of it`] : []),
  ].join('; ')
}

function boundText([name, bound]: [string, number]): string {
  return (name as SloName).endsWith('interactivity') ? `${name} >= ${bound} tokens/s` : `${name} <= ${bound} ms`
}
