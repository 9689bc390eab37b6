import { expect, test } from 'vitest'
import { lasting, sweepJob } from '../testing/sweep.fixture.ts'
import { renderReproduction } from './reproduce-job.ts'

test('names the configuration, the point, and what was overridden', () => {
  const usual = sweepJob(1, {}, { scenario: lasting(3_600) })
  expect(renderReproduction(usual)).toBe('npx reprise bench --config-key tiny-fp8-h100-vllm --point 0000000000000001')
  const traced = sweepJob(2, { debugTrace: true })
  expect(renderReproduction(traced)).toMatch(/ --point 0000000000000002 --duration-override 2 --debug-trace$/)
})

test('the window of an April file stands in the file, so it is always said', () => {
  const april = sweepJob(1, { epoch: 'apr2026' }, { scenario: lasting(3_600) })
  expect(renderReproduction(april)).toMatch(/ --duration-override 3600$/)
})

test('other master files are named', () => {
  expect(renderReproduction(sweepJob(1, { configFiles: ['my configs/a.yaml', 'b.yaml'] }))).toMatch(
    / --config-files 'my configs\/a.yaml' b.yaml$/,
  )
})

test('a key means nothing to a shell', () => {
  const job = sweepJob(1, { configKey: "a'$(touch x)`y`\n;z" })
  expect(renderReproduction(job)).toContain(`--config-key 'a'\\''$(touch x)\`y\` ;z' --point`)
})
