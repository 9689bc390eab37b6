import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bin } from './run-cli.ts'
import { runHere, serveHere } from './run-here.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

const load = ['--preset', 'fixed-seq-len', '--isl', '300', '--osl', '60', '--range-ratio', '1', '--lanes', '3']

/** Makes Node believe that it is too old for the sources. */
const older = [
  '--import',
  `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })")}`,
]

const throughOlderNode = (words: readonly string[]) => spawnIn([process.execPath, ...older, bin, ...words])
/** As npm does: a shell between it and the command. */
const throughShell = (words: readonly string[]) =>
  spawnIn(['sh', '-c', '"$@"; exit $?', 'sh', process.execPath, bin, ...words], { npm_command: 'exec' })

describe.each([
  ['an older Node that hands over', throughOlderNode, 'SIGTERM', 143],
  ['an older Node that hands over', throughOlderNode, 'SIGINT', 130],
  ['an older Node that hands over', throughOlderNode, 'SIGHUP', 129],
  ['an older Node that hands over', throughOlderNode, 'SIGKILL', null],
  ['the shell of npm', throughShell, 'SIGTERM', null],
  ['the shell of npm', throughShell, 'SIGKILL', null],
] as const)('one process is told, %s', (_, start, signal, exitCode) => {
  test(`${signal}: the one that measures stops, and keeps its partial result`, { timeout: 90_000 }, async () => {
    const { url } = await serveHere()
    const out = join(temporaryFolder(), 'run')
    const child = start(['replay', '--url', url, ...load, '--out', out, '--quiet'])
    const ended = once(child, 'exit')
    await until(() => holds(join(out, 'records.jsonl'), '"profiling"'))
    child.kill(signal)
    expect((await ended)[0]).toBe(exitCode)
    await until(() => existsSync(join(out, 'results.json')))
    const result = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))
    expect(result).toMatchObject({ completeness: { ended: 'interrupted' }, counts: { cancelled: 0, failed: 0 } })
  })
})

/** As npm does, but whoever started npm takes no notice of its end, so that the system keeps its name. Says the number of that npm. */
const throughUnreapedNpm = (words: readonly string[]) =>
  spawnIn(['sh', '-c', '"$@" & echo $!; exec sleep 600', 'sh', ...asNpm, process.execPath, bin, ...words], {
    npm_command: 'exec',
  })
const shell = ['sh', '-c', '"$@"; exit $?', 'sh']
const asNpm = [...shell, ...shell]
const isLinux = process.platform === 'linux'

test.runIf(isLinux)(
  'npm that has died, and of which nobody takes notice, waits no more',
  { timeout: 90_000 },
  async () => {
    const { url } = await serveHere()
    const out = join(temporaryFolder(), 'run')
    const words = ['replay', '--url', url, ...load, '--out', out, '--quiet']
    const [npm] = await once(throughUnreapedNpm(words).stdout!, 'data')
    await until(() => holds(join(out, 'records.jsonl'), '"profiling"'))
    process.kill(Number(npm), 'SIGKILL')
    await until(() => existsSync(join(out, 'results.json')))
    expect(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')).completeness.ended).toBe('interrupted')
  },
)

const firstProcess = isLinux ? readFileSync('/proc/1/cmdline', 'utf8') : ''

test.runIf(isLinux && !/^\S*(npm|npx|node)\b/.test(firstProcess))(
  'npm that has died before anybody looked leaves nothing running',
  { timeout: 90_000 },
  async () => {
    const words = ['serve', '--port', '0']
    const shellOfNpm = ['sh', '-c', 'sleep 0.5; "$@"; exit $?', 'sh', process.execPath, bin, ...words]
    const npm = spawnIn(['sh', '-c', '"$@" >&2 & :', 'sh', ...shellOfNpm], { npm_command: 'exec' })
    npm.stderr!.resume()
    // Its output is open as long as anybody lives that could write to it.
    await once(npm, 'close')
  },
)

test('a terminal tells both, which is one ask and not two', { timeout: 90_000 }, async () => {
  const { url } = await serveHere()
  const out = join(temporaryFolder(), 'run')
  const child = spawnIn([process.execPath, ...older, bin, 'replay', '--url', url, ...load, '--out', out], {}, true)
  const ended = once(child, 'exit')
  await until(() => holds(join(out, 'records.jsonl'), '"profiling"'))
  process.kill(-child.pid!, 'SIGINT')
  expect((await ended)[0]).toBe(130)
  const result = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))
  expect(result).toMatchObject({ completeness: { ended: 'interrupted' }, counts: { cancelled: 0 } })
})

test('a shell that has gone, and was not of npm, leaves the run to end by itself', { timeout: 90_000 }, async () => {
  const { url } = await serveHere()
  const out = join(temporaryFolder(), 'run')
  const words = ['replay', '--url', url, ...load, '--out', out, '--quiet']
  const shell = spawnIn(['sh', '-c', '"$@"; exit $?', 'sh', process.execPath, bin, ...words], { npm_command: '' })
  await until(() => holds(join(out, 'records.jsonl'), '"profiling"'))
  shell.kill('SIGKILL')
  await until(() => existsSync(join(out, 'results.json')))
  expect(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')).completeness.ended).toBe('passes')
})

test('a disk that is full under stdout is not a bug of ours', { timeout: 60_000 }, async () => {
  if (!existsSync('/dev/full')) return
  const shell = spawnIn(['sh', '-c', '"$@" > /dev/full', 'sh', process.execPath, bin, '--help'])
  const text = { stderr: '' }
  shell.stderr!.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk))
  const [code] = await once(shell, 'close')
  expect([code, text.stderr]).toEqual([3, 'reprise: stdout cannot be written (ENOSPC); send it elsewhere\n'])
})

test('a reader that has read enough ends a command with nothing to keep, as it ends any other', async () => {
  const folder = temporaryFolder()
  expect((await runHere(['trace', 'synth', '--out', folder, '--traces', '2', '--scale', '0.02'])).code).toBe(0)
  const shell = spawnIn(['sh', '-c', '"$@" | true', 'sh', process.execPath, bin, 'trace', 'stats', folder, '--json'])
  const text = { stderr: '' }
  shell.stderr!.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk))
  await once(shell, 'close')
  expect(text.stderr).not.toMatch(/bug|EPIPE/)
})

function spawnIn(words: readonly string[], env: Record<string, string> = {}, leads = false): ChildProcess {
  const [command, ...rest] = words
  // npm runs these tests too, and is not what is looked at.
  const { npm_command: _, ...own } = process.env
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const child = spawn(command!, rest, { cwd: root, env: { ...own, NO_COLOR: '1', ...given }, detached: leads })
  child.stdout.resume()
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function holds(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8').includes(text)
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20)
}
