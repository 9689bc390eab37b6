import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deadlineMs, host, labelIn, place, readJson, recipeText, stop } from './launch-place.ts'
import { runCli, startCli } from './run-cli.ts'

const passes = 'require("node:fs").writeFileSync(process.argv[2] + "/scores.json", "{}"); console.log(process.argv[1])'

test.each([
  {
    what: 'passes',
    command: [process.execPath, '-e', passes, `\${url}`, `\${out}`],
    code: 0,
    record: { outcome: 'passed', exitCode: 0 },
  },
  {
    what: 'fails',
    command: [process.execPath, '-e', 'process.exit(5)'],
    code: 4,
    record: { outcome: 'failed', exitCode: 5 },
  },
  {
    what: 'never ends',
    command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
    deadlineS: 1,
    code: 4,
    record: { outcome: 'failed', message: 'it took longer than its 1 s' },
  },
  { what: 'is not configured', command: undefined, code: 4, record: { outcome: 'not-configured' } },
])('an evaluation that $what', async ({ command, deadlineS, code, record }) => {
  const { job, folder } = place({ recipe: recipeText(['hang'], command, deadlineS) })
  const out = join(folder, 'eval')
  const flags = ['--url', 'http://127.0.0.1:9', '--model', 'm', '--out', out, '--json']
  const run = await runCli(['launch', 'eval', '--job', job, ...flags], { deadlineMs, cwd: folder })
  expect(run.code, run.stderr).toBe(code)
  expect(JSON.parse(run.stdout)).toMatchObject(record)
  expect(readJson(join(out, 'eval.json'))).toEqual(JSON.parse(run.stdout))
  expect(run.stderr).toContain(`eval: ${record.outcome.replace('-', ' ')}`)
  expect(existsSync(join(out, 'scores.json'))).toBe(record.outcome === 'passed')
  if (record.outcome === 'passed') expect(readFileSync(join(out, 'eval.log'), 'utf8')).toBe('http://127.0.0.1:9\n')
})

test('an evaluation whose command was killed is ended like a server', async () => {
  const command = [process.execPath, '-e', 'setInterval(() => {}, 1000)']
  const { job, folder } = place({ recipe: recipeText(['hang'], command) })
  const out = join(folder, 'eval')
  const flags = ['--url', 'http://127.0.0.1:9', '--model', 'm', '--out', out]
  const { child, ended } = startCli(['launch', 'eval', '--job', job, ...flags], { deadlineMs, cwd: folder })
  const label = await labelIn(out)
  onTestFinished(async () => void (await host.cleanUp(label, { graceS: 0.2 })))
  child.kill('SIGKILL')
  await ended
  expect(await host.countOwned(label)).toBeGreaterThan(0)
  expect((await stop(out)).removed).toBeGreaterThan(0)
  expect(await host.countOwned(label)).toBe(0)
})
