import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { readCorpus, type Session } from '@reprise/trace'
import { blocksOf } from '@reprise/trace/blocks'
import { expect, onTestFinished, test } from 'vitest'
import { bin, runCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

const page = readFileSync(resolve(root, 'docs/capture.md'), 'utf8')

/** What the page says to type, in its order. */
const commands = [...page.matchAll(/^```\n(.*?)^```/gms)]
  .flatMap(([, block]) => block!.trim().split('\n'))
  .map((line) => line.replace(/^npx reprise /, '').split(' '))

/** Checks that a busy machine keeps too. */
const timeless = [
  ...[
    'sessions missing',
    'turns missing',
    'requests doubled',
    'requests extra',
    'requests unanswered',
    'input planned',
  ],
  ...['output planned', 'times planned', 'input lengths', 'output lengths', 'ideal reuse'],
]

/** Starts what runs until Ctrl-C; with the address that it says. */
async function started(words: readonly string[], cwd: string): Promise<{ url: string; end: () => Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [bin, ...words, '--json'], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  const end = async () => {
    child.kill('SIGINT')
    await once(child, 'exit')
  }
  return { ...(JSON.parse(line) as { url: string }), end }
}

/** Sessions with their parents, lengths and shared blocks; whatever sessions and blocks are called, and in whatever order siblings came. */
async function shapeOf(path: string) {
  const { corpus } = await readCorpus(path)
  const sessions = corpus.traces
    // What a replay asks an endpoint before it begins is of no session.
    .filter(({ id }) => !id.startsWith('inferred-'))
    .toSorted((a, b) => a.startMs! - b.startMs!)
    .flatMap(({ sessions: own }, trace) => own.map((session) => ({ session, line: lineOf(own, session, trace) })))
    .toSorted((a, b) => (a.line < b.line ? -1 : 1))
  const numbers = new Map<number, number>()
  const numberOf = (block: number) => {
    if (!numbers.has(block)) numbers.set(block, numbers.size)
    return numbers.get(block)
  }
  return sessions.map(({ session, line }) => ({
    line,
    blocks: session.turns.map((_, at) => Array.from(blocksOf(session, at), numberOf).join()),
  }))
}

/** The lengths of a session behind those of the sessions above it. */
function lineOf(all: readonly Session[], { parent, turns }: Session, trace: number): string {
  const above = parent === undefined ? `trace ${trace}` : lineOf(all, all[parent]!, trace)
  return `${above} > ${turns.map(({ inputTokens, outputTokens }) => `${inputTokens}+${outputTokens}`).join(' ')}`
}

/** On the virtual clock no machine is late: requests are due as captured, to 5 ms. */
async function expectOnTime(words: readonly string[], cwd: string): Promise<void> {
  const { stdout } = await runHere([...words, '--json'], { cwd })
  const { checks } = JSON.parse(stdout) as { checks: { name: string; differences?: { p99: number; max: number } }[] }
  for (const wanted of ['clock-shift', 'client-lateness', 'arrival-drift']) {
    const { differences } = checks.find(({ name }) => name === wanted)!
    expect(differences!.p99, wanted).toBeLessThanOrEqual(5)
  }
}

test('every command of the walk-through does what the page says, and what is replayed is captured as it was', {
  timeout: 240_000,
}, async () => {
  const cwd = temporaryFolder()
  const places = new Map<string, string>()
  const real = (word: string) => [...places].reduce((text, [written, url]) => text.replace(written, url), word)
  const running = new Map<string, () => Promise<void>>()
  for (const words of commands) {
    const [name] = words
    if (name === 'serve' || name === 'capture') {
      const port = words[words.indexOf('--port') + 1]!
      const { url, end } = await started(
        words.map((word) => (word === port ? '0' : real(word))),
        cwd,
      )
      places.set(`http://127.0.0.1:${port}`, url)
      running.set(name, end)
      continue
    }
    // The replay goes through a capture of its own.
    const again =
      name === 'replay'
        ? await started(
            ['capture', '--upstream', real('http://127.0.0.1:8000'), '--port', '0', '--out', 'captures/again'],
            cwd,
          )
        : undefined
    const typed = words.map((word) => (again && word.startsWith('http:') ? again.url : real(word)))
    // What is measured is in a process of its own.
    const { code, stdout, stderr } = await (name === 'replay' ? runCli : runHere)(typed, { cwd })
    await again?.end()
    // How late a busy machine sends is its own affair: that a live run is then no good result is no fault of the walk.
    const isLive = words.includes('runs/live')
    expect(
      isLive ? [0, 4] : [0],
      `${words.join(' ')}
${stdout}${stderr}`,
    ).toContain(code)
    if (name === 'replay') expect(stderr + stdout).toContain('24 requests ended (24 ok)')
    if (name === 'agent') {
      expect(page).toContain(stdout.split(',')[0])
      await running.get('capture')!()
    }
    if (name === 'fidelity' && !isLive) {
      expect(stdout).toContain('faithful: all')
      await expectOnTime(typed, cwd)
    }
    if (name === 'fidelity') for (const check of timeless) expect(stdout).toMatch(new RegExp(`^${check} +kept`, 'm'))
  }
  const [first, again] = [await shapeOf(join(cwd, 'captures/monday')), await shapeOf(join(cwd, 'captures/again'))]
  expect(first).toHaveLength(8)
  expect(again).toEqual(first)
  // The same by the command, whatever a busy machine makes of the times.
  const times = ['--limit', 'start-offsets=60000,gaps=60000', '--json']
  const held = await runHere(['fidelity', 'captures/monday', 'captures/again', ...times], { cwd })
  expect(held.code, held.stdout + held.stderr).toBe(0)
  expect(JSON.parse(held.stdout)).toMatchObject({ kind: 'captures', counts: { captured: 24, dispatched: 24 } })
  expect([...new Set(commands.map(([name]) => name))]).toEqual([
    'serve',
    'capture',
    'agent',
    'trace',
    'replay',
    'simulate',
    'fidelity',
  ])
})
