import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('same inputs, same seed: plan and simulated records are byte for byte the same; another seed, another plan', async () => {
  const folder = temporaryFolder()
  const simulate = async (name: string, seed: string, runs = runHere) => {
    const out = join(folder, name)
    const run = await runs(['simulate', '--lanes', '4', '--duration', '600', '--seed', seed, '--out', out, '--quiet'])
    expect(run.code).toBe(0)
    return {
      plan: readFileSync(join(out, 'plan.json'), 'utf8'),
      records: readFileSync(join(out, 'records.jsonl'), 'utf8'),
    }
  }
  const first = await simulate('first', '7', runCli)
  expect(first.records.split('\n').length).toBeGreaterThan(50)
  expect(await simulate('again', '7')).toEqual(first)
  expect((await simulate('other', '8')).plan).not.toEqual(first.plan)
})
