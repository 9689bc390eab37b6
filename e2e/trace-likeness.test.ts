import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reprise } from './report.fixture.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('traces made like others', () => {
  const place: { recorded: string; made: string; model: string } = { recorded: '', made: '', model: '' }

  const folder = mkdtempSync(join(tmpdir(), 'reprise-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  beforeAll(async () => {
    Object.assign(place, { recorded: join(folder, 'a'), made: join(folder, 'b'), model: join(folder, 'm.json') })
    const lengths = ['--traces', '210', '--scale', '0.05', '--turn-scale', '0.3']
    await reprise('trace', 'synth', '--out', place.recorded, ...lengths)
    await reprise('trace', 'synth', '--like', place.recorded, '--out', place.made, '--model', place.model, '--quiet')
  })

  test('keep p10, p50 and p90 of turns, input, output, think time and hit rate within ten percent', async () => {
    const text = await reprise('trace', 'compare', place.recorded, place.made, '--within', '10', '--quiet')
    expect(text).toMatch(/^within 10 %$/m)
    expect(text).toMatch(/^input +0\.0\d\d +0\.\d+ /m)
    const json = JSON.parse(await reprise('trace', 'compare', place.recorded, place.made, '--json', '--quiet'))
    expect(Math.abs(json.largest.difference)).toBeLessThan(0.1)
    expect(json.quantities.turns.a.n).toBe(210)
    const strict = await runHere(['trace', 'compare', place.recorded, place.made, '--within', '0', '--quiet'])
    expect([strict.code, strict.stdout]).toEqual([2, expect.stringMatching(/^not within 0 %$/m)])
  })

  test('the model alone gives the same traces, and a changed one is refused with its name', async () => {
    const again = join(temporaryFolder(), 'again')
    const { digest } = JSON.parse(
      await reprise('trace', 'synth', '--from-model', place.model, '--out', again, '--json'),
    )
    const made = JSON.parse(
      await reprise('trace', 'synth', '--like', place.recorded, '--out', join(again, 'x'), '--json', '--quiet'),
    )
    expect(digest).toBe(made.digest)
    const model = JSON.parse(readFileSync(place.model, 'utf8'))
    writeFileSync(place.model, JSON.stringify({ ...model, blockSize: 0 }))
    const refused = await runHere(['trace', 'synth', '--from-model', place.model, '--out', join(again, 'y')])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/m\.json: blockSize: /)])
  })

  test.each([
    [['--like', 'a', '--from-model', 'b', '--out', 'c'], /name one/],
    [['--model', 'b', '--out', 'c'], /name traces with --like/],
    [[], /name a folder with --out/],
    [['--subagent-times', 'auto', '--out', 'c'], /name them with --like/],
  ])('%j is refused', async (args, message) => {
    const run = await runHere(['trace', 'synth', ...args])
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(message)])
  })
})

test('trace stats tells distributions, caps and working sets, as text and as JSON', async () => {
  const folder = join(temporaryFolder(), 'a')
  await reprise('trace', 'synth', '--out', folder, '--traces', '6', '--scale', '0.02', '--turn-scale', '0.2')
  const text = await reprise('trace', 'stats', folder, '--context', '2000', '--quiet')
  for (const row of [/^turns +6 /m, /^think time +\d+ /m, /^ {2}2,000 +\d/m, /^ {2}15 min /m, /^ {2}growth +\d/m])
    expect(text).toMatch(row)
  const json = JSON.parse(await reprise('trace', 'stats', folder, '--json', '--quiet'))
  expect(json).toMatchObject({ traces: 6, distributions: { turns: { n: 6 } }, workingSets: { clock: 'trace' } })
  expect(json.contextCaps).toHaveLength(7)
})
