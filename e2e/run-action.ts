import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from './sources.ts'

/** What a step left with the runner. */
export interface ActionRun {
  readonly code: number | null
  /** stdout and stderr as they came: the runner reads both. */
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly summary: string
}

export interface ActionOptions {
  /** Name of a file in `actions/dist/`. */
  readonly entry: string
  /** The checkout, see `checkOut`. */
  readonly repository: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly state?: Readonly<Record<string, string>>
}

/** What a runner has after a checkout and needs for a sweep, and nothing that `npm ci` would bring: bundles, configurations, recipes. */
export function checkOut(folder: string): string {
  for (const name of ['actions/dist', 'configs', 'benchmarks', 'runners'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  return folder
}

let steps = 0

/** Starts a step as the runner does; the test that starts it ends it. */
export function startAction({ entry, repository, inputs = {}, state = {} }: ActionOptions): {
  child: ChildProcess
  ended: Promise<ActionRun>
  log: () => string
} {
  const files = resolve(repository, '..', `step-${++steps}`)
  mkdirSync(files, { recursive: true })
  const file = (name: string) => join(files, name)
  for (const name of ['output', 'state', 'summary']) writeFileSync(file(name), '')
  const child = spawn(process.execPath, [join(repository, 'actions/dist', `${entry}.mjs`)], {
    cwd: repository,
    // Nothing of the test's own environment: a runner has other variables.
    env: {
      PATH: process.env.PATH ?? '',
      HOME: files,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: repository,
      GITHUB_OUTPUT: file('output'),
      GITHUB_STATE: file('state'),
      GITHUB_STEP_SUMMARY: file('summary'),
      RUNNER_TEMP: files,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => log.push(text))
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    log: log.join(''),
    outputs: readValues(file('output')),
    state: readValues(file('state')),
    summary: readFileSync(file('summary'), 'utf8'),
  }))
  return { child, ended, log: () => log.join('') }
}

/** Runs a step to its end. */
export function runAction(options: ActionOptions): Promise<ActionRun> {
  return startAction(options).ended
}

/** Lines that the runner would obey, but for those that make an annotation. */
export function commandsIn(log: string): string[] {
  return log.split(/\r\n|[\r\n]/).filter((line) => {
    const command = line.match(/^[\s\p{Cc}\p{Cf}]*::([^ :]*)/u)?.[1] ?? line.match(/##\[([^ \]]*)/)?.[1]
    return command !== undefined && !['error', 'warning', 'notice', 'debug'].includes(command)
  })
}

/** `name<<mark`, lines, `mark`, again and again. */
function readValues(path: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = readFileSync(path, 'utf8').split('\n')
  for (let i = 0; i < lines.length; i++) {
    const [, name, mark] = lines[i]!.match(/^([^<]+)<<(.+)$/) ?? []
    if (name === undefined) continue
    const end = lines.indexOf(mark!, i)
    values[name] = lines.slice(i + 1, end).join('\n')
    i = end
  }
  return values
}
