import { expect, test } from 'vitest'
import { collectionOf, done, failed, hostile, plain } from '../../testing/collection.fixture.ts'
import { sweepJob } from '../../testing/sweep.fixture.ts'
import { renderCollection } from './render-collection.ts'

test('a line per point under its configuration, the totals, and how to do again what failed', () => {
  expect(renderCollection(plain)).toMatchInlineSnapshot(`
    "                                  TTFT p50  p90  TPOT p50  tok/s  out tok/s    Hit
      Point                    Lanes        ms   ms        ms   user        GPU   rate  Verdict
    -------------------------------------------------------------------------------------------
    tiny-fp8-h100-vllm
      tiny_tp1_conc2_kvnone-1      2       100  100      50.0   20.0       55.0  64.0%  indicative
      tiny_tp1_conc2_kvnone-3      2         -    -         -      -          -      -  FAILED server
    tiny-fp4-b200-sglang
      tiny_tp1_conc2_kvnone-2     16       100  100      50.0   20.0       27.5  64.0%  indicative

    3 jobs: 2 done, 1 failed

    FAILED server in replay: tiny-fp8-h100-vllm tiny_tp1_conc2_kvnone-3: the server ended while it was
      being measured (signal SIGKILL)
      again: npx reprise bench --config-key tiny-fp8-h100-vllm --point 0000000000000003 --duration-override 2"
  `)
})

test('no line of the table is wider than 100 columns, however long the names', () => {
  const long = collectionOf(
    done(sweepJob(1, { name: `dsv4_p1x8ep8dpa_d2x8ep8dpa_conc512_kvdram-${'x'.repeat(70)}-1` })),
    failed(
      sweepJob(2, { configKey: `k${'y'.repeat(190)}` }, { concurrencies: [128, 256, 512] }),
      'infrastructure',
      'word '.repeat(60),
    ),
  )
  const lines = renderCollection(long).split('\n')
  expect(lines.filter((line) => line.length > 100 && !line.startsWith('  again: '))).toEqual([])
  expect(lines.filter((line) => line.endsWith('-1') || line.includes('FAILED infrastructure')).length).toBeGreaterThan(
    0,
  )
})

test('foreign names cannot move the cursor or command a runner', () => {
  const text = renderCollection(hostile)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(text.split('\n').filter((line) => /^\s*::|##\[/.test(line))).toEqual([])
})

test.each([88, 89, 90, 91, 180])(
  'no command comes to stand first in a line by being cut off a long word, at %i',
  (length) => {
    const message = `${'x'.repeat(length)}::error::boom ${'z '.repeat(length)} :::error::boom ${'y'.repeat(length)}##[error]boom`
    const lines = renderCollection(collectionOf(failed(sweepJob(1), 'server', message))).split('\n')
    expect(lines.filter((line) => /^\s*::|##\[/.test(line))).toEqual([])
  },
)

test('a sweep without a job says so', () => {
  expect(renderCollection(collectionOf())).toMatch(/^0 jobs: 0 done, 0 failed$/m)
})
