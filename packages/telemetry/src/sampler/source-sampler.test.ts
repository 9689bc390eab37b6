import { expect, test } from 'vitest'
import { SourceSampler } from './source-sampler.ts'

test('a source whose series are ever new ones is not followed without end', async () => {
  const answers: string[] = []
  let asked = 0
  const sampler = new SourceSampler({
    index: 0,
    source: { url: 'http://gpu/metrics', found: 'option' },
    intervalMs: 1_000,
    now: () => 0,
    scrape: async () => {
      asked += 1
      const series = new Map(Array.from({ length: 40_000 }, (_, index) => [`a${asked}_${index}`, 1]))
      return { page: { series, malformed: 0, duplicates: 0 } }
    },
    write: (line) => answers.push('problem' in line ? line.problem : 'page'),
  })
  for (const edge of ['warmup-start', 'warmup-end', 'profiling-start', 'profiling-end'] as const) sampler.edge(edge)
  await sampler.settled()
  expect(answers).toEqual(['page', 'page', 'page', 'too-many-series'])
})
