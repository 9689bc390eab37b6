import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkSteps } from '../../packages/engine-sim/src/check/check-steps.ts'
import { installedPeer } from './installed-peer.ts'
import { packageFiles } from './package-files.ts'
import { type SglangCase, sglangCase, sglangKinds } from './sglang-cases.ts'

/** How many of each kind, and the seed of the first; more are run by whoever looks for what these do not find. */
const given = (variable: string, otherwise: number) => Number(process.env[variable] ?? otherwise)
const [cases, seed] = [given('SGLANG_CASES', 6), given('SGLANG_SEED', 1)]

const python = installedPeer(
  ...['msgspec==0.23.0', 'numpy==2.4.6', 'orjson==3.13.0', 'packaging==26.4', 'psutil==7.2.2', 'pydantic==2.14.4'],
  'pyzmq==27.3.0',
)
const sglang = python && packageFiles('sglang', '0.5.23', 'wheel')
const folder = mkdtempSync(join(tmpdir(), 'reprise-scheduler-'))

afterAll(() => {
  for (const each of [python, sglang]) each?.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs SGLang's own scheduler; the step log of each case. */
async function logsOf(some: readonly SglangCase[]): Promise<readonly string[][]> {
  const file = join(folder, 'cases.json')
  writeFileSync(file, JSON.stringify(some))
  const script = join(import.meta.dirname, 'sglang_scheduler.py')
  await python!.command('python', ['-W', 'ignore', script, sglang!.folder, file, folder])
  return some.map(({ name }) =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n'),
  )
}

describe.skipIf(!sglang)("every step of SGLang 0.5.23's own scheduler, on random loads", () => {
  test.each(Object.keys(sglangKinds))(
    '%s',
    async (kind) => {
      const some = Array.from({ length: cases }, (_, at) => sglangCase(kind, seed + at))
      const logs = await logsOf(some)
      let [steps, retractions] = [0, 0]
      for (const [at, { name, plan }] of some.entries()) {
        const result = checkSteps(plan, logs[at]!)
        expect([name, result.mismatches, result.differences]).toEqual([name, 0, []])
        steps += result.steps
        retractions += logs[at]!.filter((line) => line.includes('"ret":')).length
      }
      console.log(`${kind}: ${steps} steps of ${some.length} runs, ${retractions} with retractions`)
      expect(steps).toBeGreaterThan(15 * cases)
    },
    400_000,
  )

  test('one field altered somewhere is a mismatch', async () => {
    const one = sglangCase('storm', 1)
    const [log] = await logsOf([one])
    const at = log!.findLastIndex((line) => line.startsWith('{"s"'))
    const step = JSON.parse(log![at]!) as { av: number }
    expect(checkSteps(one.plan, log!.with(at, JSON.stringify({ ...step, av: step.av + 1 }))).mismatches).toBe(1)
  }, 400_000)
})
