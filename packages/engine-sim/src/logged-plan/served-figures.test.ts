import { expect, test } from 'vitest'
import { parseMeasuredRequests } from './measured-requests.ts'
import { servedFigures } from './served-figures.ts'

const record = (cached: object, at: number) =>
  JSON.stringify({
    ...{
      id: `a${at}`,
      phase: 'profiling',
      outcome: { kind: 'ok' },
      dueMs: 0,
      sentMs: 0,
      firstTokenMs: 10,
      lastTokenMs: 30,
    },
    ...{ inputTokens: 100, outputTokens: 3, ...cached },
  })

test('a hit rate is of what replies told: none of a server that tells nothing, 0 of one that found nothing', () => {
  const figuresOf = (...cached: object[]) => servedFigures(parseMeasuredRequests(cached.map(record), 'records'))
  expect(figuresOf({}, {})).not.toHaveProperty('hitRate')
  expect(figuresOf({}, { cachedTokens: 0 })).toMatchObject({ hitRate: 0 })
  expect(figuresOf({}, { cachedTokens: 50 })).toMatchObject({ hitRate: 0.25, ttftP50Ms: 10, tpotP50Ms: 10 })
})
