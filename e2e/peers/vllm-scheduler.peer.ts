import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkSteps } from '../../packages/engine-sim/src/check/check-steps.ts'
import { parseLoggedConfig } from '../../packages/engine-sim/src/check/parse-logged-config.ts'
import { installedPeer } from './installed-peer.ts'
import { packageFiles } from './package-files.ts'
import { kinds, type SchedulerCase, schedulerCase } from './vllm-cases.ts'

/** How many of each kind, and the seed of the first; more are run by whoever looks for what these do not find. */
const given = (variable: string, otherwise: number) => Number(process.env[variable] ?? otherwise)
const [cases, seed] = [given('VLLM_CASES', 8), given('VLLM_SEED', 1)]

const python = installedPeer(
  ...['cbor2==6.3.0', 'cloudpickle==3.1.3', 'msgspec==0.23.0', 'numpy==2.4.6', 'packaging==26.4'],
  ...['psutil==7.2.2', 'pydantic==2.14.4', 'pyzmq==27.3.0', 'regex==2026.11.19'],
)
const vllm = python && packageFiles('vllm', '0.33.0', 'source')
const folder = mkdtempSync(join(tmpdir(), 'reprise-scheduler-'))

afterAll(() => {
  for (const each of [python, vllm]) each?.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs vLLM's own scheduler; the step log of each case. */
async function logsOf(some: readonly SchedulerCase[]): Promise<readonly string[][]> {
  const file = join(folder, 'cases.json')
  writeFileSync(file, JSON.stringify(some))
  await python!.command('python', [join(import.meta.dirname, 'vllm_scheduler.py'), vllm!.folder, file, folder])
  return some.map(({ name }) =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n'),
  )
}

describe.skipIf(!vllm)("every step of vLLM 0.33.0's own scheduler, on random loads", () => {
  test.each(Object.keys(kinds))(
    '%s',
    async (kind) => {
      const some = Array.from({ length: cases }, (_, at) => schedulerCase(kind, seed + at))
      const logs = await logsOf(some)
      let steps = 0
      for (const [at, { name, plan }] of some.entries()) {
        const result = checkSteps(plan, logs[at]!)
        expect([name, result.mismatches, result.differences]).toEqual([name, 0, []])
        steps += result.steps
      }
      console.log(`${kind}: ${steps} steps of ${some.length} runs`)
      expect(steps).toBeGreaterThan(20 * cases)
    },
    400_000,
  )

  /** Another value than each has by itself, of those that a word or a number cannot be. */
  const altered: Readonly<Record<string, unknown>> = {
    ...{ enable_chunked_prefill: false, scheduler_reserve_full_isl: false, policy: 'priority', watermark: 0.5 },
    ...{ async_scheduling: true, long_prefill_token_threshold_adaptive: true },
  }

  test('every setting of its scheduler is honoured or refused, but for how outputs are told', () => {
    const source = readFileSync(join(vllm!.folder, 'vllm/config/scheduler.py'), 'utf8')
    const names = [...source.matchAll(/^ {4}([a-z]\w*): (?!InitVar|ClassVar)/gm)].map(([, name]) => name!)
    expect(names.length).toBeGreaterThan(20)
    const { chunked: _, reserve_full_isl: __, ...cfg } = schedulerCase('plain', 1).cfg
    const base = parseLoggedConfig(cfg, 'cfg')
    const ignored = names.filter((name) => {
      try {
        const changed = parseLoggedConfig({ ...cfg, [name]: altered[name] ?? 3 }, 'cfg')
        return JSON.stringify(changed) === JSON.stringify(base)
      } catch (error) {
        expect(error).toMatchObject({ name: 'UnsupportedEngineConfig', key: name })
        return false
      }
    })
    console.log(`${names.length} settings of SchedulerConfig`)
    expect(ignored).toEqual(['stream_interval'])
  })

  test('one field altered somewhere is a mismatch', async () => {
    const [{ plan }] = [schedulerCase('storm', 1)]
    const [log] = await logsOf([schedulerCase('storm', 1)])
    const at = log!.findLastIndex((line) => line.startsWith('{"s"'))
    const step = JSON.parse(log![at]!) as { free: number }
    expect(checkSteps(plan, log!.with(at, JSON.stringify({ ...step, free: step.free + 1 }))).mismatches).toBe(1)
  }, 400_000)
})
