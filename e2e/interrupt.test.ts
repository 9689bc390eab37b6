import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildRun } from '@reprise/result-aggregator/run'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runCli, type StartedCli, serveCli, startCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Replies of 0.6 s one after the other in each of three lanes, far longer than the test waits. */
const load = ['--preset', 'fixed-seq-len', '--isl', '300', '--osl', '60', '--range-ratio', '1', '--lanes', '3']

/** Waits until a file of the run's folder holds `text`, or the run has ended. */
async function fileHolds(text: string, { child }: StartedCli, path: string): Promise<void> {
  const holds = () => existsSync(path) && readFileSync(path, 'utf8').includes(text)
  while (child.exitCode === null && !holds()) await sleep(20)
}

/** Waits until a run says `text`, or has ended. */
function says(text: string, { child, ended }: StartedCli): Promise<unknown> {
  const said = new Promise<void>((done) => {
    let sofar = ''
    child.stderr!.on('data', (chunk: string) => {
      sofar += chunk
      if (sofar.includes(text)) done()
    })
  })
  return Promise.race([said, ended])
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  test('ends the window, lets what is in flight end, and gives an honest partial result', {
    timeout: 150_000,
  }, async () => {
    const { url } = await serveCli()
    const out = join(temporaryFolder(), 'run')
    const run = startCli(['replay', '--url', url, ...load, '--out', out, '--json'], { deadlineMs: 110_000 })
    await fileHolds('"profiling"', run, join(out, 'records.jsonl'))
    run.child.kill(signal)
    const { code, stdout, stderr } = await run.ended
    expect(stderr).toContain('stopping: nothing more is sent; what is in flight may end within 60 s. Ctrl-C again')
    expect(code).toBe(exitCode)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ completeness: { ended: 'interrupted' }, counts: { cancelled: 0, failed: 0 } })
    expect(result.counts.ok).toBeGreaterThan(0)
    expect(result.validity.reasons).toContainEqual(expect.stringMatching(/^partial: the run was interrupted/))
    expect(await buildRun(out)).toEqual(result)
    // The thread beside it has ended as it should.
    expect(readFileSync(join(out, 'server-metrics.jsonl'), 'utf8').trimEnd().split('\n').at(-1)).toContain('"end":true')
    expect(result.server).toMatchObject({ sources: [{ engine: 'vllm' }], windowMs: expect.any(Number) })
    expect(result.server).not.toHaveProperty('endedEarly')
  })
})

test('a second Ctrl-C cancels what is in flight, which is on record all the same, and the run can be resumed', {
  timeout: 150_000,
}, async () => {
  const { url } = await serveCli()
  const out = join(temporaryFolder(), 'run')
  const longer = load.map((word) => (word === '60' ? '3000' : word))
  const args = ['replay', '--url', url, ...longer, '--out', out]
  const run = startCli([...args, '--json'], { deadlineMs: 110_000 })
  await fileHolds('"warmup"', run, join(out, 'phases.jsonl'))
  const heard = says('Ctrl-C again cancels it', run)
  run.child.kill('SIGINT')
  await heard
  run.child.kill('SIGINT')
  const { code, stdout, stderr } = await run.ended
  expect(stderr).toContain('stopping at once: what is in flight is cancelled')
  expect(code).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({
    completeness: { ended: 'interrupted' },
    counts: { warmup: { requests: 3, cancelled: 3 } },
  })
  expect(await buildRun(out)).toEqual(JSON.parse(stdout))

  const changed = await runHere(['replay', '--lanes', '4', '--resume', out])
  expect(changed).toMatchObject({ code: 2, stderr: expect.stringMatching(/--lanes is not what this run began with/) })
  const other = await runHere(['replay', '--resume', join(out, 'nowhere')])
  expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/run\.json: no such file/) })
})

test('a sweep that is cut ends with a page and the command that goes on, and that does the lane counts that are left', {
  timeout: 150_000,
}, async () => {
  const { url } = await serveCli()
  const cwd = temporaryFolder()
  const short = ['--preset', 'fixed-seq-len', '--isl', '200', '--osl', '20', '--range-ratio', '1', '--lanes', '3,1,2']
  const run = startCli(['replay', '--url', url, ...short, '--out', 'my sweep'], { cwd, deadlineMs: 110_000 })
  const [first, second, third] = ['lanes-3', 'lanes-1', 'lanes-2'].map((name) => join(cwd, 'my sweep', name))
  await fileHolds('"profiling"', run, join(second!, 'records.jsonl'))
  run.child.kill('SIGINT')
  const { code, stdout } = await run.ended
  expect(code).toBe(130)
  expect(stdout).toMatch(
    /\nreport: my sweep\/report\.html\nagain: npx reprise replay .* --out 'my sweep' --overwrite\n/,
  )
  expect(stdout).toMatch(/\ngo on: npx reprise replay --resume 'my sweep'\n$/)
  expect(readFileSync(join(cwd, 'my sweep/report.html'), 'utf8')).toContain('3 lanes')
  expect(existsSync(third!)).toBe(false)
  const done = readFileSync(join(first!, 'records.jsonl'), 'utf8')

  const resumed = await runCli(['replay', '--resume', 'my sweep', '--json', '--quiet'], { cwd, deadlineMs: 110_000 })
  const results = JSON.parse(resumed.stdout) as {
    load: { lanes: number }
    completeness: object
    counts: { ok: number }
  }[]
  expect(results.map(({ load, counts }) => [load.lanes, counts.ok])).toEqual(
    [3, 1, 2].map((lanes) => [lanes, lanes * 10]),
  )
  expect(results.map(({ completeness }) => completeness)).toMatchObject([
    { ended: 'passes' },
    { ended: 'passes', resumed: { attempts: 2 } },
    { ended: 'passes' },
  ])
  expect(results[2]!.completeness).not.toHaveProperty('resumed')
  expect(readFileSync(join(first!, 'records.jsonl'), 'utf8')).toBe(done)
  expect(readFileSync(join(cwd, 'my sweep/report.html'), 'utf8')).toContain('2 lanes')
  const over = await runHere(['replay', '--resume', 'my sweep'], { cwd })
  expect(over).toMatchObject({ code: 2, stderr: expect.stringMatching(/nothing to resume/) })
})

test('Ctrl-C where there is nothing to keep ends at once', { timeout: 60_000 }, async () => {
  const asked = Promise.withResolvers<void>()
  const silent = createServer(() => asked.resolve()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    silent.close()
    silent.closeAllConnections()
  })
  const out = join(temporaryFolder(), 'run')
  const { port } = silent.address() as AddressInfo
  const run = startCli(['replay', '--url', `http://127.0.0.1:${port}`, '--out', out], { deadlineMs: 50_000 })
  await asked.promise
  run.child.kill('SIGINT')
  expect((await run.ended).code).toBe(130)
  expect(existsSync(out)).toBe(false)
})
