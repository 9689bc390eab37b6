import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { processHost } from '@reprise/launcher'
import { Collection } from '@reprise/result-aggregator'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runCli, startCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { smallRepository } from './small-repository.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Four jobs one after the other, each with a server of its own, on a machine that may be busy. */
const deadlineMs = 150_000

/** `bench --config-key` in a small repository of its own; what it collected, and what it printed. */
async function bench(keys: readonly string[], ...flags: readonly string[]) {
  const { folder, configFiles } = smallRepository()
  const fixed = ['--config-files', ...configFiles, '--duration-override', '2', '--out', 'out']
  const run = await runCli(['bench', '--config-key', ...keys, ...fixed, ...flags], { cwd: folder, deadlineMs })
  expect(run.stderr).not.toMatch(/^\s+at /m)
  const out = join(folder, 'out')
  const file = join(out, 'collection.json')
  const collection = existsSync(file) ? Collection.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
  return { run, folder, out, collection, jobs: existsSync(join(out, 'jobs')) ? readdirSync(join(out, 'jobs')) : [] }
}

describe('the jobs of a configuration, from launch to table', { timeout: 320_000 }, () => {
  test('from the project itself: a row, the paths, and what does it again', async () => {
    const out = join(temporaryFolder(), 'out')
    const which = ['--config-key', 'sim-fp8-local-sim', '--scenario-type', 'agentic-coding', '--conc', '4']
    const run = await runCli(['bench', ...which, '--duration-override', '1', '--out', out], { deadlineMs })
    expect(run.code, run.stderr).toBe(0)
    expect(run.stdout).toMatch(/^sim-fp8-local-sim\n {2}sim_tp1_conc4_kvnone +4 .* indicative$/m)
    expect(run.stdout).toMatch(/^1 job: 1 done, 0 failed$/m)
    expect(run.stdout).toContain(`again: npx reprise bench ${which.join(' ')} --duration-override 1 --out ${out}`)
    const { rows } = Collection.parse(JSON.parse(readFileSync(join(out, 'collection.json'), 'utf8')))
    for (const { job, status, results } of rows) {
      expect(results[0]?.identity).toMatchObject({
        model: 'reprise/sim-8b',
        hardware: 'local',
        gpus: 1,
        precision: 'fp8',
        point: job.id,
        engine: { name: 'reprise-sim', image: 'reprise/sim:local' },
        topology: { tp: 1, 'kv-offloading': 'none' },
      })
      expect(results[0]?.load.until).toEqual({ kind: 'window', durationMs: 1_000 })
      expect(Object.keys(status.launchMs ?? {})).toEqual(['start', 'load', 'ready', 'warm'])
      expect(status.reproduce).toBe(
        `npx reprise bench --config-key sim-fp8-local-sim --point ${job.id} --duration-override 1`,
      )
    }
    for (const file of ['sweep.json', 'table.md', 'table.csv', 'summary.md', 'pareto.svg']) {
      expect(existsSync(join(out, file)), file).toBe(true)
    }
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Jobs of the sweep')

    // A result without the run that bears it out counts for nothing, whoever left it.
    const work = join(out, 'jobs', `job-${rows[0]!.job.id}`)
    rmSync(join(work, 'run/run.json'))
    const judged = await runHere(['results', 'job', '--job', join(work, 'job.json'), '--work', work])
    expect([judged.code, judged.stdout]).toEqual([4, expect.stringMatching(/FAILED replay .*left no result/)])
  })

  test('servers that cannot be started, that die, that refuse: a FAILED row each, beside the one that is done', async () => {
    const names = ['tiny-sound', 'tiny-absent', 'tiny-dies', 'tiny-refuses']
    const { run, folder, out, collection, jobs } = await bench(names, '--debug-trace')
    expect(run.code).toBe(4)
    expect(collection?.rows.map(({ job, status }) => [job.configKey, status.failure?.class ?? 'done'])).toEqual([
      ['tiny-sound', 'done'],
      ['tiny-absent', expect.stringMatching(/^(?:recipe|infrastructure)$/)],
      ['tiny-dies', 'server'],
      ['tiny-refuses', 'replay'],
    ])
    expect(jobs).toHaveLength(4)
    const trace = readFileSync(join(out, 'jobs', `job-${collection!.rows[0]!.job.id}`, 'run/debug-trace.jsonl'), 'utf8')
    for (const line of trace
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text))) {
      const { usage, chunks, promptTokenIds, messages } = line
      expect(promptTokenIds).toHaveLength(usage.inputTokens)
      expect(chunks.flatMap((chunk: { tokenIds?: number[] }) => chunk.tokenIds ?? [])).toHaveLength(usage.outputTokens)
      expect(messages.at(-1)).toMatchObject({ role: 'user', content: expect.stringMatching(/\w/) })
    }
    expect(run.stdout).toMatch(/^4 jobs: 1 done, 3 failed$/m)
    expect(run.stdout).toMatch(/^FAILED replay in replay: tiny-refuses [\s\S]*failed-requests: \d+ of \d+/m)
    const again = collection!.rows.at(-1)!.status.reproduce
    expect(run.stdout).toContain(`  again: ${again}\n`)
    expect(again).toMatch(
      / --point [0-9a-f]{16} --duration-override 2 --debug-trace --config-files configs\/tiny.yaml$/,
    )

    const absent = collection!.rows[1]!
    const words = absent.status.reproduce.split(' ').slice(2)
    const alone = await runCli([...words, '--out', 'again'], { cwd: folder, deadlineMs })
    expect([alone.code, alone.stdout]).toEqual([4, expect.stringMatching(/^1 job: 0 done, 1 failed$/m)])
    expect(readdirSync(join(folder, 'again/jobs'))).toEqual([`job-${absent.job.id}`])
  })

  test('Ctrl-C: the job is cancelled, the table is printed, and nothing is left of the server', async () => {
    const { folder, configFiles } = smallRepository()
    const long = ['--config-files', ...configFiles, '--duration-override', '600', '--out', 'out']
    const bench = startCli(['bench', '--config-key', 'tiny-sound', ...long], { cwd: folder, deadlineMs })
    const records = () => existsSync(join(folder, 'out/jobs')) && find(join(folder, 'out/jobs'), 'records.jsonl')
    while (!records() && bench.child.exitCode === null) await sleep(50)
    await sleep(500)
    bench.child.kill('SIGINT')
    const run = await bench.ended
    expect(run.code).toBe(130)
    expect(run.stdout).toMatch(/FAILED cancelled/)
    const launch = JSON.parse(readFileSync(find(join(folder, 'out/jobs'), 'launch.json')!, 'utf8'))
    await expect(fetch(launch.url)).rejects.toThrow()
  })
})

