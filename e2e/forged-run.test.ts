import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('building a run that was changed says so, and refuses one that cannot have happened', {
  timeout: 60_000,
}, async () => {
  const out = join(temporaryFolder(), 'run')
  await runHere(['simulate', '--lanes', '2', '--passes', '1', '--out', out, '--quiet'])
  const path = (name: string) => join(out, name)
  const saved = readFileSync(path('results.json'), 'utf8')

  writeFileSync(path('results.json'), saved.replace(/"p90": [\d.]+/, '"p90": 1'))
  const built = await runHere(['results', 'build', out])
  expect(built.stderr).toContain(
    `${out} is not as its manifest says: results.json was changed; its result is built from what is there`,
  )
  expect(readFileSync(path('results.json'), 'utf8')).toBe(saved)
  expect((await runHere(['results', 'build', out])).stderr).toBe('')

  const lines = readFileSync(path('records.jsonl'), 'utf8').split('\n')
  writeFileSync(path('records.jsonl'), lines.toSpliced(2, 1).join('\n'))
  const refused = await runHere(['results', 'build', out])
  expect(refused.stderr).toMatch(/run: it cannot be what a run wrote: .*The files of this folder were changed/)
  expect(refused.code).toBe(2)
  expect(readFileSync(path('results.json'), 'utf8')).toBe(saved)
})