describe('told to stop while nobody but bench could heed it', { timeout: 90_000 }, () => {
  test.each([
    ['Ctrl-C between the launch and the replay', 'replaying', (child: ChildProcess) => child.kill('SIGINT'), 130],
    ['its terminal going away', 'replaying', (child: ChildProcess) => child.kill('SIGHUP'), 129],
    ['its reader going away, as head does', 'launching', closeReader, 141],
  ])('by %s: nothing is left of the server, and the exit code says why', async (_how, word, stop, exitCode) => {
    const { folder, configFiles } = smallRepository()
    const flags = ['--config-files', ...configFiles, '--duration-override', '600', '--out', 'out']
    const { child, ended } = startCli(['bench', '--config-key', 'tiny-sound', ...flags], { cwd: folder, deadlineMs })
    child.stderr!.on('data', (text: string) => text.includes(word) && stop(child))
    expect((await ended).code).toBe(exitCode)
    const { label } = JSON.parse(readFileSync(find(join(folder, 'out/jobs'), 'server.json')!, 'utf8'))
    onTestFinished(async () => void (await processHost().cleanUp(label, { graceS: 0.2 })))
    expect(await processHost().countOwned(label)).toBe(0)
  })
})

test('a server that a killed bench has left is ended by the one that takes its place', {
  timeout: 90_000,
}, async () => {
  const { folder, configFiles } = smallRepository()
  const flags = ['--config-files', ...configFiles, '--out', 'out', '--quiet']
  const command = (window: string) =>
    startCli(['bench', '--config-key', 'tiny-sound', '--duration-override', window, ...flags, '--overwrite'], {
      cwd: folder,
      deadlineMs,
    })
  const killed = command('2')
  const launch = () => existsSync(join(folder, 'out/jobs')) && find(join(folder, 'out/jobs'), 'launch.json')
  while (!launch() && killed.child.exitCode === null) await sleep(20)
  const { label, url } = JSON.parse(readFileSync(launch() || '', 'utf8'))
  onTestFinished(async () => void (await processHost().cleanUp(label, { graceS: 0.2 })))
  killed.child.kill('SIGKILL')
  await killed.ended
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect(await command('2').ended).toMatchObject({ code: 0 })
  expect(await processHost().countOwned(label)).toBe(0)
})

describe('what is refused before anything is started', { timeout: 60_000 }, () => {
  test.each<[flags: string[], words: RegExp]>([
    [['--config-key', 'tiny-unrecipied'], /^configs\/tiny.yaml:\d+:\d+: error: tiny-unrecipied has no recipe/m],
    [['--config-key', 'tiny-none'], /tiny-none/],
    [['--config-key', 'tiny-sound', '--point', '0'.repeat(16)], /is none of the \d+ points of tiny-sound/],
    [['--config-key', 'tiny-sound', '--lanes', '4'], /--lanes is of the benchmark without a configuration/],
    [['--config-key', 'tiny-sound', '--conc', '7'], /no job of tiny-sound is left .*agentic-coding at --conc \d/],
    [['--config-key', 'tiny-sound', '--traces', 'nowhere'], /--traces nowhere: no such file or folder/],
    [['--job', 'none.json', '--config-key', 'tiny-sound'], /--config-key chooses or changes jobs, and --job is one/],
    [['--job', 'none.json', '--duration-override', '4'], /--duration-override chooses or changes jobs/],
    [['--conc', '4'], /--conc is about the jobs of a configuration/],
    [['--job', 'none.json'], /--job none.json: no such file or folder; check the path/],
  ])('%j', async (flags, words) => {
    const { folder, configFiles } = smallRepository()
    const files = flags.includes('--config-key') ? ['--config-files', ...configFiles] : []
    const run = await runHere(['bench', ...flags, ...files, '--out', 'out'], { cwd: folder })
    expect(run.stderr).toMatch(words)
    expect(run.stderr).not.toMatch(/^\s+at /m)
    expect(run.code).toBe(2)
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  test('a folder that holds a sweep is left as it is', async () => {
    const { folder, configFiles } = smallRepository()
    mkdirSync(join(folder, 'out'))
    writeFileSync(join(folder, 'out/sweep.json'), 'mine')
    const flags = ['--config-key', 'tiny-sound', '--config-files', ...configFiles, '--out', 'out']
    const run = await runHere(['bench', ...flags], { cwd: folder })
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/holds a sweep already; .*--overwrite/)])
    expect(readFileSync(join(folder, 'out/sweep.json'), 'utf8')).toBe('mine')
  })
})

/** The file of that name below a folder. */
function find(folder: string, name: string): string | undefined {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(`/${name}`))
  return found === undefined ? undefined : join(folder, found)
}

function closeReader(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
}
